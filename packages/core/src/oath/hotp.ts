/**
 * Event-based one-time codes: RFC 4226, with SHA-256 and SHA-512 as RFC 6238 §1.2 adds them.
 *
 * Not here: TOTP, the optional checksum digit of RFC 4226 §5.3 note and appendix E.1, alphanumeric codes
 * (E.2) and data mixed into the counter (E.4).
 */

import type { CounterRange } from "./counter-ranges.ts";
import { asCounter, END_OF_COUNTERS } from "./counter-ranges.ts";
import type { HotpKey, HotpParameters } from "./hotp-key.ts";
import { withHotpKey } from "./hotp-key.ts";

export type { HotpParameters } from "./hotp-key.ts";

/** The code at one counter (0 up to 2^53 - 1), with its leading zeros (RFC 4226 §5.3). */
export function hotp(input: HotpParameters & { readonly counter: number }): string {
  return withHotpKey(input, (key) => codeText(key.valueAt(input.counter), input.digits));
}

/** The codes at the counters of the ranges, in their order: what a bundle hands to an endpoint. */
export function hotpCodes(
  input: HotpParameters & { readonly ranges: readonly CounterRange[] },
): { readonly counter: number; readonly code: string }[] {
  return withHotpKey(input, (key) =>
    input.ranges.flatMap(({ from, to }) =>
      Array.from({ length: lengthOf(from, to) }, (_, index) => ({
        counter: from + index,
        code: codeText(key.valueAt(from + index), input.digits),
      })),
    ),
  );
}

export type HotpMatch = { readonly kind: "match"; readonly counter: number } | { readonly kind: "none" };

/**
 * The lowest counter in `from <= counter < from + count` whose code is `code`.
 *
 * Every counter is computed and compared without branching on the result, so the time tells neither whether
 * nor where a code matched. A text that is not exactly `digits` ASCII digits matches nothing.
 */
export function matchHotp(
  input: HotpParameters & { readonly code: string; readonly from: number; readonly count: number },
): HotpMatch {
  const { code, digits, from, count } = input;
  if (count === 0) return { kind: "none" };
  const range = { from, to: asCounter(from + count) };
  return withHotpKey(input, (key) => matchInRanges(key, codeValue(code, digits), [range]));
}

/** The same walk over several ranges with a key that is already prepared. */
export function matchInRanges(
  key: HotpKey,
  value: number | null,
  ranges: readonly CounterRange[],
): HotpMatch {
  // No code has this value, so a malformed text costs the same walk as a wrong code.
  const wanted = value ?? -1;
  // Both are plain numbers and the choice is made by arithmetic; 0 in `found` means not yet.
  let found = 0;
  let counter = 0;
  for (const { from, to } of ranges) {
    lengthOf(from, to);
    for (let at = from; at < to; at++) {
      const difference = key.valueAt(at) ^ wanted;
      const equal = 1 - ((difference | -difference) >>> 31);
      counter += at * (equal * (1 - found));
      found |= equal;
    }
  }
  return found === 1 ? { kind: "match", counter } : { kind: "none" };
}

/** The number that a typed code stands for, or null where the text is not exactly `digits` ASCII digits. */
export function codeValue(code: string, digits: number): number | null {
  return code.length === digits && /^[0-9]+$/.test(code) ? Number(code) : null;
}

function codeText(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** A walk has an end that a caller's slip cannot move: more than this many counters at once is a fault. */
const LONGEST_WALK = 100_000;

function lengthOf(from: number, to: number): number {
  const length = asCounter(to) - asCounter(from);
  if (length < 0 || length > LONGEST_WALK || to > END_OF_COUNTERS) {
    throw new RangeError("not a range of HOTP counters to walk");
  }
  return length;
}
