/**
 * Which counters a verifier may accept next: the look-ahead window of RFC 4226 §7.4 ("OTP window size" on
 * screen), cut by ranges that a revoked endpoint may know.
 *
 * The window is counted from the last counter the server knows to be consumed (AMB-OTP-8). With `nextCounter`
 * one above that counter and a window of 60, the counters `nextCounter` to `nextCounter + 59` are accepted:
 * a value 60 ahead of the last consumed one, but not 61 (OTP-19).
 *
 * Exposed counters are never accepted and do not use up the window either: it reaches over them, so that it
 * always holds `windowSize` acceptable counters. Else an exposed range right ahead would leave the person with
 * nothing to type. The chance of a guess stays `windowSize / 10^digits` per try (RFC 4226 §7.1, appendix A.4.3).
 */

import type { CounterRange } from "./counter-ranges.ts";
import { asCounter, END_OF_COUNTERS, mergeRanges, rangesHold } from "./counter-ranges.ts";

/** OTP window size where neither token nor policy says otherwise (OTP-19). */
export const DEFAULT_WINDOW_SIZE = 30;

/** Largest window a policy may set: 2000 six-digit codes at once is one in 500 per guess. */
export const MAXIMUM_WINDOW_SIZE = 2000;

/** Counters searched for two consecutive codes, at least; see `resynchronisationSearchWindow`. */
export const DEFAULT_SEARCH_WINDOW = 1000;

export interface TokenPosition {
  /** The floor: the lowest counter not known to be consumed. Nothing below it is ever accepted. */
  readonly nextCounter: number;
  /** Counters that a revoked endpoint may still hold (SECURITY: codes that live in many places). */
  readonly exposed: readonly CounterRange[];
}

export interface LookAheadWindow {
  /** The first acceptable counter: the floor, or the end of the exposed range that covers it. */
  readonly from: number;
  /** One above the last acceptable counter. */
  readonly to: number;
  /** Exposed ranges between `from` and `to`, sorted, apart. */
  readonly excluded: readonly CounterRange[];
}

/**
 * The next `windowSize` acceptable counters. The same with the cache size as `windowSize` says which codes may
 * be handed to an endpoint. At the end of all counters the window shrinks, down to nothing.
 */
export function lookAheadWindow(
  input: TokenPosition & {
    /** Acceptable counters, 1 or more. */
    readonly windowSize: number;
  },
): LookAheadWindow {
  const nextCounter = Math.min(asCounter(input.nextCounter), END_OF_COUNTERS);
  if (!Number.isSafeInteger(input.windowSize) || input.windowSize < 1) {
    throw new RangeError("a look-ahead window holds one counter or more");
  }
  let from = nextCounter;
  let at = nextCounter;
  let missing = input.windowSize;
  const excluded: CounterRange[] = [];
  for (const range of mergeRanges(input.exposed, nextCounter)) {
    const acceptable = range.from - at;
    if (acceptable >= missing) break;
    missing -= acceptable;
    at = range.to;
    if (range.from === nextCounter) from = range.to;
    else excluded.push(range);
  }
  // Not `at + missing` first: the sum may lie above the integers a number carries exactly.
  const to = at + Math.min(missing, END_OF_COUNTERS - at);
  return { from, to, excluded };
}

/** The acceptable counters of a window as ranges, lowest first. */
export function acceptableRanges(window: LookAheadWindow): CounterRange[] {
  const ranges: CounterRange[] = [];
  let at = window.from;
  for (const hole of window.excluded) {
    if (at < hole.from) ranges.push({ from: at, to: hole.from });
    at = hole.to;
  }
  if (at < window.to) ranges.push({ from: at, to: window.to });
  return ranges;
}

/** Whether a counter may be accepted. */
export function windowHolds(window: LookAheadWindow, counter: number): boolean {
  return window.from <= counter && counter < window.to && !rangesHold(window.excluded, counter);
}

/**
 * How many acceptable counters are searched for a token that was advanced past its window (RFC 4226 §7.4
 * asks for two consecutive codes there): at least 1000, and always well beyond the window.
 */
export function resynchronisationSearchWindow(windowSize: number): number {
  return Math.max(DEFAULT_SEARCH_WINDOW, 2 * windowSize);
}
