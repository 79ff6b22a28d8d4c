import type { HotpAlgorithm } from "@holdfast/protocol/primitives";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { newSecretBytes } from "../oath/token-secret.ts";

/**
 * What phone and server both make of the QR code's seed and what the phone drew (HKDF-SHA-256, RFC 5869), so that a
 * photograph of the code alone is worth nothing. The drawn bytes are the salt.
 */
export type OfflineKeyUse = "totp" | "hotp" | "qr challenge";

export function offlineKey(
  seed: Uint8Array,
  drawn: Uint8Array,
  use: OfflineKeyUse,
  algorithm: HotpAlgorithm,
): Uint8Array {
  const length = use === "qr challenge" ? 32 : newSecretBytes(algorithm);
  return hkdf(sha256, seed, drawn, utf8ToBytes(`holdfast ${use} v1`), length);
}
