import type {
  PasskeyPublicKey,
  PasskeySignature,
  PhoneSignature,
  SigningStatement,
} from "@holdfast/protocol/signing-statement";
import { canonicalOrder } from "@holdfast/protocol/signing-statement";
import { base64url } from "jose";
import { parseJson } from "./compact.ts";
import type { TrustedKeys } from "./documents.ts";
import { verifyDocument } from "./documents.ts";
import { verifyPushStatement } from "./push-statement.ts";
import type { EnvelopeRefusal, Refused } from "./refusal.ts";
import { refused } from "./refusal.ts";

/**
 * Verifies what a signed order says, by nothing but the statement and the public keys of the server that issued it: the
 * server's signature over all of it, and the signer's own passkey's or phone's over the order. So the server alone can forge no
 * signature of a passkey that somebody keeps the public key of, and the passkey alone makes nobody a signer.
 */
export type VerifiedStatement =
  | {
      readonly kind: "ok";
      readonly statement: SigningStatement;
      readonly kid: string;
      /** Where the passkey was used; null: a phone signed. */
      readonly origin: string | null;
    }
  | Refused<EnvelopeRefusal | SignatureFinding>;

export type SignatureFinding = PasskeyFinding | PhoneFinding;
export type PhoneFinding =
  /** What the phone signed is another order. */
  | "phone-signed-another-order"
  /** It denied, or it is no answer of a phone at all. */
  | "phone-signed-no-approval"
  | "phone-signature-invalid";

export type PasskeyFinding =
  /** What the passkey signed is another challenge: another order. */
  | "passkey-signed-another-order"
  | "passkey-signed-no-assertion"
  | "passkey-of-another-relying-party"
  /** Without user presence and verification it is one factor only, or none. */
  | "passkey-user-not-verified"
  | "passkey-signature-invalid"
  /** The statement's own parts do not fit together. */
  | "statement-inconsistent";

export async function verifySigningStatement(text: string, trusted: TrustedKeys): Promise<VerifiedStatement> {
  const verified = await verifyDocument("signing-statement", text, trusted);
  if (verified.kind === "refused") return verified;
  const statement = verified.content;
  const { passkey, phone } = statement;
  const found =
    passkey === undefined
      ? phone === undefined
        ? "statement-inconsistent"
        : await phoneFinding(statement, phone)
      : await passkeyFinding(statement, passkey);
  if (typeof found !== "object") return refused(found);
  return { kind: "ok", statement, kid: verified.kid, origin: found.origin };
}

/** What the passkey is asked to sign: SHA-256 of the order's canonical text. */
export async function orderChallenge(content: SigningStatement["order"]): Promise<Uint8Array> {
  return sha256(new TextEncoder().encode(canonicalOrder(content)));
}

/** Whether its parts fit together, whatever signed it. */
function isConsistent(
  { order, proofing, factors, signedAtMs }: SigningStatement,
  factor: "passkey" | "push",
  authenticatorId: string,
): boolean {
  const used = factors.find((one) => one.factor === factor);
  return (
    new Set(factors.map((one) => one.factor)).size === factors.length &&
    used?.authenticatorId === authenticatorId &&
    proofing.id === order.proofingId &&
    proofing.recordedBy !== proofing.confirmedBy &&
    signedAtMs >= order.preparedAtMs
  );
}

async function phoneFinding(
  statement: SigningStatement,
  phone: PhoneSignature,
): Promise<SignatureFinding | { readonly origin: null }> {
  if (!isConsistent(statement, "push", phone.authenticatorId)) return "statement-inconsistent";
  const verified = await verifyPushStatement(phone.statement, phone.publicKey);
  if (verified.kind === "refused")
    return verified.why === "signature-invalid" ? "phone-signature-invalid" : "phone-signed-no-approval";
  const { decision, digest, phoneId } = verified.content;
  if (decision !== "approve") return "phone-signed-no-approval";
  return digest === base64url.encode(await orderChallenge(statement.order)) &&
    phoneId === phone.authenticatorId
    ? { origin: null }
    : "phone-signed-another-order";
}

async function passkeyFinding(
  statement: SigningStatement,
  passkey: PasskeySignature,
): Promise<PasskeyFinding | { readonly origin: string }> {
  const { order } = statement;
  if (!isConsistent(statement, "passkey", passkey.authenticatorId)) return "statement-inconsistent";

  const clientDataBytes = bytesOf(passkey.clientDataJSON);
  const clientData = parseJson(clientDataBytes);
  if (!isClientData(clientData) || clientData.type !== "webauthn.get") return "passkey-signed-no-assertion";
  if (clientData.challenge !== base64url.encode(await orderChallenge(order)))
    return "passkey-signed-another-order";

  // rpIdHash (32 bytes), flags (1), signature counter (4): Web Authentication Level 3 §6.1.
  const data = bytesOf(passkey.authenticatorData);
  const rpIdHash = await sha256(new TextEncoder().encode(passkey.relyingPartyId));
  if (data.length < 37 || !same(data.subarray(0, 32), rpIdHash)) return "passkey-of-another-relying-party";
  if (!originIsOf(clientData.origin, passkey.relyingPartyId)) return "passkey-of-another-relying-party";
  const flags = data[32] ?? 0;
  if ((flags & userPresent) === 0 || (flags & userVerified) === 0) return "passkey-user-not-verified";

  const signed = new Uint8Array([...data, ...(await sha256(clientDataBytes))]);
  const right = await signatureFits(passkey.publicKey, bytesOf(passkey.signature), signed);
  return right ? { origin: clientData.origin } : "passkey-signature-invalid";
}

const userPresent = 0x01;
const userVerified = 0x04;

function isClientData(value: unknown): value is { type: string; challenge: string; origin: string } {
  if (typeof value !== "object" || value === null) return false;
  const { type, challenge, origin } = value as Record<string, unknown>;
  return typeof type === "string" && typeof challenge === "string" && typeof origin === "string";
}

/** A relying party's id is the host name of its origins, or a parent of it (Web Authentication Level 3 §5.1.2). */
function originIsOf(origin: string, relyingPartyId: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return hostname === relyingPartyId || hostname.endsWith(`.${relyingPartyId}`);
}

async function signatureFits(
  key: PasskeyPublicKey,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    switch (key.kty) {
      case "EC": {
        const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
        const imported = await crypto.subtle.importKey("jwk", { ...key }, algorithm, false, ["verify"]);
        const raw = rawOfDer(signature);
        return raw !== null && (await crypto.subtle.verify(algorithm, imported, raw, signed));
      }
      case "OKP": {
        const imported = await crypto.subtle.importKey("jwk", { ...key }, "Ed25519", false, ["verify"]);
        return await crypto.subtle.verify("Ed25519", imported, signature, signed);
      }
      case "RSA": {
        const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
        const imported = await crypto.subtle.importKey("jwk", { ...key }, algorithm, false, ["verify"]);
        return await crypto.subtle.verify(algorithm, imported, signature, signed);
      }
    }
  } catch {
    // A key that is none.
    return false;
  }
}

/**
 * An ES256 signature as WebCrypto wants it: r and s of 32 bytes each. A passkey gives the DER of SEQUENCE { r INTEGER, s
 * INTEGER } (RFC 3279 §2.2.3). Null for anything else.
 */
function rawOfDer(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const number = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || number.length !== length) return null;
    const trimmed = number[0] === 0 ? number.subarray(1) : number;
    if (trimmed.length > 32) return null;
    raw.set(trimmed, end - trimmed.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(base64url.decode(text));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
