import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SignInRecord } from "./cache-recommendation.ts";
import { recommendCacheSize } from "./cache-recommendation.ts";

const dayMs = 86_400_000;
const start = 1_760_000_400_000 - (1_760_000_400_000 % dayMs);

/** `count` sign-ins on a day of the review, an hour apart from 06:00 UTC. */
function onDay(day: number, count: number, mode: SignInRecord["mode"], endpoint = "ws-1"): SignInRecord[] {
  return Array.from({ length: count }, (_, hour) => ({
    atMs: start + day * dayMs + (6 + hour) * 3_600_000,
    mode,
    endpoint,
  }));
}

/** Fourteen days with four online sign-ins each, except those given. */
function fortnight(others: Record<number, SignInRecord[]>): SignInRecord[] {
  return Array.from({ length: 14 }, (_, day) => others[day] ?? onDay(day, 4, "online")).flat();
}

describe("reviewing a cache size", () => {
  test("OTP-14 fourteen days give a number, the formula and the observed peak", () => {
    const signIns = fortnight({
      5: onDay(5, 4, "offline"),
      6: onDay(6, 7, "offline"),
      7: onDay(7, 3, "offline"),
    });
    expect(recommendCacheSize({ signIns, currentSize: 120 })).toEqual({
      kind: "recommended",
      size: 26,
      working: "(7 × 3) + (7 × 3 × 0.20) = 25.2, rounded up to 26",
      observed: {
        days: 14,
        signIns: 58,
        peakLoginsPerDay: 7,
        longestOfflineDays: 3,
        peakCodesOffline: 14,
      },
      change: "lower",
    });
  });

  test.each([
    [25, "raise"],
    [26, "keep"],
    [27, "lower"],
    [undefined, null],
  ] as const)("OTP-14 beside a size of %s it says: %s", (currentSize, change) => {
    const signIns = fortnight({
      5: onDay(5, 7, "offline"),
      6: onDay(6, 7, "offline"),
      7: onDay(7, 7, "offline"),
    });
    const input = currentSize === undefined ? { signIns } : { signIns, currentSize };
    expect(recommendCacheSize(input)).toMatchObject({ kind: "recommended", size: 26, change });
  });

  test("OTP-14 thirteen days are too little, and it says so", () => {
    const signIns = fortnight({ 5: onDay(5, 4, "offline") }).filter(({ atMs }) => atMs < start + 13 * dayMs);
    expect(recommendCacheSize({ signIns })).toMatchObject({
      kind: "too-little-data",
      neededDays: 14,
      observed: { days: 13, signIns: 52 },
    });
  });

  test("OTP-14 days without a sign-in count as observed where the period is given", () => {
    const signIns = [...onDay(3, 2, "offline"), ...onDay(4, 1, "online")];
    expect(recommendCacheSize({ signIns })).toMatchObject({ kind: "too-little-data", observed: { days: 2 } });
    expect(
      recommendCacheSize({ signIns, fromMs: start, toMs: start + 14 * dayMs - 1, variancePercent: 0 }),
    ).toMatchObject({ kind: "recommended", size: 2, observed: { days: 14 } });
  });

  test("OTP-14 sign-ins outside of the period do not count", () => {
    const signIns = fortnight({ 0: onDay(0, 15, "offline"), 5: onDay(5, 5, "offline") });
    expect(
      recommendCacheSize({ signIns, fromMs: start + dayMs, toMs: start + 15 * dayMs - 1 }),
    ).toMatchObject({ kind: "recommended", size: 6, observed: { days: 14, peakLoginsPerDay: 5 } });
  });

  test("no sign-in at all is too little, however long was looked", () => {
    expect(recommendCacheSize({ signIns: [], fromMs: start, toMs: start + 90 * dayMs })).toMatchObject({
      kind: "too-little-data",
      observed: { signIns: 0 },
    });
    expect(recommendCacheSize({ signIns: [] })).toMatchObject({
      kind: "too-little-data",
      observed: { days: 0 },
    });
  });

  test("OTP-14 without an outage it asks for the days to expect", () => {
    const signIns = fortnight({});
    expect(recommendCacheSize({ signIns })).toMatchObject({ kind: "days-offline-unknown" });
    expect(recommendCacheSize({ signIns, expectedDaysOffline: { from: 2, to: 5 } })).toMatchObject({
      kind: "recommended",
      working: "(4 × 5) + (4 × 5 × 0.20) = 24",
    });
  });

  test("OTP-14 what was observed beats a shorter expectation", () => {
    const signIns = fortnight({ 5: onDay(5, 4, "offline"), 6: onDay(6, 4, "offline") });
    expect(recommendCacheSize({ signIns, expectedDaysOffline: 1 })).toMatchObject({
      working: "(4 × 2) + (4 × 2 × 0.20) = 9.6, rounded up to 10",
    });
  });

  test("OTP-31 an online sign-in elsewhere does not end an endpoint's outage, and its code counts", () => {
    const signIns = fortnight({
      5: [...onDay(5, 2, "offline", "laptop"), ...onDay(5, 6, "online", "ws-1")],
      6: onDay(6, 3, "offline", "laptop"),
    });
    expect(recommendCacheSize({ signIns })).toMatchObject({
      observed: { longestOfflineDays: 2, peakCodesOffline: 11, peakLoginsPerDay: 8 },
    });
  });

  test("a day begins where the site says", () => {
    // 23:30 and 00:30 UTC: two days there, one day an hour to the west or to the east.
    const late = [-0.5, 0.5].map((hours) => ({
      atMs: start + 5 * dayMs + hours * 3_600_000,
      mode: "offline" as const,
      endpoint: "ws-1",
    }));
    const signIns = [...onDay(0, 1, "online"), ...late, ...onDay(14, 1, "online")];
    expect(recommendCacheSize({ signIns })).toMatchObject({
      observed: { longestOfflineDays: 2, peakLoginsPerDay: 1 },
    });
    for (const utcOffsetMinutes of [60, -60]) {
      expect(recommendCacheSize({ signIns, utcOffsetMinutes })).toMatchObject({
        observed: { longestOfflineDays: 1, peakLoginsPerDay: 2 },
      });
    }
  });

  test("an expectation that cannot be reckoned with comes back as a refusal with what was observed", () => {
    expect(recommendCacheSize({ signIns: fortnight({}), expectedDaysOffline: 1000 })).toMatchObject({
      kind: "refused",
      reason: "too-large",
      field: "daysOffline",
      observed: { days: 14 },
    });
  });

  test("OTP-14 what is recommended would have lasted through every outage observed, in any order of records", async () => {
    const record = fc.record({
      atMs: fc.integer({ min: start, max: start + 20 * dayMs }),
      mode: fc.constantFrom("online" as const, "offline" as const),
      endpoint: fc.constantFrom("a", "b"),
    });
    await fc.assert(
      fc.property(
        fc.uniqueArray(record, { minLength: 1, maxLength: 40, selector: ({ atMs }) => atMs }),
        (signIns) => {
          const period = { fromMs: start, toMs: start + 20 * dayMs, variancePercent: 0 };
          const answer = recommendCacheSize({ ...period, signIns });
          const reversed = recommendCacheSize({ ...period, signIns: signIns.toReversed() });
          expect(reversed).toEqual(answer);
          if (answer.kind !== "recommended") {
            expect(signIns.every(({ mode }) => mode === "online")).toBe(true);
            return;
          }
          // Replay: a cache of that size at each endpoint, filled by each online sign-in there.
          const sorted = signIns.toSorted((x, y) => x.atMs - y.atMs);
          const filledAt = new Map<string, number>();
          sorted.forEach(({ mode, endpoint }, counter) => {
            if (mode === "online") filledAt.delete(endpoint);
            else {
              const floor = filledAt.get(endpoint) ?? counter;
              filledAt.set(endpoint, floor);
              expect(counter).toBeLessThan(floor + answer.size);
            }
          });
        },
      ),
    );
  });
});
