/** How long a token's shared secret must be to be enrolled (RFC 4226 §4, requirement R6). */

import type { HotpAlgorithm } from "@holdfast/protocol/primitives";

/** 128 bits: "MUST be at least 128 bits". */
export const MINIMUM_SECRET_BYTES = 16;

/** 160 bits: the length RFC 4226 recommends. */
export const RECOMMENDED_SECRET_BYTES = 20;

/** The longest HMAC block (SHA-512); a longer key is only hashed down to less. */
export const MAXIMUM_SECRET_BYTES = 128;

export type SecretLength =
  | { readonly kind: "ok"; readonly warning: "secret-shorter-than-recommended" | null }
  | { readonly kind: "refused"; readonly reason: "secret-too-short" | "secret-too-long" };

export function checkSecretLength(secret: Uint8Array): SecretLength {
  if (secret.length < MINIMUM_SECRET_BYTES) return { kind: "refused", reason: "secret-too-short" };
  if (secret.length > MAXIMUM_SECRET_BYTES) return { kind: "refused", reason: "secret-too-long" };
  const warning = secret.length < RECOMMENDED_SECRET_BYTES ? "secret-shorter-than-recommended" : null;
  return { kind: "ok", warning };
}

/** Bytes to draw for a new secret: as long as the hash's output (RFC 6238 §5.1), 20 at least. */
export function newSecretBytes(algorithm: HotpAlgorithm): number {
  return { "SHA-1": 20, "SHA-256": 32, "SHA-512": 64 }[algorithm];
}
