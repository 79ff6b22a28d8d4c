import { defaultUserPolicy } from "@holdfast/protocol/policy";
import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryCodeTold } from "../messages/temporary-code-text.ts";
import { groupedCode, newTemporaryCode, temporaryCodeForm } from "./temporary-code.ts";
import { eligibleWorkflows, refusalOfGeneration, whyNotGood } from "./temporary-code-standing.ts";

const bytes = (from: number) => (count: number) =>
  Uint8Array.from({ length: count }, (_, index) => (from + index * 37) % 256);
const random = fc.infiniteStream(fc.integer({ min: 0, max: 255 })).map((stream) => (count: number) => {
  return Uint8Array.from({ length: count }, () => stream.next().value as number);
});

describe("the form of a code", () => {
  test("TC-47: whatever is made has its length, no look-alikes, and the form by which it is known", () => {
    const lengths = fc.integer({ min: 8, max: 16 });
    fc.assert(
      fc.property(
        lengths,
        fc.constantFrom("letters-and-digits", "digits"),
        random,
        (some, alphabet, entropy) => {
          const length = alphabet === "digits" ? Math.max(10, some) : some;
          const code = newTemporaryCode({ length, alphabet }, entropy);
          expect(code).toHaveLength(length);
          expect(code).not.toMatch(alphabet === "digits" ? /\D/ : /[01258BILOSUVZ]/);
          expect(temporaryCodeForm(groupedCode(code).toLowerCase().replaceAll("-", " "))).toBe(code);
        },
      ),
    );
  });

  test("no one-time code of a token has it, nor has anything else that is too short, too long or out of the alphabet", () => {
    for (const typed of [
      "123456",
      "1234567",
      "12345678",
      "123 456",
      "ABCDEFG",
      "A".repeat(17),
      "1".repeat(17),
    ])
      expect(temporaryCodeForm(typed)).toBeNull();
    for (const typed of ["O0O0-O0O0-AA", "34679!ACDE", ""]) expect(temporaryCodeForm(typed)).toBeNull();
    expect(temporaryCodeForm("34679 34679")).toBe("3467934679");
    expect(temporaryCodeForm("3467-9346")).toBeNull();
  });

  test("a source of randomness that is none makes no code", () => {
    expect(() =>
      newTemporaryCode({ length: 8, alphabet: "letters-and-digits" }, (n) => new Uint8Array(n)),
    ).toThrow(/randomness/);
    expect(newTemporaryCode({ length: 10, alphabet: "letters-and-digits" }, bytes(1))).toHaveLength(10);
  });

  test("is shown in groups of five at most", () => {
    expect(
      [8, 9, 10, 11, 13, 16].map((length) =>
        groupedCode("A".repeat(length))
          .split("-")
          .map((one) => one.length),
      ),
    ).toEqual([
      [4, 4],
      [5, 4],
      [5, 5],
      [4, 4, 3],
      [5, 4, 4],
      [4, 4, 4, 4],
    ]);
  });
});

describe("what a code is worth", () => {
  const code = { use: "multiple", workflows: ["workstation"], expiresAtMs: 1000, endedWhy: null } as const;
  const now = { allowed: true, policy: defaultUserPolicy, workflow: "workstation", nowMs: 999 } as const;

  test.each([
    ["TC-5 until its time is over", {}, { nowMs: 1000 }, "expired"],
    ["TC-8 in the workflows that it was made for", {}, { workflow: "remote-access" }, "workflow-not-allowed"],
    ["TC-9 not for orders", {}, { workflow: "order-signing" }, "workflow-not-allowed"],
    ["AMB-TC-7 not while the feature is off", {}, { allowed: false }, "temporary-codes-disabled"],
    ["TC-6 not once a method was enrolled", { endedWhy: "method-enrolled" }, {}, "method-enrolled"],
    ["TC-20 not a second time where it is good once", { endedWhy: "used-up" }, {}, "used-up"],
    ["and otherwise it is good", {}, {}, null],
  ] as const)("%s", (_, ofCode, ofNow, expected) => {
    expect(whyNotGood({ ...code, ...ofCode }, { ...now, ...ofNow })).toBe(expected);
  });

  test("TC-37: not where the policy takes none any more", () => {
    const workflows = {
      ...defaultUserPolicy.workflows,
      workstation: [["password" as const], ["hotp" as const]],
    };
    const policy = { ...defaultUserPolicy, workflows };
    expect(whyNotGood(code, { ...now, policy })).toBe("workflow-not-allowed");
    expect(eligibleWorkflows(policy)).toEqual(["remote-access"]);
  });

  test("TC-12, TC-17, TC-24, TC-36: what may be made", () => {
    const settings = { ...defaultTemporaryCodeSettings, allowed: true };
    const wanted = { use: "multiple", lifetime: "P14D" } as const;
    const refusal = (more: object, ofSettings: object = {}, policy = defaultUserPolicy) =>
      refusalOfGeneration({ ...wanted, ...more }, { ...settings, ...ofSettings }, policy);
    expect(refusal({})).toBeNull();
    expect(refusal({}, { allowed: false })).toMatchObject({
      reason: "temporary-codes-disabled",
      text: "Temporary codes are disabled for this enterprise",
    });
    expect(refusal({}, { longest: "PT8H" })).toMatchObject({ path: "lifetime", reason: "beyond-limits" });
    expect(refusal({ lifetime: "PT8H" }, { longest: "PT8H" })).toBeNull();
    expect(refusal({ lifetime: "PT28801S" }, { longest: "PT8H" })).toMatchObject({ path: "lifetime" });
    expect(refusal({}, { onceOnly: true })).toMatchObject({ path: "use" });
    expect(refusal({ use: "once" }, { onceOnly: true })).toBeNull();
    const none = { workstation: [["password" as const]], "remote-access": [["password" as const]] };
    const policy = { ...defaultUserPolicy, workflows: { ...defaultUserPolicy.workflows, ...none } };
    expect(refusal({}, { allowed: false }, policy)).toMatchObject({ reason: "not-eligible" });
  });
});

test("TC-22: the five things to tell, the last by what the person has", () => {
  const about = { until: "Sunday, 14:00 UTC", once: false, hasUsualMethod: true, mayEnrol: true };
  const told = temporaryCodeTold(about);
  expect(told).toHaveLength(5);
  expect(told[0]).toContain("expires on Sunday, 14:00 UTC");
  expect(told[1]).toContain("this account only");
  expect(told[2]).toContain("cannot be used to sign orders");
  expect(told[3]).toContain("enter the code where");
  expect(told[4]).toContain("no need to call again");
  expect(temporaryCodeTold({ ...about, hasUsualMethod: false })[4]).toContain("enrol it");
  expect(temporaryCodeTold({ ...about, hasUsualMethod: false, mayEnrol: false })[4]).toContain("new one");
});
