import type { UserPolicy } from "@holdfast/protocol/policy";
import { defaultUserPolicy, userPolicy } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LeaseFacts } from "../sign-in/types.ts";
import { reviewPolicy, validatePolicyChange } from "./review-policy.ts";
import { NO_LOCAL_RULES, tighten, tightenLease } from "./tighten.ts";

const anyPolicy: fc.Arbitrary<UserPolicy> = fc
  .record({
    enabled: fc.boolean(),
    maxAge: fc.constantFrom("PT0S", "PT5S", "PT12H", "P3D", "P7D", "P30D", "P365D"),
    maxSignIns: fc.option(fc.integer({ min: 1, max: 1000 }), { nil: null }),
  })
  .map((offline) => ({ ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, ...offline } }));

const anyRules = fc.record({
  offlineEnabled: fc.boolean(),
  offlineMaxAgeSeconds: fc.option(
    fc.oneof(fc.integer({ min: -10, max: 10 ** 9 }), fc.double({ min: 0, max: 10, noNaN: true })),
    {
      nil: null,
    },
  ),
  maxSignIns: fc.option(fc.integer({ min: -10, max: 2000 }), { nil: null }),
});

describe("local rules", () => {
  test("tighten, never loosen, and touch nothing but offline limits", () => {
    fc.assert(
      fc.property(anyPolicy, anyRules, (policy, rules) => {
        const tight = tighten(policy, rules);
        expect(userPolicy.safeParse(tight).success).toBe(true);
        if (tight.offline.enabled) expect(policy.offline.enabled && rules.offlineEnabled).toBe(true);
        expect(durationSeconds(tight.offline.maxAge)).toBeLessThanOrEqual(
          durationSeconds(policy.offline.maxAge) ?? -1,
        );
        expect(tight.offline.maxSignIns ?? Infinity).toBeLessThanOrEqual(
          policy.offline.maxSignIns ?? Infinity,
        );
        const { enabled, maxAge, maxSignIns } = policy.offline;
        expect({ ...tight, offline: { ...tight.offline, enabled, maxAge, maxSignIns } }).toEqual(policy);
        expect(tighten(tight, rules)).toEqual(tight);
      }),
    );
  });

  test("a lease that is held is only ever shortened, down to nothing", () => {
    const anyLease: fc.Arbitrary<LeaseFacts> = fc.record({
      notAfterMs: fc.nat(10 ** 9),
      signInsLeft: fc.nat(100),
      codesLeft: fc.nat(100),
      lastOnlineMs: fc.constant(5),
      freshSignInNeeded: fc.boolean(),
    });
    fc.assert(
      fc.property(
        anyLease,
        fc.nat(10 ** 6),
        fc.nat(100),
        anyRules,
        (lease, issuedAtMs, signInsDone, rules) => {
          const tight = tightenLease(lease, { issuedAtMs, signInsDone }, rules);
          expect(tight.notAfterMs).toBeLessThanOrEqual(lease.notAfterMs);
          expect(tight.signInsLeft).toBeLessThanOrEqual(lease.signInsLeft);
          if (rules.maxSignIns !== null) {
            expect(tight.signInsLeft + signInsDone).toBeLessThanOrEqual(
              Math.max(rules.maxSignIns, signInsDone),
            );
          }
          const { notAfterMs, signInsLeft } = lease;
          expect({ ...tight, notAfterMs, signInsLeft }).toEqual(lease);
        },
      ),
    );
  });

  test("an hour of local maxAge ends a week's lease an hour after issue", () => {
    const lease = {
      notAfterMs: 604_800_000,
      signInsLeft: 25,
      codesLeft: 25,
      lastOnlineMs: 0,
      freshSignInNeeded: false,
    };
    const tight = tightenLease(
      lease,
      { issuedAtMs: 0, signInsDone: 3 },
      { offlineEnabled: true, offlineMaxAgeSeconds: 3600, maxSignIns: 10 },
    );
    expect(tight).toMatchObject({ notAfterMs: 3_600_000, signInsLeft: 7 });
  });

  test("none change nothing", () => {
    expect(tighten(defaultUserPolicy, NO_LOCAL_RULES)).toEqual(defaultUserPolicy);
  });
});

type Change = {
  offline?: Partial<UserPolicy["offline"]>;
  hotp?: Partial<UserPolicy["hotp"]>;
  lockout?: Partial<UserPolicy["lockout"]>;
  workflows?: Partial<UserPolicy["workflows"]>;
};

