import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Lockout } from "../sign-in/types.ts";
import {
  addReportedFailures,
  clearFailures,
  countFailure,
  holdBeforeAttemptMs,
  LONGEST_HOLD_MS,
  lockState,
  mergeLockouts,
  NO_LOCKOUT,
  wrongCode,
} from "./lockout.ts";

const policy = { failures: 3, duration: "PT1M" };
const now = 1_000_000;

function failed(times: number, atMs: number, from: Lockout = NO_LOCKOUT, rules = policy): Lockout {
  let lockout = from;
  for (let i = 0; i < times; i += 1) lockout = countFailure(lockout, rules, atMs);
  return lockout;
}

describe("lock state × time", () => {
  test.each<[string, Lockout, number, ReturnType<typeof lockState>]>([
    ["never failed", NO_LOCKOUT, now, { kind: "open" }],
    ["failed below the threshold", failed(2, now), now, { kind: "open" }],
    ["just locked", failed(3, now), now, { kind: "locked", untilMs: now + 60_000 }],
    ["a moment before the end", failed(3, now), now + 59_999, { kind: "locked", untilMs: now + 60_000 }],
    ["at the end", failed(3, now), now + 60_000, { kind: "open" }],
    ["cleared", clearFailures(), now, { kind: "open" }],
  ])("%s", (_name, lockout, atMs, expected) => {
    expect(lockState(lockout, atMs)).toEqual(expected);
  });
});

describe("counting (OTP-32, MDA-21)", () => {
  test("after an elapsed lock the whole allowance is there again, while the count goes on", () => {
    const later = now + 60_000;
    const elapsed = failed(3, now);
    expect(failed(2, later, elapsed)).toEqual({
      failures: 5,
      failuresSinceLock: 2,
      lockedUntilMs: now + 60_000,
    });
    expect(lockState(failed(2, later, elapsed), later).kind).toBe("open");
    expect(failed(3, later, elapsed)).toEqual({
      failures: 6,
      failuresSinceLock: 0,
      lockedUntilMs: later + 60_000,
    });
  });

  test("a failure that slips in while locked neither unlocks nor shortens", () => {
    expect(failed(1, now + 1000, failed(3, now))).toEqual({
      failures: 4,
      failuresSinceLock: 1,
      lockedUntilMs: now + 60_000,
    });
  });

  test("a policy made stricter bites at the next failure", () => {
    const four: Lockout = { failures: 4, failuresSinceLock: 4, lockedUntilMs: null };
    expect(lockState(countFailure(four, { failures: 3, duration: "PT1M" }, now), now).kind).toBe("locked");
  });

  test("a number changed between two locks gives nobody more tries than the number in force", () => {
    const anyLimit = fc.integer({ min: 1, max: 20 });
    const anyStep = fc.record({ tries: fc.nat(30), limit: anyLimit });
    fc.assert(
      fc.property(fc.nat(100), anyLimit, fc.array(anyStep, { maxLength: 8 }), (before, first, steps) => {
        let lockout = failed(before, 0, NO_LOCKOUT, { failures: first, duration: "PT1M" });
        let sinceLock = lockout.failuresSinceLock;
        let largest = first;
        let nowMs = now;
        for (const { tries, limit } of steps) {
          largest = Math.max(largest, limit);
          let sinceChange = 0;
          for (let i = 0; i < tries; i += 1) {
            lockout = countFailure(lockout, { failures: limit, duration: "PT1M" }, nowMs);
            sinceLock += 1;
            sinceChange += 1;
            const { kind } = lockState(lockout, nowMs);
            expect(kind).toBe(sinceLock >= limit ? "locked" : "open");
            expect(sinceLock).toBeLessThanOrEqual(largest);
            expect(sinceChange).toBeLessThanOrEqual(limit);
            if (kind === "open") continue;
            nowMs += 60_000;
            sinceLock = 0;
            sinceChange = 0;
            largest = limit;
          }
        }
      }),
    );
  });

  test("from 3 to 5 after the third: the fifth of the next locks, not the seventh", () => {
    const five = { failures: 5, duration: "PT1M" };
    const later = now + 60_000;
    expect(lockState(failed(4, later, failed(3, now), five), later).kind).toBe("open");
    expect(lockState(failed(5, later, failed(3, now), five), later).kind).toBe("locked");
  });

  test("within any run of failures at one time no more than the allowance passes unlocked", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 300 }), (failures, before) => {
        const rules = { failures, duration: "PT1M" };
        let lockout = failed(before, 0, NO_LOCKOUT, rules);
        let tries = 0;
        while (lockState(lockout, now).kind === "open") {
          lockout = countFailure(lockout, rules, now);
          tries += 1;
        }
        expect(tries).toBeLessThanOrEqual(failures);
      }),
    );
  });

  test("a duration that is none is a fault, not an endless or absent lock", () => {
    expect(() => countFailure(NO_LOCKOUT, { failures: 1, duration: "soon" }, now)).toThrow(RangeError);
  });
});

const anyLockout = fc
  .record({
    failures: fc.nat(200),
    failuresSinceLock: fc.nat(200),
    lockedUntilMs: fc.option(fc.nat(5_000_000), { nil: null }),
  })
  .filter(({ failures, failuresSinceLock }) => failuresSinceLock <= failures);

describe("merging two views (AMB-MDA-9)", () => {
  test("is stricter than either, whatever the order, and repeating changes nothing", () => {
    fc.assert(
      fc.property(anyLockout, anyLockout, anyLockout, (a, b, c) => {
        const merged = mergeLockouts(a, b);
        expect(merged).toEqual(mergeLockouts(b, a));
        expect(mergeLockouts(merged, a)).toEqual(merged);
        expect(mergeLockouts(mergeLockouts(a, b), c)).toEqual(mergeLockouts(a, mergeLockouts(b, c)));
        expect(merged.failures).toBeGreaterThanOrEqual(Math.max(a.failures, b.failures));
        for (const view of [a, b]) {
          if (lockState(view, now).kind === "locked") expect(lockState(merged, now).kind).toBe("locked");
        }
      }),
    );
  });
});

