/**
 * The server's answer to one TOTP code (RFC 6238). A time step is the counter of RFC 4226, so a time-based token has a
 * floor like an event-based one: `nextCounter` is the lowest step still accepted, and no code is taken twice
 * (RFC 6238 §5.2).
 */

import { END_OF_COUNTERS } from "./counter-ranges.ts";
import { codeValue, matchInRanges } from "./hotp.ts";
import type { HotpParameters } from "./hotp-key.ts";
import { withHotpKey } from "./hotp-key.ts";

/** Periods of authenticator apps; RFC 6238 §5.2 recommends 30 seconds. */
export const totpPeriods = [30, 60] as const;
export type TotpPeriod = (typeof totpPeriods)[number];

export interface VerifyTotp extends HotpParameters {
  readonly code: string;
  readonly periodSeconds: TotpPeriod;
  /** Lowest time step not known to be consumed. */
  readonly nextCounter: number;
  /** Steps accepted before and after the current one, for clocks that differ and people who type slowly. */
  readonly driftSteps: number;
  readonly nowMs: number;
}

export type TotpVerdict =
  | { readonly kind: "accepted"; readonly counter: number }
  | { readonly kind: "refused"; readonly reason: "wrong-code" };

/** T of RFC 6238 §4.2, with T0 = 0. */
export function timeStep(nowMs: number, periodSeconds: TotpPeriod): number {
  return Math.max(0, Math.floor(nowMs / 1000 / periodSeconds));
}

/** Every step that may be accepted is walked, found or not: the time tells nothing about the code. */
export function verifyTotp(input: VerifyTotp): TotpVerdict {
  const step = timeStep(input.nowMs, input.periodSeconds);
  const from = Math.max(input.nextCounter, step - input.driftSteps, 0);
  const to = Math.min(step + input.driftSteps + 1, END_OF_COUNTERS);
  const value = codeValue(input.code, input.digits);
  if (from >= to) return { kind: "refused", reason: "wrong-code" };
  const found = withHotpKey(input, (key) => matchInRanges(key, value, [{ from, to }]));
  return found.kind === "match"
    ? { kind: "accepted", counter: found.counter }
    : { kind: "refused", reason: "wrong-code" };
}
