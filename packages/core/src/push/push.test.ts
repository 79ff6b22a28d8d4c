import type { PushStatement } from "@holdfast/protocol/push-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PhoneFacts } from "./readiness.ts";
import { pushReadiness, silentPhones } from "./readiness.ts";
import {
  type PushRequestFacts,
  pushLifetimeMs,
  pushNumber,
  pushWait,
  weighAnswer,
  withinPushLimits,
} from "./request.ts";

const phone: PhoneFacts = {
  id: "phn_1",
  mode: "online",
  types: ["totp", "push"],
  status: "enabled",
  hasApprovalKey: true,
  biometric: false,
  lastSyncMs: 1_000,
};
const on = { enabled: true, requireBiometric: false };
const request: PushRequestFacts = {
  id: "psh_1",
  challenge: "C".repeat(43),
  number: "47",
  digest: null,
  expiresAtMs: 60_000,
  outcome: null,
};
const approval: PushStatement = {
  v: 1,
  id: "psh_1",
  phoneId: "phn_1",
  challenge: "C".repeat(43),
  decision: "approve",
  number: "47",
  reason: null,
  digest: null,
};
const by: Parameters<typeof weighAnswer>[2] = { phone, standing: on, biometric: false };

describe("who can be asked (REG-26)", () => {
  test.each([
    [true, true, "ready"],
    [true, false, "only-offline-phones"],
    [false, true, "not-enabled"],
    [false, false, "not-enabled"],
  ] as const)("enabled %s, online phone %s: %s", (enabled, online, expected) => {
    const found = pushReadiness({ enabled, requireBiometric: false }, [
      { ...phone, mode: online ? "online" : "offline" },
    ]);
    expect(found.kind === "ready" ? "ready" : found.why).toBe(expected);
  });

  test.each<[string, Partial<PhoneFacts> | null, boolean, string]>([
    ["no phone", null, false, "no-phone"],
    ["a disabled phone", { status: "disabled" }, false, "no-phone"],
    ["a revoked phone", { status: "revoked" }, false, "no-phone"],
    ["REG-4: an offline phone that lists push", { mode: "offline" }, false, "only-offline-phones"],
    ["a phone without that type", { types: ["totp"] }, false, "not-a-type-of-any-phone"],
    ["a phone without the key", { hasApprovalKey: false }, false, "not-a-type-of-any-phone"],
    ["REG-25: a phone under a PIN", {}, true, "no-phone-with-biometric"],
    ["REG-25: a phone under a fingerprint", { biometric: true }, true, "ready"],
  ])("%s", (_what, changes, requireBiometric, expected) => {
    const found = pushReadiness(
      { enabled: true, requireBiometric },
      changes === null ? [] : [{ ...phone, ...changes }],
    );
    expect(found.kind === "ready" ? "ready" : found.why).toBe(expected);
  });

  test("AMB-REG-7: a phone that was not heard of for 30 days is asked, with a warning", () => {
    const day = 86_400_000;
    expect(silentPhones([phone], 1_000 + 30 * day)).toEqual([phone]);
    expect(silentPhones([phone], 999 + 30 * day)).toEqual([]);
    expect(pushReadiness(on, [{ ...phone, lastSyncMs: null }]).kind).toBe("ready");
  });
});

