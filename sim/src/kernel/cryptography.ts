import { createHash, KeyObject, sign, verify } from "node:crypto";

/**
 * The operations of WebCrypto that are called most, done in place instead of on a thread pool: the same OpenSSL, the
 * same answers, without a trip to another thread for each. `undefined`: not one of them.
 */
export function inPlace(operation: string, values: readonly unknown[]): { value: unknown } | undefined {
  if (operation === "digest") return digested(values as Parameters<SubtleCrypto["digest"]>);
  if (operation === "sign") return signed(values as Parameters<SubtleCrypto["sign"]>);
  if (operation === "verify") return verified(values as Parameters<SubtleCrypto["verify"]>);
  return undefined;
}

type SubtleCrypto = typeof crypto.subtle;

function digested([algorithm, data]: Parameters<SubtleCrypto["digest"]>): { value: ArrayBuffer } | undefined {
  const name = nameOf(algorithm);
  if (!name.startsWith("SHA-")) return undefined;
  return { value: exactly(createHash(name.replace("-", "")).update(bytesOf(data)).digest()) };
}

function signed([algorithm, key, data]: Parameters<SubtleCrypto["sign"]>): { value: ArrayBuffer } | undefined {
  const how = signatureOf(algorithm);
  if (!how || !key.usages.includes("sign")) return undefined;
  const keyObject = { key: keyOf(key), dsaEncoding: "ieee-p1363" } as const;
  return { value: exactly(sign(how.digest, bytesOf(data), keyObject)) };
}

function verified([algorithm, key, signature, data]: Parameters<SubtleCrypto["verify"]>):
  | { value: boolean }
  | undefined {
  const how = signatureOf(algorithm);
  if (!how || !key.usages.includes("verify")) return undefined;
  const keyObject = { key: keyOf(key), dsaEncoding: "ieee-p1363" } as const;
  return { value: verify(how.digest, bytesOf(data), keyObject, bytesOf(signature)) };
}

/** ES256 (RFC 7518 §3.4) and EdDSA (RFC 8037 §3.1), which is all that is signed with here. */
function signatureOf(algorithm: unknown): { digest: string | null } | undefined {
  const name = nameOf(algorithm);
  if (name === "Ed25519") return { digest: null };
  const hash = name === "ECDSA" ? nameOf((algorithm as { hash?: unknown }).hash) : "";
  return hash === "SHA-256" ? { digest: "sha256" } : undefined;
}

function nameOf(algorithm: unknown): string {
  return typeof algorithm === "string" ? algorithm : String((algorithm as { name?: unknown } | undefined)?.name);
}

const keys = new WeakMap<object, KeyObject>();
type CryptoKey = Parameters<SubtleCrypto["sign"]>[1];

/** Node warns of keys that may not leave WebCrypto; these do not leave the process. */
function keyOf(key: CryptoKey): KeyObject {
  let known = keys.get(key);
  if (!known) {
    const { emitWarning } = process;
    process.emitWarning = () => undefined;
    try {
      known = KeyObject.from(key);
    } finally {
      process.emitWarning = emitWarning;
    }
    keys.set(key, known);
  }
  return known;
}

function bytesOf(data: ArrayBuffer | ArrayBufferView | BufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data as ArrayBuffer);
}

function exactly(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
