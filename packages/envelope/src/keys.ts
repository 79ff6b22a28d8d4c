import type { PublicKey, SigningPublicKey } from "@holdfast/protocol/primitives";
import { publicKey, signingPublicKey } from "@holdfast/protocol/primitives";
import type { CryptoKey } from "jose";
import { calculateJwkThumbprint, generateKeyPair } from "jose";

export type { CryptoKey } from "jose";

/** What a key is for; WebCrypto binds a key to it. */
export type KeyUse = "sign-documents" | "sign-requests" | "decrypt";

export type KeyPair<Public> = { readonly publicKey: Public; readonly privateKey: CryptoKey };

const algorithms = {
  "sign-documents": { algorithm: { name: "Ed25519" }, usages: ["sign"] },
  "sign-requests": { algorithm: { name: "ECDSA", namedCurve: "P-256" }, usages: ["sign"] },
  decrypt: { algorithm: { name: "ECDH", namedCurve: "P-256" }, usages: ["deriveBits"] },
} as const;

/** Ed25519, for bundle and root keys (RFC 8037). */
export async function generateSigningKey(): Promise<KeyPair<SigningPublicKey>> {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  return {
    publicKey: signingPublicKey.parse(await publicMembers(pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

/** P-256, for a device's request proofs or for decryption. Not extractable where the caller never stores it. */
export async function generateDeviceKey(
  use: "sign-requests" | "decrypt",
  extractable = true,
): Promise<KeyPair<PublicKey>> {
  const pair = await generateKeyPair(use === "decrypt" ? "ECDH-ES" : "ES256", { crv: "P-256", extractable });
  return { publicKey: publicKey.parse(await publicMembers(pair.publicKey)), privateKey: pair.privateKey };
}

/** PKCS #8 (RFC 5958), to be kept in a root-only file or wrapped. */
export async function exportPrivateKey(privateKey: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
}

/** The key pair of PKCS #8 bytes, or null where they are not a key for this use. */
export async function importSigningKey(pkcs8: Uint8Array): Promise<KeyPair<SigningPublicKey> | null> {
  const pair = await importPair(pkcs8, "sign-documents");
  const parsed = signingPublicKey.safeParse(pair?.members);
  return pair && parsed.success ? { publicKey: parsed.data, privateKey: pair.privateKey } : null;
}

export async function importDeviceKey(
  pkcs8: Uint8Array,
  use: "sign-requests" | "decrypt",
): Promise<KeyPair<PublicKey> | null> {
  const pair = await importPair(pkcs8, use);
  const parsed = publicKey.safeParse(pair?.members);
  return pair && parsed.success ? { publicKey: parsed.data, privateKey: pair.privateKey } : null;
}

/** SHA-256 JWK thumbprint (RFC 7638), base64url: what names a key (`kid`, the server's endpoint rows). */
export function thumbprint(key: PublicKey | SigningPublicKey): Promise<string> {
  return calculateJwkThumbprint(key, "sha256");
}

/** Whether these are the coordinates of a point of the curve. */
export async function isPublicKey(key: PublicKey): Promise<boolean> {
  try {
    await crypto.subtle.importKey("jwk", { ...key }, { name: "ECDSA", namedCurve: "P-256" }, false, [
      "verify",
    ]);
    return true;
  } catch {
    return false;
  }
}

// The private key in use cannot leave WebCrypto again; only its public half is read from an exportable twin.
async function importPair(
  pkcs8: Uint8Array,
  use: KeyUse,
): Promise<{ members: Record<string, unknown>; privateKey: CryptoKey } | null> {
  const { algorithm, usages } = algorithms[use];
  const bytes = new Uint8Array(pkcs8);
  try {
    const exportable = await crypto.subtle.importKey("pkcs8", bytes, algorithm, true, [...usages]);
    const members = await publicMembers(exportable);
    const privateKey = await crypto.subtle.importKey("pkcs8", bytes, algorithm, false, [...usages]);
    return { members, privateKey };
  } catch {
    return null;
  } finally {
    bytes.fill(0);
  }
}

async function publicMembers(key: CryptoKey): Promise<Record<string, unknown>> {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  const { kty, crv, x, y } = jwk;
  return kty === "OKP" ? { kty, crv, x } : { kty, crv, x, y };
}