function policyWith(change: Change): UserPolicy {
  return {
    ...defaultUserPolicy,
    lockout: { ...defaultUserPolicy.lockout, ...change.lockout },
    offline: { ...defaultUserPolicy.offline, enabled: true, maxAge: "P3D", ...change.offline },
    hotp: { ...defaultUserPolicy.hotp, ...change.hotp },
    workflows: { ...defaultUserPolicy.workflows, ...change.workflows },
  };
}

describe("what an administrator is told", () => {
  test.each<[string, Change, [string, string][]]>([
    ["nothing about a plain policy", {}, []],
    ["nothing about the Default policy, which is off", { offline: { enabled: false, maxAge: "P7D" } }, []],
    ["30 days", { offline: { maxAge: "P30D" } }, [["offline-age-shortened", "info"]]],
    [
      "more than 30 days (AMB-MDA-7)",
      { offline: { maxAge: "P31D" } },
      [
        ["offline-age-long", "warning"],
        ["offline-age-shortened", "info"],
      ],
    ],
    [
      "as good as unlimited",
      { offline: { maxAge: "P367D" } },
      [
        ["offline-age-unlimited", "error"],
        ["offline-age-shortened", "info"],
      ],
    ],
    ["no time at all", { offline: { maxAge: "PT0S" } }, [["offline-age-zero", "error"]]],
    ["a cache of window − 5", { offline: { cacheSize: 25 } }, []],
    [
      "a cache that leaves less slack (AMB-OTP-1)",
      { offline: { cacheSize: 30 } },
      [["cache-leaves-little-slack", "warning"]],
    ],
    [
      "a cache beyond the window (AMB-OTP-2)",
      { offline: { cacheSize: 54 } },
      [["cache-beyond-window", "warning"]],
    ],
    ["a large window", { hotp: { windowSize: 500 } }, [["window-large", "warning"]]],
    [
      "sign-ins beyond the cache",
      { offline: { cacheSize: 10, maxSignIns: 20 } },
      [["sign-ins-beyond-cache", "info"]],
    ],
    ["a warning at every sign-in", { offline: { maxSignIns: 5 } }, [["warning-always", "info"]]],
    ["password alone", { workflows: { workstation: [["password"]] } }, [["offline-without-code", "warning"]]],
    ["code alone", { workflows: { workstation: [["hotp"]] } }, [["offline-code-only", "warning"]]],
    ["a factor twice", { workflows: { administration: [["hotp"], ["hotp"]] } }, [["factor-twice", "error"]]],
    ["many tries", { lockout: { failures: 50 } }, [["lockout-weak", "warning"]]],
    [
      "one count with remote access (SECURITY §3)",
      { lockout: { joinRemoteAccess: true } },
      [["strangers-can-lock-out", "warning"]],
    ],
    ["no lock", { lockout: { duration: "PT0S" } }, [["lockout-without-duration", "warning"]]],
    [
      "destruction (OTP-32)",
      { offline: { destroyAfterFailures: 10 } },
      [["strangers-can-destroy", "warning"]],
    ],
  ])("%s", (_name, change, expected) => {
    expect(reviewPolicy(policyWith(change)).map(({ code, severity }) => [code, severity])).toEqual(expected);
  });

  test("the numbers in the advice are those of the examples (OTP-12, OTP-13)", () => {
    const advice = (cacheSize: number) => reviewPolicy(policyWith({ offline: { cacheSize } }))[0]?.text;
    expect(advice(54)).toContain("raise it to 59");
    expect(advice(120)).toContain("raise it to 125");
    expect(advice(28)).toContain("presses the button 3 times more");
  });

  test("on a change only what is new is told, and an error always", () => {
    const before = policyWith({ offline: { maxAge: "P40D" } });
    const after = policyWith({ offline: { maxAge: "P40D" }, lockout: { failures: 50 } });
    expect(validatePolicyChange(before, after).map(({ code }) => code)).toEqual(["lockout-weak"]);
    expect(validatePolicyChange(null, after)).toHaveLength(3);
    const wrong = policyWith({ offline: { maxAge: "PT0S" } });
    expect(validatePolicyChange(wrong, wrong).map(({ code }) => code)).toEqual(["offline-age-zero"]);
  });
});
