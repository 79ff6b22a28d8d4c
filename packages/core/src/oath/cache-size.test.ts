import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cacheSize } from "./cache-size.ts";

describe("the cache-size formula", () => {
  test("OTP-12 15 a day for 3 days with 20 % is 54", () => {
    expect(cacheSize({ loginsPerDay: 15, daysOffline: 3, variancePercent: 20 })).toEqual({
      kind: "ok",
      size: 54,
      working: "(15 × 3) + (15 × 3 × 0.20) = 54",
      baseline: 45,
      loginsPerDay: 15,
      daysOffline: 3,
      variancePercent: 20,
    });
  });

  test("OTP-13 15 to 20 a day for 3 to 5 days is 120: ranges count with their upper ends", () => {
    expect(cacheSize({ loginsPerDay: { from: 15, to: 20 }, daysOffline: { from: 3, to: 5 } })).toMatchObject({
      kind: "ok",
      size: 120,
      working: "(20 × 5) + (20 × 5 × 0.20) = 120",
      loginsPerDay: 20,
      daysOffline: 5,
    });
  });

  test("OTP-10 the variance is 20 % where none is given", () => {
    expect(cacheSize({ loginsPerDay: 10, daysOffline: 10 })).toMatchObject({
      size: 120,
      variancePercent: 20,
    });
  });

  test.each([
    [7, 3, 20, 26, "(7 × 3) + (7 × 3 × 0.20) = 25.2, rounded up to 26"],
    [1, 1, 0, 1, "(1 × 1) + (1 × 1 × 0.00) = 1"],
    [10, 1, 12.5, 12, "(10 × 1) + (10 × 1 × 0.125) = 11.25, rounded up to 12"],
    [2.5, 3, 20, 9, "(2.5 × 3) + (2.5 × 3 × 0.20) = 9"],
    [0.1, 3, 0, 1, "(0.1 × 3) + (0.1 × 3 × 0.00) = 0.3, rounded up to 1"],
    [10, 10, 10, 110, "(10 × 10) + (10 × 10 × 0.10) = 110"],
    [20, 5, 150, 250, "(20 × 5) + (20 × 5 × 1.50) = 250"],
    [10, 100, 0, 1000, "(10 × 100) + (10 × 100 × 0.00) = 1000"],
  ])(
    "OTP-11 %d a day, %d days, %d %%: %d codes",
    (loginsPerDay, daysOffline, variancePercent, size, working) => {
      expect(cacheSize({ loginsPerDay, daysOffline, variancePercent })).toMatchObject({
        kind: "ok",
        size,
        working,
      });
    },
  );

  test("OTP-11 AMB-OTP-3 equals whole-number reckoning, the percentage rounded up", async () => {
    const logins = fc.integer({ min: 1, max: 40 });
    const days = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.property(
        logins,
        days,
        fc.integer({ min: 0, max: 100 }),
        (loginsPerDay, daysOffline, variancePercent) => {
          const product = loginsPerDay * daysOffline;
          const reserve = Math.floor((product * variancePercent + 99) / 100);
          expect(cacheSize({ loginsPerDay, daysOffline, variancePercent })).toMatchObject({
            kind: "ok",
            size: product + reserve,
            baseline: product,
          });
        },
      ),
    );
  });

  test("OTP-11 decimals are reckoned exactly", async () => {
    const tenths = (most: number) => fc.integer({ min: 1, max: most });
    await fc.assert(
      fc.property(tenths(300), tenths(80), tenths(1000), (loginTenths, dayTenths, percentTenths) => {
        const answer = cacheSize({
          loginsPerDay: Number(`${loginTenths}e-1`),
          daysOffline: Number(`${dayTenths}e-1`),
          variancePercent: Number(`${percentTenths}e-1`),
        });
        const size = Math.floor((loginTenths * dayTenths * (1000 + percentTenths) + 99_999) / 100_000);
        expect(answer).toMatchObject({ kind: "ok", size });
      }),
    );
  });
});

describe("answers that cannot be reckoned with", () => {
  const good = { loginsPerDay: 15, daysOffline: 3, variancePercent: 20 };
  test.each([
    ["not-a-number", "loginsPerDay", null, { loginsPerDay: Number.NaN }],
    ["not-a-number", "loginsPerDay", null, { loginsPerDay: "15" as unknown as number }],
    ["not-a-number", "daysOffline", null, { daysOffline: Number.POSITIVE_INFINITY }],
    ["not-a-number", "daysOffline", null, { daysOffline: null as unknown as number }],
    ["not-a-number", "daysOffline", null, { daysOffline: { from: 1 } as unknown as number }],
    ["too-small", "loginsPerDay", 0.0001, { loginsPerDay: 0 }],
    ["too-small", "daysOffline", 0.0001, { daysOffline: -3 }],
    ["too-small", "variancePercent", 0, { variancePercent: -1 }],
    ["too-large", "loginsPerDay", 1000, { loginsPerDay: 1001 }],
    ["too-large", "daysOffline", 366, { daysOffline: { from: 1, to: 367 } }],
    ["too-large", "variancePercent", 1000, { variancePercent: 1001 }],
    ["too-precise", "loginsPerDay", null, { loginsPerDay: 1 / 3 }],
    ["range-reversed", "loginsPerDay", null, { loginsPerDay: { from: 20, to: 15 } }],
  ] as const)("OTP-10 refuses with %s for %s", (reason, field, limit, change) => {
    expect(cacheSize({ ...good, ...change })).toEqual({ kind: "refused", reason, field, limit });
  });

  test("OTP-14 a size above what a policy may set is refused with the working", () => {
    expect(cacheSize({ loginsPerDay: 30, daysOffline: 30, variancePercent: 20 })).toEqual({
      kind: "refused",
      reason: "cache-too-large",
      size: 1080,
      working: "(30 × 30) + (30 × 30 × 0.20) = 1080",
      limit: 1000,
    });
  });

  test("answers whatever is asked, and its size is never below the product", async () => {
    const anything = fc.oneof(fc.double(), fc.record({ from: fc.double(), to: fc.double() }), fc.nat(50));
    await fc.assert(
      fc.property(
        anything,
        anything,
        fc.oneof(fc.double(), fc.nat(100)),
        (loginsPerDay, daysOffline, variancePercent) => {
          const answer = cacheSize({ loginsPerDay, daysOffline, variancePercent });
          if (answer.kind === "ok") {
            expect(Number.isSafeInteger(answer.size)).toBe(true);
            expect(answer.size).toBeGreaterThanOrEqual(answer.baseline);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
