import { fromBase64url } from "@holdfast/core/encoding/base64url";
import { answerTo } from "@holdfast/core/qr-challenge/answer";
import { profileIdOf } from "@holdfast/core/qr-challenge/profile";
import type { Profile } from "../profiles/profile.ts";
import type { ScannedChallenge } from "./read-challenge.ts";

/** The profile whose key the endpoint asks; null: none on this phone. */
export function profileFor({ challenge }: ScannedChallenge, profiles: readonly Profile[]): Profile | null {
  return (
    profiles.find((profile) => {
      const key = publicKeyOf(profile);
      return key !== null && profileIdOf(key) === challenge.profileId;
    }) ?? null
  );
}

/** Eight digits; null where the code holds a key with which everybody would get the same (RFC 7748 §6.1). */
export async function makeAnswer(
  { message, challenge }: ScannedChallenge,
  profile: Profile,
  key: CryptoKey,
): Promise<string | null> {
  const publicKey = publicKeyOf(profile);
  if (publicKey === null) return null;
  const shared = await sharedSecret(key, challenge.ephemeralKey);
  const answer = shared && answerTo(shared, message, publicKey);
  shared?.fill(0);
  return answer;
}

/** WebCrypto refuses a secret that is zero. */
async function sharedSecret(key: CryptoKey, other: Uint8Array): Promise<Uint8Array | null> {
  try {
    const imported = await crypto.subtle.importKey("raw", new Uint8Array(other), "X25519", false, []);
    return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: imported }, key, 256));
  } catch {
    return null;
  }
}

function publicKeyOf({ challengeKey }: Profile): Uint8Array | null {
  return challengeKey === null ? null : fromBase64url(challengeKey);
}
