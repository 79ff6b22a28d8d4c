import type { Bundle } from "@holdfast/protocol/bundle";
import { bundle, bundleInner, revocation } from "@holdfast/protocol/bundle";
import { chainHead } from "@holdfast/protocol/chain-head";
import type { Manifest } from "@holdfast/protocol/endpoint-api";
import { manifest, signedTime } from "@holdfast/protocol/endpoint-api";
import type { PublicKey, SigningPublicKey } from "@holdfast/protocol/primitives";
import { publicKey } from "@holdfast/protocol/primitives";
import { signingStatement } from "@holdfast/protocol/signing-statement";
import { CompactEncrypt, CompactSign, compactDecrypt, compactVerify } from "jose";
import type { z } from "zod";
import { hasExactly, parseCompact, parseJson } from "./compact.ts";
import type { CryptoKey } from "./keys.ts";
import { thumbprint } from "./keys.ts";
import type { Refused } from "./refusal.ts";
import { refused } from "./refusal.ts";

/**
 * Every document that the server signs (EdDSA over Ed25519, RFC 8037). Each kind has its own `typ`, so that none can
 * pass for another (RFC 8725 §3.11), and a limit in characters that is checked before anything is parsed.
 */
export const signedDocuments = {
  bundle: { typ: "holdfast-bundle+jws", schema: bundle, maxLength: 600_000 },
  revocation: { typ: "holdfast-revocation+jws", schema: revocation, maxLength: 8_192 },
  time: { typ: "holdfast-time+jws", schema: signedTime, maxLength: 4_096 },
  "chain-head": { typ: "holdfast-chain-head+jws", schema: chainHead, maxLength: 4_096 },
  manifest: { typ: "holdfast-manifest+jws", schema: manifest, maxLength: 65_536 },
  "signing-statement": {
    typ: "holdfast-signing-statement+jws",
    schema: signingStatement,
    maxLength: 32_768,
  },
} as const;
export type SignedKind = keyof typeof signedDocuments;
export type SignedContent<Kind extends SignedKind> = z.infer<(typeof signedDocuments)[Kind]["schema"]>;

/** Every document that is encrypted to one key (ECDH-ES with P-256, A256GCM; RFC 7518 §4.6, §5.3). */
export const encryptedDocuments = {
  bundle: { typ: "holdfast-bundle+jwe", maxLength: 820_000 },
  "bundle-inner": { typ: "holdfast-bundle-inner+jwe", maxLength: 400_000 },
} as const;
export type EncryptedKind = keyof typeof encryptedDocuments;

/** A private signing key and the `kid` that names it. */
export type Signer = { readonly kid: string; readonly privateKey: CryptoKey };
/** Whom to believe, by `kid`. */
export type TrustedKeys = ReadonlyMap<string, SigningPublicKey>;

export type Verified<Kind extends SignedKind> =
  | { readonly kind: "ok"; readonly content: SignedContent<Kind>; readonly kid: string }
  | Refused;

/** Signs a document. Content that does not fit its schema is a fault of the caller and throws. */
export async function signDocument<Kind extends SignedKind>(
  kind: Kind,
  content: SignedContent<Kind>,
  signer: Signer,
): Promise<string> {
  const { typ, schema, maxLength } = signedDocuments[kind];
  const payload = new TextEncoder().encode(JSON.stringify(schema.parse(content)));
  const text = await new CompactSign(payload)
    .setProtectedHeader({ alg: "EdDSA", typ, kid: signer.kid })
    .sign(signer.privateKey);
  if (text.length > maxLength)
    throw new Error(`envelope: a ${kind} of ${text.length} characters is over its limit`);
  return text;
}

/** The content of a document of exactly this kind, signed by a trusted key; never throws on bad input. */
export async function verifyDocument<Kind extends SignedKind>(
  kind: Kind,
  text: string,
  trusted: TrustedKeys,
): Promise<Verified<Kind>> {
  const { typ, schema, maxLength } = signedDocuments[kind];
  if (text.length > maxLength) return refused("too-large");
  const parts = parseCompact(text, 3);
  if (!parts) return refused("malformed");
  const { header } = parts;
  if (header.typ !== typ) return refused("wrong-type");
  if (header.alg !== "EdDSA") return refused("algorithm-refused");
  if (!hasExactly(header, ["alg", "typ", "kid"])) return refused("unexpected-header");
  const kid = header.kid;
  const key = typeof kid === "string" ? trusted.get(kid) : undefined;
  if (typeof kid !== "string" || !key) return refused("unknown-key");
  let payload: Uint8Array;
  try {
    payload = (await compactVerify(text, { ...key }, { algorithms: ["EdDSA"] })).payload;
  } catch {
    return refused("signature-invalid");
  }
  const content = schema.safeParse(parseJson(payload));
  if (!content.success) return refused("payload-invalid");
  return { kind: "ok", content: content.data as SignedContent<Kind>, kid };
}

