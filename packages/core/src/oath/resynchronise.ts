/**
 * Resynchronisation by two consecutive codes (RFC 4226 §7.4): finds a token that was advanced beyond its
 * look-ahead window and moves the floor behind it. It never moves the floor back, and neither code may be
 * one that a revoked endpoint knows.
 *
 * A pair is found by chance with odds of `searchWindow / 10^(2 * digits)`: one in a thousand million for six
 * digits and 1000 counters. It still counts as an attempt like any other (RFC 4226 §7.3).
 */

import { codeValue } from "./hotp.ts";
import type { HotpParameters } from "./hotp-key.ts";
import { withHotpKey } from "./hotp-key.ts";
import type { TokenPosition } from "./look-ahead-window.ts";
import { acceptableRanges, DEFAULT_SEARCH_WINDOW, lookAheadWindow } from "./look-ahead-window.ts";

export type Resynchronised =
  | {
      readonly kind: "found";
      /** The new floor: one above the second code's counter, always above the old floor. */
      readonly nextCounter: number;
    }
  | { readonly kind: "not-found" };

export interface Resynchronise extends HotpParameters, TokenPosition {
  /** The code the token showed first. */
  readonly first: string;
  /** The code it showed next, nothing in between. */
  readonly second: string;
  /** Acceptable counters searched for the first code, default 1000; `resynchronisationSearchWindow` fits a window. */
  readonly searchWindow?: number;
}

/** Looks for the pair at or above the floor; the whole span is walked whatever is found. */
export function resynchronise(input: Resynchronise): Resynchronised {
  const { nextCounter, exposed, searchWindow = DEFAULT_SEARCH_WINDOW } = input;
  const first = codeValue(input.first, input.digits);
  const second = codeValue(input.second, input.digits);
  if (first === null || second === null) return { kind: "not-found" };

  // One more than searched, for the second code of a pair that begins at the last searched counter.
  const span = lookAheadWindow({ nextCounter, exposed, windowSize: searchWindow + 1 });
  return withHotpKey(input, (key) => {
    let found = 0;
    let next = 0;
    for (const { from, to } of acceptableRanges(span)) {
      let value = key.valueAt(from);
      for (let at = from; at + 1 < to; at++) {
        const following = key.valueAt(at + 1);
        const difference = (value ^ first) | (following ^ second);
        const equal = 1 - ((difference | -difference) >>> 31);
        next += (at + 2) * (equal * (1 - found));
        found |= equal;
        value = following;
      }
    }
    return found === 1 ? { kind: "found", nextCounter: next } : { kind: "not-found" };
  });
}
