import type { SealedUser } from "@holdfast/protocol/stored-files";
import { sealedUser } from "@holdfast/protocol/stored-files";
import { bytesToHex } from "@noble/hashes/utils.js";
import { parseJson, sha256, toBase64url, utf8ToBytes } from "./bytes.ts";

/** A user's sealed file. It carries no MAC of its own: the state holds its digest. */

const maxBytes = 2 * 1024 * 1024;
const sealedFilePattern = /^user-[0-9a-f]{32}-[0-9a-f]{16}\.sealed$/;

/** A new name each time, so that old and new stand side by side until the state decides between them. */
export function sealedFileName(userId: string, random: (bytes: number) => Uint8Array): string {
  return `user-${bytesToHex(sha256(utf8ToBytes(userId))).slice(0, 32)}-${bytesToHex(random(8))}.sealed`;
}

export function isSealedFileName(name: string): boolean {
  return sealedFilePattern.test(name);
}

export function encodeSealed(content: SealedUser): { readonly bytes: Uint8Array; readonly digest: string } {
  const bytes = utf8ToBytes(JSON.stringify(sealedUser.parse(content)));
  return { bytes, digest: toBase64url(sha256(bytes)) };
}

/** The content, or null where it is not what the state vouches for. */
export function decodeSealed(bytes: Uint8Array | null, userId: string, digest: string): SealedUser | null {
  if (bytes === null || bytes.length > maxBytes || toBase64url(sha256(bytes)) !== digest) return null;
  const parsed = sealedUser.safeParse(parseJson(bytes));
  return parsed.success && parsed.data.userId === userId ? parsed.data : null;
}
