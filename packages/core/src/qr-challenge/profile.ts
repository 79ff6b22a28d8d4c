import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64url } from "../encoding/base64url.ts";

/**
 * The profile that a challenge is for: sixteen characters out of its phone's public key, which is all that endpoint and
 * phone both know however the phone was registered. After a rescan, which makes a new key, it is another profile.
 */
export function profileIdOf(phoneKey: Uint8Array): string {
  return toBase64url(sha256(concatBytes(utf8ToBytes("holdfast qr profile v1"), phoneKey)).slice(0, 12));
}
