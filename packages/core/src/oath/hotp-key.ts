/**
 * A token's secret as an HMAC key whose first blocks are already hashed.
 *
 * HMAC (RFC 2104 §4) spends half of its work on the key alone. A look-ahead walk asks for many codes of one
 * secret, so inner and outer states are computed once and copied for each counter.
 */

import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { asCounter } from "./counter-ranges.ts";

/** What makes a token's codes. The secret's bytes are read and never kept beyond the call. */
export interface HotpParameters {
  /** The shared secret, 1 byte or more; `token-secret.ts` says how long it must be to be enrolled. */
  readonly secret: Uint8Array;
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
}

export interface HotpKey {
  /** The code at a counter as a number; leading zeros are the caller's. */
  valueAt(counter: number): number;
}

/** Runs `use` with the prepared key and erases the key's states afterwards. */
export function withHotpKey<Result>(parameters: HotpParameters, use: (key: HotpKey) => Result): Result {
  const { secret, digits, algorithm } = parameters;
  if (secret.length === 0) throw new RangeError("an empty HOTP secret");
  const hash = hashOf[algorithm];
  const modulus = modulusOf[digits];
  if (!hash || !modulus) throw new RangeError("unknown HOTP algorithm or number of digits");

  const keyed = hmac.create(hash, secret);
  const working = keyed.clone();
  const mac = new Uint8Array(hash.outputLen);
  const message = new Uint8Array(8);
  const messageView = new DataView(message.buffer);
  const macView = new DataView(mac.buffer);

  const valueAt = (counter: number): number => {
    asCounter(counter);
    // The counter as eight bytes, big-endian (RFC 4226 §5.1); `>>> 0` keeps its low 32 bits.
    messageView.setUint32(0, Math.floor(counter / 2 ** 32));
    messageView.setUint32(4, counter >>> 0);
    keyed._cloneInto(working);
    working.update(message).digestInto(mac);
    // Dynamic truncation (RFC 4226 §5.3, §5.4); for longer hashes too, the offset is in the last byte
    // (RFC 6238 §1.2, reference implementation in its appendix A).
    const offset = macView.getUint8(mac.length - 1) & 0x0f;
    return (macView.getUint32(offset) & 0x7fffffff) % modulus;
  };

  try {
    return use({ valueAt });
  } finally {
    keyed.destroy();
    working.destroy();
    mac.fill(0);
  }
}

const hashOf = { "SHA-1": sha1, "SHA-256": sha256, "SHA-512": sha512 } as const;

const modulusOf = { 6: 1_000_000, 7: 10_000_000, 8: 100_000_000 } as const;
