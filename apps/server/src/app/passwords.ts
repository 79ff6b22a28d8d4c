import { createHash, timingSafeEqual } from "node:crypto";

/** What the server keeps of a password: SHA-256("holdfast password verifier v1" ‖ S_pw), base64url (SECURITY §1). */
export function passwordVerifier(derived: Uint8Array): string {
  return createHash("sha256").update("holdfast password verifier v1").update(derived).digest("base64url");
}

export function verifierFits(derived: Uint8Array, verifier: string): boolean {
  const mine = Buffer.from(passwordVerifier(derived), "base64url");
  const kept = Buffer.from(verifier, "base64url");
  return mine.length === kept.length && timingSafeEqual(mine, kept);
}
