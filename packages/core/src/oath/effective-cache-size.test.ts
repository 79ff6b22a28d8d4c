import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { effectiveCacheSize, planWindow, windowForCache } from "./effective-cache-size.ts";

const wlm = { name: "wlm" } as const;
const pam = { name: "pam" } as const;

describe("the effective cache size", () => {
  test("OTP-16 AMB-OTP-1 a fresh wlm profile gets 30, with a warning that the window has no slack", () => {
    expect(effectiveCacheSize({ profile: wlm, windowSize: 30 })).toEqual({
      size: 30,
      source: "profile",
      cappedBy: null,
      warnings: [{ code: "window-leaves-little-slack", slack: 0, wanted: 5 }],
    });
  });

  test.each([
    { id: "OTP-17", buffer: undefined, windowSize: 30, size: 25 },
    { id: "OTP-17", buffer: undefined, windowSize: 40, size: 35 },
    { id: "OTP-18", buffer: 10, windowSize: 30, size: 20 },
    { id: "OTP-18", buffer: undefined, windowSize: 50, size: 45 },
    { id: "OTP-18", buffer: 5, windowSize: 60, size: 55 },
  ])(
    "$id a pam profile with window $windowSize and buffer $buffer gets $size",
    ({ buffer, windowSize, size }) => {
      const profile = buffer === undefined ? pam : { ...pam, buffer };
      expect(effectiveCacheSize({ profile, windowSize })).toEqual({
        size,
        source: "profile",
        cappedBy: null,
        warnings: [],
      });
    },
  );

  test.each([
    [9, 5, 9, "token"],
    [null, 5, 5, "user"],
    [9, null, 9, "token"],
    [null, null, 25, "profile"],
    [undefined, undefined, 25, "profile"],
  ] as const)(
    "OTP-9 AMB-OTP-4 token %s, user %s: %i by the %s",
    (tokenCacheSize, userCacheSize, size, source) => {
      const input = { profile: pam, windowSize: 30 };
      expect(
        effectiveCacheSize({
          ...input,
          ...(tokenCacheSize === undefined ? {} : { tokenCacheSize }),
          ...(userCacheSize === undefined ? {} : { userCacheSize }),
        }),
      ).toMatchObject({ size, source, warnings: [] });
    },
  );

  test("AMB-OTP-4 the window caps and the warning says what was asked", () => {
    expect(effectiveCacheSize({ tokenCacheSize: 54, profile: pam, windowSize: 30 })).toEqual({
      size: 30,
      source: "token",
      cappedBy: "window",
      warnings: [
        { code: "cache-capped-by-window", asked: 54, windowSize: 30 },
        { code: "window-leaves-little-slack", slack: 0, wanted: 5 },
      ],
    });
  });

  test.each([
    [25, false],
    [26, true],
  ])("AMB-OTP-1 a cache of %i in a window of 30 warns: %s", (tokenCacheSize, warns) => {
    const { warnings } = effectiveCacheSize({ tokenCacheSize, profile: pam, windowSize: 30 });
    expect(warnings.some(({ code }) => code === "window-leaves-little-slack")).toBe(warns);
  });

  test("OTP-18 a buffer as large as the window leaves nothing and says so", () => {
    expect(effectiveCacheSize({ profile: { ...pam, buffer: 40 }, windowSize: 30 })).toEqual({
      size: 0,
      source: "profile",
      cappedBy: null,
      warnings: [{ code: "cache-empty" }],
    });
  });

  test.each([0, 1, 4, 5])("OTP-18 a client that claims a buffer of %i gets the window less 5", (buffer) => {
    const claimed = { profile: { ...pam, buffer }, windowSize: 30 };
    expect(effectiveCacheSize(claimed)).toEqual({
      size: 25,
      source: "profile",
      cappedBy: null,
      warnings: [],
    });
    // Whoever sets a size for token or user has been warned (AMB-OTP-1).
    expect(effectiveCacheSize({ ...claimed, tokenCacheSize: 28 })).toMatchObject({
      size: 28,
      warnings: [{ code: "window-leaves-little-slack" }],
    });
  });

  test("is never above the window, whoever sets it", async () => {
    const size = fc.option(fc.integer({ min: 1, max: 3000 }));
    const profile = fc.oneof(
      fc.constant(wlm),
      fc.record({ name: fc.constant("pam" as const), buffer: fc.nat(100) }),
    );
    await fc.assert(
      fc.property(
        size,
        size,
        profile,
        fc.integer({ min: 1, max: 2000 }),
        (tokenCacheSize, userCacheSize, by, windowSize) => {
          const answer = effectiveCacheSize({ tokenCacheSize, userCacheSize, profile: by, windowSize });
          const own = by.name === "wlm" ? 30 : Math.max(0, windowSize - Math.max(5, by.buffer));
          expect(answer.size).toBe(Math.min(tokenCacheSize ?? userCacheSize ?? own, windowSize));
          expect(answer.cappedBy === "window").toBe((tokenCacheSize ?? userCacheSize ?? own) > windowSize);
        },
      ),
    );
  });

  test.each([0, -1, 2.5])("a set size of %s is a fault", (tokenCacheSize) => {
    expect(() => effectiveCacheSize({ tokenCacheSize, profile: pam, windowSize: 30 })).toThrow(RangeError);
  });
});

describe("the window for a cache", () => {
  test.each([
    [54, 59],
    [120, 125],
  ])("AMB-OTP-2 a cache of %i wants a window of %i", (cache, window) => {
    expect(windowForCache(cache)).toBe(window);
    expect(planWindow({ cacheSize: cache, windowSize: 30 })).toEqual({
      kind: "confirm",
      windowSize: 30,
      raiseTo: window,
    });
    expect(planWindow({ cacheSize: cache, windowSize: window })).toEqual({
      kind: "fits",
      windowSize: window,
    });
  });

  test("AMB-OTP-2 a window is never lowered", () => {
    expect(planWindow({ cacheSize: 10, windowSize: 200 })).toEqual({ kind: "fits", windowSize: 200 });
  });

  test("a window beyond what a policy may set is refused", () => {
    expect(planWindow({ cacheSize: 1996, windowSize: 30 })).toEqual({
      kind: "refused",
      reason: "window-too-large",
      limit: 2000,
    });
  });
});
