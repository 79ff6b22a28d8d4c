import type { PasskeySignature, SigningStatement } from "@holdfast/protocol/signing-statement";

export const samplePasskey: PasskeySignature = {
  authenticatorId: "passkey-1",
  credentialId: "AAAA",
  relyingPartyId: "id.example.org",
  publicKey: { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) },
  clientDataJSON: "AAAA",
  authenticatorData: "A".repeat(52),
  signature: "AAAA",
};

/** A well-formed statement; nothing in it is signed by any passkey. */
export const sampleStatement: SigningStatement = {
  version: 1,
  order: {
    purpose: "holdfast order v1",
    signingId: "sig-1",
    attemptId: "attempt-1",
    nonce: `${"N".repeat(42)}A`,
    signer: { id: "user-1", userName: "anna", displayName: "Dr. Anna Ågren" },
    application: { id: "key-1", name: "Order entry" },
    requestId: "order-4711",
    document: { title: "Morphine 5 mg i. v. for bed 7", sha256: `${"D".repeat(42)}A` },
    policy: { id: "policy-1", name: "Clinicians", version: 3 },
    proofingId: "proofing-1",
    preparedAtMs: 1_700_000_000_000,
  },
  signedAtMs: 1_700_000_030_000,
  factors: [
    { factor: "password", authenticatorId: null },
    { factor: "passkey", authenticatorId: "passkey-1" },
  ],
  proofing: {
    id: "proofing-1",
    method: "in-person",
    recordedBy: "user-2",
    recordedAtMs: 1_600_000_000_000,
    confirmedBy: "user-3",
    confirmedAtMs: 1_600_000_100_000,
  },
  passkey: samplePasskey,
};
