import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export const answerDigits = 8;

/**
 * The answer to M (SECURITY §4), the same at the endpoint and on the phone:
 *
 *   Z = X25519 of one side's private and the other's public key (RFC 7748 §5)
 *   K = HKDF-SHA-256(Z, salt = SHA-256(M), info = "holdfast qr v1" ‖ P)
 *   answer = the first 8 bytes of HMAC-SHA-256(K, "answer"), big-endian, mod 10^8
 *
 * `phoneKey` is P, the phone's public key. Null where Z is zero: a key of low order, with which everybody would agree on
 * the same (RFC 7748 §6.1).
 */
export function answerTo(sharedSecret: Uint8Array, message: Uint8Array, phoneKey: Uint8Array): string | null {
  if (sharedSecret.length !== 32 || sharedSecret.every((byte) => byte === 0)) return null;
  const info = concatBytes(utf8ToBytes("holdfast qr v1"), phoneKey);
  const key = hkdf(sha256, sharedSecret, sha256(message), info, 32);
  const mac = hmac(sha256, key, utf8ToBytes("answer"));
  key.fill(0);
  const number = new DataView(mac.buffer, mac.byteOffset, 8).getBigUint64(0) % 100_000_000n;
  return number.toString().padStart(answerDigits, "0");
}