/** Encrypts bytes to one P-256 key; `kid` is that key's thumbprint. */
export async function encryptDocument(
  kind: EncryptedKind,
  content: Uint8Array,
  recipient: PublicKey,
): Promise<string> {
  const { typ, maxLength } = encryptedDocuments[kind];
  const text = await new CompactEncrypt(content)
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", typ, kid: await thumbprint(recipient) })
    .encrypt({ ...recipient });
  if (text.length > maxLength)
    throw new Error(`envelope: a ${kind} of ${text.length} characters is over its limit`);
  return text;
}

/** The bytes of a document of exactly this kind encrypted to this key; never throws on bad input. */
export async function decryptDocument(
  kind: EncryptedKind,
  text: string,
  privateKey: CryptoKey,
): Promise<{ readonly kind: "ok"; readonly content: Uint8Array } | Refused> {
  const { typ, maxLength } = encryptedDocuments[kind];
  if (text.length > maxLength) return refused("too-large");
  const parts = parseCompact(text, 5);
  if (!parts) return refused("malformed");
  const { header, segments } = parts;
  if (header.typ !== typ) return refused("wrong-type");
  if (header.alg !== "ECDH-ES" || header.enc !== "A256GCM") return refused("algorithm-refused");
  if (!hasExactly(header, ["alg", "enc", "typ", "kid", "epk"])) return refused("unexpected-header");
  // Direct key agreement has no encrypted key (RFC 7518 §4.6).
  if (segments[1] !== "" || !publicKey.safeParse(header.epk).success) return refused("malformed");
  try {
    const { plaintext } = await compactDecrypt(text, privateKey, {
      keyManagementAlgorithms: ["ECDH-ES"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return { kind: "ok", content: plaintext };
  } catch {
    return refused("decryption-failed");
  }
}

/** The offline bundle as it travels: signed, then encrypted to the endpoint (DESIGN §6). */
export async function sealBundle(content: Bundle, signer: Signer, endpointKey: PublicKey): Promise<string> {
  const signed = await signDocument("bundle", content, signer);
  return encryptDocument("bundle", new TextEncoder().encode(signed), endpointKey);
}

/** Audience, user and (epoch, sequence) remain for the caller to check. */
export async function openBundle(
  text: string,
  endpointPrivateKey: CryptoKey,
  trusted: TrustedKeys,
): Promise<Verified<"bundle">> {
  const opened = await decryptDocument("bundle", text, endpointPrivateKey);
  if (opened.kind === "refused") return opened;
  return verifyDocument("bundle", new TextDecoder().decode(opened.content), trusted);
}

export type InnerContent = z.infer<typeof bundleInner>;

/** The inner document, encrypted to the user's refill key. The signed bundle around it vouches for it. */
export function sealInner(content: InnerContent, refillKey: PublicKey): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(bundleInner.parse(content)));
  return encryptDocument("bundle-inner", bytes, refillKey);
}

export async function openInner(
  text: string,
  refillPrivateKey: CryptoKey,
): Promise<{ readonly kind: "ok"; readonly content: InnerContent } | Refused> {
  const opened = await decryptDocument("bundle-inner", text, refillPrivateKey);
  if (opened.kind === "refused") return opened;
  const content = bundleInner.safeParse(parseJson(opened.content));
  opened.content.fill(0);
  return content.success ? { kind: "ok", content: content.data } : refused("payload-invalid");
}

/**
 * The bundle keys of a manifest that are in force at this time. Successors are announced one maximum lease ahead
 * (SECURITY §7).
 */
export function trustedKeys(content: Manifest, nowMs: number): TrustedKeys {
  const inForce = content.bundleKeys.filter(
    (entry) => entry.notBeforeMs <= nowMs && (entry.notAfterMs === null || nowMs < entry.notAfterMs),
  );
  return new Map(inForce.map((entry) => [entry.kid, entry.key]));
}

/** Trust in one key by its thumbprint: how a manifest is verified with the root key. */
export async function trustOnly(key: SigningPublicKey): Promise<TrustedKeys> {
  return new Map([[await thumbprint(key), key]]);
}
