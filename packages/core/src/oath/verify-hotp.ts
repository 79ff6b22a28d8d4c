/**
 * The server's answer to one HOTP code (RFC 4226 §7.2, §7.4), with the reason for a refusal where asked for.
 *
 * The window is always walked to its end. Where a code stands outside of it is searched only with `explain`,
 * which callers set once the password has been proven: nobody else may be told, and the search takes some
 * twenty times as long as the window. What follows from a refusal (RFC 4226 §7.3 throttling, lockout) is the
 * caller's to decide.
 */

import type { CounterRange } from "./counter-ranges.ts";
import { mergeRanges } from "./counter-ranges.ts";
import { codeValue, matchInRanges } from "./hotp.ts";
import type { HotpParameters } from "./hotp-key.ts";
import { withHotpKey } from "./hotp-key.ts";
import type { TokenPosition } from "./look-ahead-window.ts";
import { acceptableRanges, lookAheadWindow, resynchronisationSearchWindow } from "./look-ahead-window.ts";

export type HotpVerdict =
  | {
      readonly kind: "accepted";
      readonly counter: number;
      /** The new floor; to be stored, conditional on the old one, before anybody is told. */
      readonly nextCounter: number;
    }
  | { readonly kind: "refused"; readonly reason: HotpRefusal; readonly counter: number | null };

export type HotpRefusal =
  /** No counter anywhere near has this code, or the text is no code at all. */
  | "wrong-code"
  /** The code of a counter just below the floor: used already, or passed over (OTP-8). */
  | "code-already-used"
  /** The code of a counter that a revoked endpoint may know. */
  | "code-exposed"
  /** The code of a counter beyond the window: the token was advanced too far (OTP-26). */
  | "token-out-of-step";

export interface VerifyHotp extends HotpParameters, TokenPosition {
  readonly code: string;
  /** Look-ahead window (RFC 4226 §7.4), in counters. */
  readonly windowSize: number;
  /** Whether to search for the reason of a refusal; without it every refusal is "wrong-code". */
  readonly explain: boolean;
  /** Acceptable counters searched to say "out of step"; by default at least 1000. Nothing there is accepted. */
  readonly searchWindow?: number;
}

/** Decides over one code. Should it stand at several counters, acceptance comes first, then the lowest. */
export function verifyHotp(input: VerifyHotp): HotpVerdict {
  const { nextCounter, exposed, windowSize, code, digits, explain } = input;
  const value = codeValue(code, digits);
  const window = lookAheadWindow({ nextCounter, exposed, windowSize });
  return withHotpKey(input, (key) => {
    const accepted = matchInRanges(key, value, acceptableRanges(window));
    if (accepted.kind === "match") {
      return { kind: "accepted", counter: accepted.counter, nextCounter: accepted.counter + 1 };
    }
    const zones = explain && value !== null ? refusedZones(input, window.to) : [];
    for (const { reason, ranges } of zones) {
      const found = matchInRanges(key, value, ranges);
      if (found.kind === "match") return { kind: "refused", reason, counter: found.counter };
    }
    return { kind: "refused", reason: "wrong-code", counter: null };
  });
}

/** Where a refused code may stand, the likeliest first. */
function refusedZones(
  { nextCounter, exposed, windowSize, searchWindow = resynchronisationSearchWindow(windowSize) }: VerifyHotp,
  windowEnd: number,
): { readonly reason: HotpRefusal; readonly ranges: readonly CounterRange[] }[] {
  const search = lookAheadWindow({ nextCounter, exposed, windowSize: Math.max(windowSize, searchWindow) });
  return [
    {
      reason: "code-already-used",
      ranges: [{ from: Math.max(0, nextCounter - windowSize), to: nextCounter }],
    },
    { reason: "code-exposed", ranges: firstCounters(mergeRanges(exposed, nextCounter), searchWindow) },
    {
      reason: "token-out-of-step",
      ranges: acceptableRanges(search).flatMap((range) => above(range, windowEnd)),
    },
  ];
}

function above(range: CounterRange, counter: number): CounterRange[] {
  return range.to <= counter ? [] : [{ from: Math.max(range.from, counter), to: range.to }];
}

/** The lowest `count` counters of the ranges: what was handed out is bounded, what a store says need not be. */
function firstCounters(ranges: readonly CounterRange[], count: number): CounterRange[] {
  let missing = count;
  return ranges.flatMap(({ from, to }) => {
    const length = Math.min(to - from, missing);
    missing -= length;
    return length > 0 ? [{ from, to: from + length }] : [];
  });
}
