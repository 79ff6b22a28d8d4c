/**
 * Base32 as `otpauth` URIs carry it: RFC 4648 §6, upper case, without padding.
 *
 * Strict: one text per byte string. Refused are lower case, padding, blanks, lengths no byte string has and
 * left-over bits that are not zero (RFC 4648 §3.5). Letters are computed, not looked up, so neither a branch
 * nor a table index depends on the secret.
 */

/** The text of the bytes, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      text += letterOf((held >>> bits) & 31);
    }
  }
  return bits === 0 ? text : text + letterOf((held << (5 - bits)) & 31);
}

/** The bytes of the text, or null where it is not the one text of some bytes. */
export function decodeBase32(text: string): Uint8Array | null {
  if (impossibleRest.has(text.length % 8)) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let wrong = 0;
  let held = 0;
  let bits = 0;
  let written = 0;
  for (let index = 0; index < text.length; index++) {
    const value = letterValue(text.charCodeAt(index));
    wrong |= value >> 8;
    held = ((held << 5) | (value & 31)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = held >>> bits;
    }
  }
  wrong |= held & ((1 << bits) - 1);
  if (wrong === 0) return bytes;
  bytes.fill(0);
  return null;
}

/** Lengths modulo 8 at which a last group would hold no whole byte more than the one before. */
const impossibleRest = new Set([1, 3, 6]);

/** 0 to 25 are "A" to "Z", 26 to 31 are "2" to "7". */
function letterOf(value: number): string {
  // (25 - value) >> 8 is -1 above 25: from "A" + 26 it is 41 back to "2".
  return String.fromCharCode(value + 65 - (((25 - value) >> 8) & 41));
}

/** The value of a letter, or -1. */
function letterValue(unit: number): number {
  // Each mask is -1 inside its range and 0 outside.
  const upper = ((64 - unit) & (unit - 91)) >> 31;
  const digit = ((49 - unit) & (unit - 56)) >> 31;
  return -1 + (upper & (unit - 64)) + (digit & (unit - 23));
}
