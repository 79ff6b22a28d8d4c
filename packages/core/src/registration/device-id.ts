import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * The Device ID of an offline registration (REG-2): what the phone drew, which the server needs to make the same keys, and
 * a tag that only who scanned this QR code can make. 40 + 20 bits as twelve symbols of Crockford's base32, three times
 * four: what is typed forgives case, spaces, hyphens, O for 0, and I or L for 1.
 */

/** Bytes that the phone draws. */
export const drawnBytes = 5;
const tagBits = 20;
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export type ReadDeviceId =
  | { readonly kind: "ok"; readonly drawn: Uint8Array }
  /** `form`: not twelve of the symbols; `tag`: not made from this QR code, or mistyped. */
  | { readonly kind: "refused"; readonly reason: "form" | "tag" };

export function deviceIdOf(seed: Uint8Array, registrationId: string, drawn: Uint8Array): string {
  if (drawn.length !== drawnBytes) throw new RangeError("a Device ID is of five drawn bytes");
  return written(numberOf(drawn) * 2n ** BigInt(tagBits) + BigInt(tagOf(seed, registrationId, drawn)));
}

export function readDeviceId(seed: Uint8Array, registrationId: string, typed: string): ReadDeviceId {
  const value = valueTyped(typed);
  if (value === null) return { kind: "refused", reason: "form" };
  const drawn = bytesOf(value >> BigInt(tagBits));
  const given = Number(value & (2n ** BigInt(tagBits) - 1n));
  // Without a branch on where they differ.
  return (given ^ tagOf(seed, registrationId, drawn)) === 0
    ? { kind: "ok", drawn }
    : { kind: "refused", reason: "tag" };
}

/** For a phone that was registered online, whose user never types it: the first sixty bits of its key's hash. */
export function deviceIdOfKey(hash: Uint8Array): string {
  const [high, low] = [numberOf(hash.subarray(0, drawnBytes)), hash.subarray(drawnBytes, drawnBytes + 3)];
  return written(high * 2n ** 20n + (numberOf(low) >> 4n));
}

function tagOf(seed: Uint8Array, registrationId: string, drawn: Uint8Array): number {
  const about = utf8ToBytes(`holdfast device id v1${registrationId}`);
  const mac = hmac(sha256, seed, new Uint8Array([...about, ...drawn]));
  return new DataView(mac.buffer, mac.byteOffset).getUint32(0) >>> (32 - tagBits);
}

function written(value: bigint): string {
  let text = "";
  for (let place = 11n; place >= 0n; place--) {
    text += symbols[Number((value >> (place * 5n)) & 31n)];
    if (place % 4n === 0n && place > 0n) text += "-";
  }
  return text;
}

function valueTyped(typed: string): bigint | null {
  const plain = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s\-–—_.]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  if (plain.length !== 12) return null;
  let value = 0n;
  for (const symbol of plain) {
    const digit = symbols.indexOf(symbol);
    if (digit < 0) return null;
    value = value * 32n + BigInt(digit);
  }
  return value;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: drawnBytes }, (_, index) =>
    Number((value >> BigInt(8 * (drawnBytes - 1 - index))) & 255n),
  );
}