describe("failures that endpoints report (UNI-2)", () => {
  test("one wrong on each of three endpoints locks at the server", () => {
    let server = NO_LOCKOUT;
    for (const _endpoint of ["a", "b", "c"]) {
      server = addReportedFailures(server, { count: 1, lockedUntilMs: null }, policy, now);
    }
    expect(server).toEqual({ failures: 3, failuresSinceLock: 0, lockedUntilMs: now + 60_000 });
  });

  test("a lock the endpoint had set keeps its own end, past or to come (MDA-21)", () => {
    const two = failed(2, now);
    const past = addReportedFailures(two, { count: 1, lockedUntilMs: now - 1 }, policy, now);
    expect(past).toEqual({ failures: 3, failuresSinceLock: 0, lockedUntilMs: now - 1 });
    const ahead = addReportedFailures(two, { count: 1, lockedUntilMs: now + 5000 }, policy, now);
    expect(ahead).toEqual({ failures: 3, failuresSinceLock: 0, lockedUntilMs: now + 5000 });
  });

  test("no endpoint locks anybody out for longer than the policy does", () => {
    const server = addReportedFailures(NO_LOCKOUT, { count: 1, lockedUntilMs: now + 10 ** 12 }, policy, now);
    expect(server.lockedUntilMs).toBe(now + 60_000);
  });

  test("many told at once are counted and lock as they would one by one, whatever the server had counted", () => {
    const anyRun = fc.record({
      limit: fc.integer({ min: 1, max: 7 }),
      atServer: fc.nat(12),
      atEndpoint: fc.nat(12),
      pausesMs: fc.array(fc.constantFrom(0, 1000, 59_999, 60_000, 200_000), { minLength: 1, maxLength: 40 }),
      sinceMs: fc.constantFrom(0, 30_000, 10_000_000),
    });
    fc.assert(
      fc.property(anyRun, ({ limit, atServer, atEndpoint, pausesMs, sinceMs }) => {
        const ofUser = { ...policy, failures: limit };
        const startMs = now;
        let endpoint = NO_LOCKOUT;
        for (let count = 0; count < atEndpoint; count += 1) endpoint = countFailure(endpoint, ofUser, 0);
        let atMs = startMs;
        const events: { count: 1; lockedUntilMs: number | null }[] = [];
        for (const pauseMs of pausesMs) {
          atMs += pauseMs;
          if (lockState(endpoint, atMs).kind === "locked") continue;
          endpoint = countFailure(endpoint, ofUser, atMs);
          const locked = lockState(endpoint, atMs).kind === "locked";
          events.push({ count: 1, lockedUntilMs: locked ? endpoint.lockedUntilMs : null });
        }
        const mergedAtMs = atMs + sinceMs;
        let server = NO_LOCKOUT;
        for (let count = 0; count < atServer; count += 1) server = countFailure(server, ofUser, 0);
        const locks = events.flatMap(({ lockedUntilMs }) => lockedUntilMs ?? []);
        const atOnce = addReportedFailures(
          server,
          {
            count: events.length,
            lockedUntilMs: locks.at(-1) ?? null,
            sinceLock: endpoint.failuresSinceLock,
          },
          ofUser,
          mergedAtMs,
        );
        const oneByOne = events.reduce(
          (merged, event) => addReportedFailures(merged, event, ofUser, mergedAtMs),
          server,
        );
        expect(atOnce).toEqual(oneByOne);
      }),
      { numRuns: 500 },
    );
  });

  test("a report never weakens what the server knows", () => {
    fc.assert(
      fc.property(
        anyLockout,
        fc.nat(20),
        fc.option(fc.nat(5_000_000), { nil: null }),
        (server, count, lockedUntilMs) => {
          const after = addReportedFailures(server, { count, lockedUntilMs }, policy, now);
          expect(after.failures).toBe(server.failures + count);
          expect(after.lockedUntilMs ?? 0).toBeGreaterThanOrEqual(server.lockedUntilMs ?? 0);
        },
      ),
    );
  });
});

describe("guessing (SECURITY §1)", () => {
  test("ten wrong codes after a right password suspend the token here", () => {
    let token = { wrongCodes: 0, suspended: false };
    for (let i = 1; i <= 9; i += 1) token = wrongCode(token);
    expect(token).toEqual({ wrongCodes: 9, suspended: false });
    expect(wrongCode(token)).toEqual({ wrongCodes: 10, suspended: true });
  });

  test.each([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 1000],
    [4, 2000],
    [5, 4000],
    [7, 16_000],
    [8, 30_000],
    [5000, 30_000],
  ])("after %i failures in a row an attempt is held %i ms", (failures, heldMs) => {
    expect(holdBeforeAttemptMs({ failures, failuresSinceLock: failures, lockedUntilMs: null })).toBe(heldMs);
  });

  test("a lock that was sat out is the wait: the doubling begins again", () => {
    expect(holdBeforeAttemptMs({ failures: 5, failuresSinceLock: 0, lockedUntilMs: now })).toBe(0);
    expect(holdBeforeAttemptMs({ failures: 8, failuresSinceLock: 3, lockedUntilMs: now })).toBe(1000);
  });

  test("no wait is longer than the cap", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (failures) => {
        const heldMs = holdBeforeAttemptMs({ failures, failuresSinceLock: failures, lockedUntilMs: null });
        expect(heldMs).toBeLessThanOrEqual(LONGEST_HOLD_MS);
      }),
    );
  });
});