describe("how often (REG-27)", () => {
  test("the sixth within a minute and the twenty-first within an hour are none", () => {
    expect(withinPushLimits([0, 1, 2, 3], 59_999)).toBe(true);
    expect(withinPushLimits([0, 1, 2, 3, 4], 59_999)).toBe(false);
    expect(withinPushLimits([0, 1, 2, 3, 4], 60_000)).toBe(true);
    const spread = Array.from({ length: 20 }, (_, at) => at * 60_000);
    expect(withinPushLimits(spread.slice(1), 3_599_999)).toBe(true);
    expect(withinPushLimits(spread, 3_599_999)).toBe(false);
  });

  test("whatever moments are chosen, never more than the limits in any such time", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7_200_000 }), { maxLength: 200 }), (moments) => {
        const asked: number[] = [];
        for (const atMs of moments.toSorted((a, b) => a - b))
          if (withinPushLimits(asked, atMs)) asked.push(atMs);
        return asked.every(
          (from) =>
            asked.filter((atMs) => atMs >= from && atMs - from < 60_000).length <= 5 &&
            asked.filter((atMs) => atMs >= from && atMs - from < 3_600_000).length <= 20,
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe("the number", () => {
  test("two digits without a leading zero, all of them as likely", () => {
    const seen = new Map<string, number>();
    for (let byte = 0; byte < 256; byte++) {
      const number = pushNumber(Uint8Array.of(byte, 3));
      expect(number).toMatch(/^[1-9]\d$/);
      if (byte < 180) seen.set(number, (seen.get(number) ?? 0) + 1);
    }
    expect([...seen.values()]).toEqual(Array.from({ length: 90 }, () => 2));
  });
});

describe("what an answer is worth", () => {
  test.each<[string, Partial<PushStatement>, Partial<PushRequestFacts>, Partial<typeof by>, number, string]>([
    ["the right number approves", {}, {}, {}, 0, "approved"],
    ["REG-27: a wrong number ends it", { number: "74" }, {}, {}, 0, "wrong-number"],
    ["no is no", { decision: "deny", number: null, reason: "not-now" }, {}, {}, 0, "denied"],
    ["it was not me", { decision: "report", number: null, reason: "not-me" }, {}, {}, 0, "reported"],
    ["a replayed approval", {}, { outcome: "approved" }, {}, 0, "answered-before"],
    ["an approval after a denial", {}, { outcome: "denied" }, {}, 0, "answered-before"],
    ["an approval of what was withdrawn", {}, { outcome: "signed-in-otherwise" }, {}, 0, "withdrawn"],
    [
      "REG-27: a report of what was withdrawn is heard",
      { decision: "report", number: null, reason: "not-me" },
      { outcome: "sign-in-ended" },
      {},
      0,
      "reported",
    ],
    [
      "but not one of what was answered",
      { decision: "report", number: null, reason: "not-me" },
      { outcome: "denied" },
      {},
      0,
      "answered-before",
    ],
    ["in the last moment", {}, {}, {}, 59_999, "approved"],
    ["a moment later", {}, {}, {}, 60_000, "expired"],
    ["for another sign-in", { id: "psh_2" }, {}, {}, 0, "not-of-this-request"],
    ["for another challenge", { challenge: "D".repeat(43) }, {}, {}, 0, "not-of-this-request"],
    ["of another phone", { phoneId: "phn_2" }, {}, {}, 0, "not-of-this-request"],
    ["for another document", { digest: "E".repeat(43) }, {}, {}, 0, "not-of-this-request"],
    ["without the document", {}, { digest: "E".repeat(43) }, {}, 0, "not-of-this-request"],
    ["push switched off since", {}, {}, { standing: null }, 0, "push-disabled"],
    ["type taken away since", {}, {}, { phone: { ...phone, types: [] } }, 0, "phone-may-not"],
    [
      "REG-25: without the biometric",
      {},
      {},
      { phone: { ...phone, biometric: true }, standing: { enabled: true, requireBiometric: true } },
      0,
      "biometric-missing",
    ],
    [
      "REG-25: with it",
      {},
      {},
      {
        phone: { ...phone, biometric: true },
        standing: { enabled: true, requireBiometric: true },
        biometric: true,
      },
      0,
      "approved",
    ],
    [
      "saying no needs no biometric",
      { decision: "deny", number: null, reason: null },
      {},
      { standing: { enabled: true, requireBiometric: true } },
      0,
      "denied",
    ],
  ])("%s", (_what, said, asked, who, nowMs, expected) => {
    const found = weighAnswer({ ...request, ...asked }, { ...approval, ...said }, { ...by, ...who }, nowMs);
    expect(found.kind === "refused" ? found.why : found.kind).toBe(expected);
  });

  test("of any sequence of answers one counts, and once the sign-in is over a report alone", () => {
    const answer = fc.record({
      decision: fc.constantFrom("approve" as const, "deny" as const, "report" as const),
      number: fc.constantFrom("47", "74"),
      atMs: fc.integer({ min: 0, max: 90_000 }),
    });
    const end = fc.constantFrom(
      "withdrawn" as const,
      "signed-in-otherwise" as const,
      "sign-in-ended" as const,
    );
    const endsAtMs = fc.integer({ min: 0, max: 120_000 });
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 12 }), end, endsAtMs, (answers, ending, overAtMs) => {
        let outcome: string | null = null;
        const counted: { kind: string; atMs: number }[] = [];
        for (const { decision, number, atMs } of answers.toSorted((a, b) => a.atMs - b.atMs)) {
          if (atMs >= overAtMs) outcome ??= ending;
          const said: PushStatement =
            decision === "approve"
              ? { ...approval, number }
              : { ...approval, decision, number: null, reason: decision === "report" ? "not-me" : null };
          const found = weighAnswer({ ...request, outcome }, said, by, atMs);
          if (found.kind === "refused") continue;
          outcome = found.kind;
          counted.push({ kind: found.kind, atMs });
        }
        return (
          counted.length <= 1 &&
          counted.every(
            ({ kind, atMs }) => atMs < request.expiresAtMs && (atMs < overAtMs || kind === "reported"),
          )
        );
      }),
      { numRuns: 100 },
    );
  });
});

test("a sign-in sees the same wait whether nobody was asked, nobody answered, or somebody said no", () => {
  for (const outcome of [null, "denied", "reported", "wrong-number", "withdrawn"]) {
    expect(pushWait({ askedAtMs: 5, outcome }, pushLifetimeMs + 4)).toBe("wait");
    expect(pushWait({ askedAtMs: 5, outcome }, pushLifetimeMs + 5)).toBe("over");
  }
  expect(pushWait({ askedAtMs: 5, outcome: "approved" }, 6)).toBe("approved");
});
