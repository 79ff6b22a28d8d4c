/**
 * The review of a cache size after some time in production (OTP-14): from the sign-ins of a token, what the
 * formula gives for its busiest day and longest outage, beside what was really used up in one outage.
 *
 * Sign-ins of all endpoints of the token count together: a code used on one endpoint is passed over on the
 * others, so that all of them draw on each endpoint's cache.
 */

import type { CacheSizeAnswer, CacheSizeRefusal, Quantity } from "./cache-size.ts";
import { cacheSize } from "./cache-size.ts";

/** Days of sign-ins that a recommendation needs (OTP-14). */
export const NEEDED_DAYS = 14;

export interface SignInRecord {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly mode: "online" | "offline";
  readonly endpoint: string;
}

export interface ObservedUse {
  /** Calendar days from the first observed to the last, both counted. */
  readonly days: number;
  readonly signIns: number;
  /** Sign-ins on the busiest day. */
  readonly peakLoginsPerDay: number;
  /** Calendar days touched by the longest row of offline sign-ins on one endpoint; 0 where there was none. */
  readonly longestOfflineDays: number;
  /** Codes the token spent during the offline row that spent most, on whichever endpoint. */
  readonly peakCodesOffline: number;
}

export type CacheRecommendation =
  | {
      readonly kind: "recommended";
      readonly size: number;
      readonly working: string;
      readonly observed: ObservedUse;
      /** Beside the size in force, or null where none was given. */
      readonly change: "raise" | "lower" | "keep" | null;
    }
  | { readonly kind: "too-little-data"; readonly observed: ObservedUse; readonly neededDays: number }
  /** Nobody signed in offline and no expectation was given: the formula lacks its second number. */
  | { readonly kind: "days-offline-unknown"; readonly observed: ObservedUse }
  | (CacheSizeRefusal & { readonly observed: ObservedUse });

export function recommendCacheSize(input: {
  /** Successful sign-ins with codes of one token, in any order. */
  readonly signIns: readonly SignInRecord[];
  /** The period looked at, epoch milliseconds; by default from the first sign-in to the last. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Where a day begins: minutes ahead of UTC, default 0. */
  readonly utcOffsetMinutes?: number;
  /** Days offline to be ready for although none that long were observed. */
  readonly expectedDaysOffline?: Quantity;
  /** Reserve in percent, default 20. */
  readonly variancePercent?: number;
  /** The size in force. */
  readonly currentSize?: number;
}): CacheRecommendation {
  const dayOf = (ms: number) => Math.floor((ms + (input.utcOffsetMinutes ?? 0) * 60_000) / 86_400_000);
  const fromMs = input.fromMs ?? Number.NEGATIVE_INFINITY;
  const toMs = input.toMs ?? Number.POSITIVE_INFINITY;
  const signIns = input.signIns
    .filter(({ atMs }) => fromMs <= atMs && atMs <= toMs)
    .sort((a, b) => a.atMs - b.atMs);
  const observed = observe(signIns, dayOf, input.fromMs, input.toMs);

  if (observed.days < NEEDED_DAYS || observed.signIns === 0) {
    return { kind: "too-little-data", observed, neededDays: NEEDED_DAYS };
  }
  const daysOffline = longer(observed.longestOfflineDays, input.expectedDaysOffline);
  if (daysOffline === null) return { kind: "days-offline-unknown", observed };
  const answer: CacheSizeAnswer = cacheSize({
    loginsPerDay: observed.peakLoginsPerDay,
    daysOffline,
    ...(input.variancePercent === undefined ? {} : { variancePercent: input.variancePercent }),
  });
  if (answer.kind === "refused") return { ...answer, observed };
  const { size, working } = answer;
  return { kind: "recommended", size, working, observed, change: changeFrom(input.currentSize, size) };
}

function observe(
  signIns: readonly SignInRecord[],
  dayOf: (ms: number) => number,
  fromMs: number | undefined,
  toMs: number | undefined,
): ObservedUse {
  const first = fromMs ?? signIns[0]?.atMs;
  const last = toMs ?? signIns.at(-1)?.atMs;
  const days = first === undefined || last === undefined ? 0 : Math.max(0, dayOf(last) - dayOf(first) + 1);

  const perDay = new Map<number, number>();
  // The row of offline sign-ins that each endpoint is in; an online sign-in there refills its cache.
  const rows = new Map<string, { firstDay: number; spentBefore: number }>();
  let longestOfflineDays = 0;
  let peakCodesOffline = 0;
  signIns.forEach(({ atMs, mode, endpoint }, spentBefore) => {
    const day = dayOf(atMs);
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
    if (mode === "online") {
      rows.delete(endpoint);
      return;
    }
    const row = rows.get(endpoint) ?? { firstDay: day, spentBefore };
    rows.set(endpoint, row);
    longestOfflineDays = Math.max(longestOfflineDays, day - row.firstDay + 1);
    peakCodesOffline = Math.max(peakCodesOffline, spentBefore + 1 - row.spentBefore);
  });
  const peakLoginsPerDay = [...perDay.values()].reduce((most, count) => Math.max(most, count), 0);
  return { days, signIns: signIns.length, peakLoginsPerDay, longestOfflineDays, peakCodesOffline };
}

/** The longer of what was observed and what is expected, or null where both are nothing. */
function longer(observedDays: number, expected: Quantity | undefined): Quantity | null {
  if (expected === undefined) return observedDays > 0 ? observedDays : null;
  const expectedDays = typeof expected === "object" ? expected.to : expected;
  return observedDays > expectedDays ? observedDays : expected;
}

function changeFrom(current: number | undefined, size: number): "raise" | "lower" | "keep" | null {
  if (current === undefined) return null;
  return size > current ? "raise" : size < current ? "lower" : "keep";
}
