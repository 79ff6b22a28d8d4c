import { createHash, timingSafeEqual } from "node:crypto";
import type { PasswordPlace } from "../password-queue.ts";

/** What is kept of a code: Argon2id under a salt of its own, in the same queue as passwords. */
export async function temporaryCodeVerifier(
  place: PasswordPlace,
  code: string,
  salt: Uint8Array,
): Promise<string> {
  const derived = await place.derive(code, salt);
  const verifier = createHash("sha256").update("holdfast temporary code verifier v1").update(derived);
  derived.fill(0);
  return verifier.digest("base64url");
}

/** One Argon2id, whether there is anything to compare with or not. */
export async function temporaryCodeFits(
  place: PasswordPlace,
  code: string,
  kept: { readonly salt: string; readonly verifier: string } | null,
  randomSalt: () => Uint8Array,
): Promise<boolean> {
  const salt = kept === null ? randomSalt() : Buffer.from(kept.salt, "base64url");
  const mine = Buffer.from(await temporaryCodeVerifier(place, code, salt), "base64url");
  return kept !== null && timingSafeEqual(mine, Buffer.from(kept.verifier, "base64url"));
}
