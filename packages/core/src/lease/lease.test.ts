import { defaultUserPolicy } from "@holdfast/protocol/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LeaseFacts } from "../sign-in/types.ts";
import { leaseState, remainingSignIns } from "./lease.ts";
import { leaseTerms } from "./terms.ts";

const nowMs = 1_000_000;
const held: LeaseFacts = {
  notAfterMs: nowMs + 1,
  signInsLeft: 3,
  codesLeft: 2,
  lastOnlineMs: 1,
  freshSignInNeeded: false,
};
const onTime = { nowMs, behindMs: 0 };

describe("lease × clock", () => {
  test.each<[string, LeaseFacts | null, { nowMs: number; behindMs: number }, string]>([
    ["nothing held", null, onTime, "never-signed-in-here"],
    ["never signed in online here (OTP-21)", { ...held, lastOnlineMs: null }, onTime, "never-signed-in-here"],
    [
      "a conflict was found (OTP-29)",
      { ...held, freshSignInNeeded: true },
      onTime,
      "fresh-online-sign-in-needed",
    ],
    ["its last moment is over", { ...held, notAfterMs: nowMs }, onTime, "lease-expired"],
    [
      "over, and the wall clock shows a time before its end (UNI-6)",
      { ...held, notAfterMs: nowMs },
      { nowMs, behindMs: 130_000 },
      "clock-set-back",
    ],
    [
      "over, and even the clock that was set back says so",
      { ...held, notAfterMs: nowMs - 500_000 },
      { nowMs, behindMs: 130_000 },
      "lease-expired",
    ],
    ["no code left (OTP-22)", { ...held, codesLeft: 0 }, onTime, "cache-exhausted"],
    ["no sign-in left", { ...held, signInsLeft: 0 }, onTime, "sign-ins-exhausted"],
    [
      "everything at once",
      { ...held, freshSignInNeeded: true, notAfterMs: 0, codesLeft: 0 },
      onTime,
      "fresh-online-sign-in-needed",
    ],
    ["over and used up", { ...held, notAfterMs: 0, codesLeft: 0 }, onTime, "lease-expired"],
  ])("%s → %s", (_name, lease, effective, reason) => {
    expect(leaseState(lease, effective)).toEqual({ kind: "refused", reason });
  });

  test("a clock set back ends no lease that still runs by effective time (UNI-6)", () => {
    expect(leaseState(held, { nowMs, behindMs: 10 ** 9 })).toEqual({ kind: "held" });
  });

  test("a sign-in without a code does not need codes", () => {
    expect(leaseState({ ...held, codesLeft: 0 }, onTime, { code: false })).toEqual({ kind: "held" });
    expect(remainingSignIns({ signInsLeft: 3, codesLeft: 0 }, { code: false })).toBe(3);
  });

  test("what is shown as remaining is exactly what can still be done", () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), (signInsLeft, codesLeft) => {
        const lease = { ...held, signInsLeft, codesLeft };
        expect(leaseState(lease, onTime).kind === "held").toBe(remainingSignIns(lease) > 0);
      }),
    );
  });
});

describe("terms (DESIGN §6)", () => {
  const offline = { ...defaultUserPolicy.offline, enabled: true };
  const day = 86_400_000;

  test("offline sign-in is off until an administrator allows it", () => {
    expect(leaseTerms(defaultUserPolicy.offline, "tpm", 25, nowMs)).toEqual({
      kind: "refused",
      reason: "offline-not-allowed",
    });
  });

  test.each([
    ["tpm", "P7D", 7 * day, null],
    ["file", "P7D", 3 * day, "software-key"],
    ["file", "P3D", 3 * day, null],
    ["file", "PT5S", 5000, null],
    ["tpm", "PT5S", 5000, null],
    ["tpm", "P90D", 90 * day, null],
  ] as const)("key in %s, maxAge %s: %i ms (UNI-12)", (keyProtection, maxAge, ms, shortenedBy) => {
    expect(leaseTerms({ ...offline, maxAge }, keyProtection, 25, nowMs)).toEqual({
      kind: "granted",
      notAfterMs: nowMs + ms,
      maxSignIns: 25,
      shortenedBy,
    });
  });

  test.each([
    [null, 25, 25],
    [10, 25, 10],
    [30, 25, 25],
    [null, null, 1000],
    [30, null, 30],
    [null, 0, 0],
  ])("policy allows %s sign-ins, %s codes handed out: %i", (maxSignIns, codes, expected) => {
    expect(leaseTerms({ ...offline, maxSignIns }, "tpm", codes, nowMs)).toMatchObject({
      maxSignIns: expected,
    });
  });
});
