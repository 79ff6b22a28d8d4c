import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export { fromBase64url, toBase64url } from "@holdfast/core/encoding/base64url";
export { sha256 } from "@noble/hashes/sha2.js";
export { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Each part behind its length (4 bytes, big-endian), so that no two lists of parts are the same bytes. */
export function lengthPrefixed(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  return concatBytes(
    ...parts.flatMap((part) => {
      const bytes = part instanceof Uint8Array ? part : utf8ToBytes(String(part));
      return [uint32(bytes.length), bytes];
    }),
  );
}

/** A HOTP counter as 8 bytes, big-endian (RFC 4226 §5.1). */
export function counterBytes(counter: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(counter));
  return bytes;
}

/** Compares without stopping at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/** The value of strictly decoded UTF-8 JSON, or undefined. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

export function digestOf(...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(concatBytes(...parts));
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
