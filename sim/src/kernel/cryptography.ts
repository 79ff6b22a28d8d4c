import {
  createCipheriv,
  createDecipheriv,
  createHash,
  diffieHellman,
  KeyObject,
  sign,
  verify,
} from "node:crypto";

/**
 * The operations of WebCrypto that are called most, done in place instead of on a thread pool: the same OpenSSL, the
 * same answers, without a trip to another thread for each. `undefined`: not one of them.
 */
export function inPlace(operation: string, values: readonly unknown[]): { value: unknown } | undefined {
  switch (operation) {
    case "digest":
      return digested(values as Parameters<SubtleCrypto["digest"]>);
    case "sign":
      return signed(values as Parameters<SubtleCrypto["sign"]>);
    case "verify":
      return verified(values as Parameters<SubtleCrypto["verify"]>);
    case "encrypt":
      return encrypted(values as Parameters<SubtleCrypto["encrypt"]>);
    case "decrypt":
      return decrypted(values as Parameters<SubtleCrypto["decrypt"]>);
    case "deriveBits":
      return derived(values as Parameters<SubtleCrypto["deriveBits"]>);
    default:
      return undefined;
  }
}

/** Public keys that came as JWK, by what they were imported from: every request brings the same few again. */
export function rememberImports(
  importKey: (...values: unknown[]) => Promise<unknown>,
): (self: unknown, values: unknown[]) => Promise<unknown> {
  const known = new Map<string, unknown>();
  return async (self, values) => {
    const [format, jwk] = values;
    if (format !== "jwk" || typeof jwk !== "object" || jwk === null || "d" in jwk || "k" in jwk)
      return importKey.apply(self, values);
    const key = JSON.stringify(values);
    const found = known.get(key);
    if (found !== undefined) return found;
    const imported = await importKey.apply(self, values);
    if (known.size >= 1000) known.clear();
    known.set(key, imported);
    return imported;
  };
}

type SubtleCrypto = typeof crypto.subtle;

function digested([algorithm, data]: Parameters<SubtleCrypto["digest"]>): { value: ArrayBuffer } | undefined {
  const name = nameOf(algorithm);
  if (!name.startsWith("SHA-")) return undefined;
  return { value: exactly(createHash(name.replace("-", "")).update(bytesOf(data)).digest()) };
}

function signed([algorithm, key, data]: Parameters<SubtleCrypto["sign"]>):
  | { value: ArrayBuffer }
  | undefined {
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

const tagBytes = 16;

/** A256GCM (RFC 7518 §5.3): the tag follows the ciphertext. */
function encrypted([algorithm, key, data]: Parameters<SubtleCrypto["encrypt"]>):
  | { value: ArrayBuffer }
  | undefined {
  const gcm = gcmOf(algorithm);
  if (!gcm || !key.usages.includes("encrypt")) return undefined;
  const cipher = createCipheriv(`aes-${keyBits(key)}-gcm`, keyOf(key), gcm.iv);
  if (gcm.additional) cipher.setAAD(gcm.additional);
  return {
    value: exactly(Buffer.concat([cipher.update(bytesOf(data)), cipher.final(), cipher.getAuthTag()])),
  };
}

/** What does not open is left to WebCrypto, which knows how to say so. */
function decrypted([algorithm, key, data]: Parameters<SubtleCrypto["decrypt"]>):
  | { value: ArrayBuffer }
  | undefined {
  const gcm = gcmOf(algorithm);
  const bytes = bytesOf(data);
  if (!gcm || !key.usages.includes("decrypt") || bytes.length < tagBytes) return undefined;
  const decipher = createDecipheriv(`aes-${keyBits(key)}-gcm`, keyOf(key), gcm.iv);
  if (gcm.additional) decipher.setAAD(gcm.additional);
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return {
      value: exactly(Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()])),
    };
  } catch {
    return undefined;
  }
}

function gcmOf(algorithm: unknown): { iv: Uint8Array; additional: Uint8Array | null } | undefined {
  if (nameOf(algorithm) !== "AES-GCM") return undefined;
  const { iv, additionalData, tagLength } = algorithm as {
    iv: Bytes;
    additionalData?: Bytes;
    tagLength?: number;
  };
  if (tagLength !== undefined && tagLength !== tagBytes * 8) return undefined;
  return { iv: bytesOf(iv), additional: additionalData ? bytesOf(additionalData) : null };
}

function keyBits(key: CryptoKey): 128 | 192 | 256 {
  return (key.algorithm as unknown as { length: 128 | 192 | 256 }).length;
}

/** ECDH-ES (RFC 7518 §4.6). */
function derived([algorithm, key, length]: Parameters<SubtleCrypto["deriveBits"]>):
  | { value: ArrayBuffer }
  | undefined {
  if (nameOf(algorithm) !== "ECDH" || !key.usages.includes("deriveBits") || !length) return undefined;
  const { public: other } = algorithm as unknown as { public: CryptoKey };
  const shared = diffieHellman({ privateKey: keyOf(key), publicKey: keyOf(other) });
  return { value: exactly(shared.subarray(0, length / 8)) };
}

/** ES256 (RFC 7518 §3.4) and EdDSA (RFC 8037 §3.1), which is all that is signed with here. */
function signatureOf(algorithm: unknown): { digest: string | null } | undefined {
  const name = nameOf(algorithm);
  if (name === "Ed25519") return { digest: null };
  const hash = name === "ECDSA" ? nameOf((algorithm as { hash?: unknown }).hash) : "";
  return hash === "SHA-256" ? { digest: "sha256" } : undefined;
}

function nameOf(algorithm: unknown): string {
  return typeof algorithm === "string"
    ? algorithm
    : String((algorithm as { name?: unknown } | undefined)?.name);
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

type Bytes = ArrayBuffer | ArrayBufferView;

function bytesOf(data: Bytes): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data as ArrayBuffer);
}

function exactly(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
