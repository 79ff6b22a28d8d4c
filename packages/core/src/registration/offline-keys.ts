import type { HotpAlgorithm } from "@holdfast/protocol/primitives";
import { hkdf } from "@noble/hashes/hkdf.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { newSecretBytes } from "../oath/token-secret.ts";
import { deviceIdOfKey } from "./device-id.ts";

/**
 * What phone and server both make of the QR code's seed and what the phone drew, so that a photograph of the code alone is
 * worth nothing. The draw is of forty bits, because somebody types it: whoever has the photograph and a few codes, or the
 * public key out of a bundle, could try all draws. Each try therefore costs one scrypt (RFC 7914), of which the keys are
 * HKDF-SHA-256 (RFC 5869).
 */
export type OfflineKeyUse = "totp" | "hotp" | "qr challenge";

export const offlineScryptCost = { N: 2 ** 15, r: 8, p: 1, dkLen: 32 } as const;

export type Scrypt = (
  password: Uint8Array,
  salt: Uint8Array,
  cost: typeof offlineScryptCost,
) => Promise<Uint8Array>;

/** `scrypt`: a server has one that leaves its other work alone; the one by default computes the same. */
export function offlineSecret(
  seed: Uint8Array,
  registrationId: string,
  drawn: Uint8Array,
  scrypt: Scrypt = scryptAsync,
): Promise<Uint8Array> {
  const salt = concatBytes(utf8ToBytes(`holdfast offline registration v1${registrationId}`), drawn);
  return scrypt(seed, salt, offlineScryptCost);
}

/** `secret`: of `offlineSecret`. */
export function offlineKey(secret: Uint8Array, use: OfflineKeyUse, algorithm: HotpAlgorithm): Uint8Array {
  const length = use === "qr challenge" ? 32 : newSecretBytes(algorithm);
  return hkdf(sha256, secret, undefined, utf8ToBytes(`holdfast ${use} v1`), length);
}

/**
 * How lists call the phone once it is registered. The Device ID that was typed holds the draw itself: together with a
 * photograph of the QR code it is every key, so that no list, log or clerk may have it.
 */
export function shownDeviceId(secret: Uint8Array): string {
  return deviceIdOfKey(hkdf(sha256, secret, undefined, utf8ToBytes("holdfast shown device id v1"), 32));
}
