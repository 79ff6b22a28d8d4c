import { z } from "zod";
import { factor } from "./policy.ts";
import { base64url, displayText, epochMs, identifier, publicKey, userName } from "./primitives.ts";

/**
 * A signed order: who signed which document, for which application, by which factors. Anybody who has the public keys of
 * the server's statements can verify it without the server (envelope, signing-statement.ts).
 */

/** SHA-256, base64url. */
export const sha256Text = base64url.length(43);

/**
 * What the person saw and his passkey signed: the passkey's challenge is the SHA-256 of its canonical text. The nonce
 * makes it fresh.
 */
export const order = z.strictObject({
  purpose: z.literal("holdfast order v1"),
  signingId: identifier,
  attemptId: identifier,
  nonce: sha256Text,
  signer: z.strictObject({ id: identifier, userName, displayName: displayText }),
  application: z.strictObject({ id: identifier, name: displayText }),
  /** The application's own name for its request. */
  requestId: identifier,
  document: z.strictObject({ title: displayText, sha256: sha256Text }),
  policy: z.strictObject({ id: identifier, name: displayText, version: z.number().int().positive() }),
  /** Of the identity proofing that the signer had (NIST SP 800-63A). */
  proofingId: identifier,
  preparedAtMs: epochMs,
});
export type Order = z.infer<typeof order>;

/** A passkey's public key (RFC 7517; RFC 7518 §6.2, §6.3; RFC 8037 §2). */
export const passkeyPublicKey = z.discriminatedUnion("kty", [
  z.strictObject({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: base64url.length(43),
    y: base64url.length(43),
  }),
  z.strictObject({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: base64url.length(43) }),
  z.strictObject({ kty: z.literal("RSA"), n: base64url.min(342).max(1366), e: base64url.min(1).max(8) }),
]);
export type PasskeyPublicKey = z.infer<typeof passkeyPublicKey>;

const passkeySignature = z.strictObject({
  authenticatorId: identifier,
  credentialId: base64url.min(1).max(1366),
  relyingPartyId: z.string().min(1).max(253),
  publicKey: passkeyPublicKey,
  clientDataJSON: base64url.min(1).max(4096),
  authenticatorData: base64url.min(50).max(2048),
  signature: base64url.min(1).max(1366),
});

/** What a phone signed by its approval key after its owner had typed the number of that very signature (push-api). */
const phoneSignature = z.strictObject({
  authenticatorId: identifier,
  publicKey,
  statement: z.string().min(1).max(4096),
});

/** The payload of a statement, a JWS of the type `holdfast-signing-statement+jws`. */
export const signingStatement = z
  .strictObject({
    version: z.literal(1),
    order,
    signedAtMs: epochMs,
    /** What was proven for this signature, none of it earlier; `authenticatorId` null: the password. */
    factors: z
      .array(z.strictObject({ factor, authenticatorId: identifier.nullable() }))
      .min(2)
      .max(3),
    /** Two administrators vouch for who the signer is. */
    proofing: z.strictObject({
      id: identifier,
      method: z.enum(["in-person", "supervised-remote"]),
      recordedBy: identifier,
      recordedAtMs: epochMs,
      confirmedBy: identifier,
      confirmedAtMs: epochMs,
    }),
    /** The passkey's own signature over the order (Web Authentication Level 3 §7.2). */
    passkey: passkeySignature.optional(),
    /** In the place of a passkey's: that of the signer's phone. */
    phone: phoneSignature.optional(),
  })
  .refine(({ passkey, phone }) => (passkey === undefined) !== (phone === undefined), {
    message: "a passkey or a phone has signed",
  });
export type SigningStatement = z.infer<typeof signingStatement>;
export type PasskeySignature = z.infer<typeof passkeySignature>;
export type PhoneSignature = z.infer<typeof phoneSignature>;

/** GET /.well-known/holdfast-signing-keys: a JWK set (RFC 7517 §5) of every key that ever signed statements. */
export const signingKeySet = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        x: base64url.length(43),
        kid: z.string().min(1).max(64),
        alg: z.literal("EdDSA").optional(),
        use: z.literal("sig").optional(),
      }),
    )
    .min(1)
    .max(100),
});
export type SigningKeySet = z.infer<typeof signingKeySet>;

/**
 * The one text of an order: JSON with its members sorted and nothing between them. Orders hold strings, whole numbers and
 * objects only, for which this is the JSON Canonicalization Scheme (RFC 8785 §3.2).
 */
export function canonicalOrder(content: Order): string {
  return JSON.stringify(sorted(order.parse(content)));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}
