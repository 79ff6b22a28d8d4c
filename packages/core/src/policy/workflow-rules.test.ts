import { defaultUserPolicy, type Factor, factor, type Workflow, workflow } from "@holdfast/protocol/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passwordOnlyWorkflows } from "./password-only.ts";
import { reviewPolicy } from "./review-policy.ts";
import { misplacedFactor, signingFactors } from "./workflow-rules.ts";

const errorsOf = (workflows: Partial<typeof defaultUserPolicy.workflows>) =>
  reviewPolicy({ ...defaultUserPolicy, workflows: { ...defaultUserPolicy.workflows, ...workflows } })
    .filter(({ severity }) => severity === "error")
    .map(({ path, code }) => `${path} ${code}`);

describe("which factors may stand where", () => {
  test("the Default policy keeps to the rules", () => {
    expect(errorsOf({})).toEqual([]);
  });

  test("TC-8, TC-9: temporary codes in the second step of the workstation and of remote access, nowhere else", () => {
    for (const one of workflow.options) {
      const allowed = one === "workstation" || one === "remote-access";
      expect(errorsOf({ [one]: [["password"], ["temporary-code"]] }), one).toEqual(
        allowed ? [] : [`workflows.${one} factor-misplaced`],
      );
      expect(errorsOf({ [one]: [["temporary-code"], ["password"]] }), one).toEqual([
        `workflows.${one} factor-misplaced`,
      ]);
    }
  });

  test("order signing takes two steps, one of them passkeys only", () => {
    const wrong = ["workflows.order-signing factor-misplaced"];
    expect(errorsOf({ "order-signing": [["password"], ["passkey"]] })).toEqual([]);
    expect(errorsOf({ "order-signing": [["passkey"], ["pin", "hotp"]] })).toEqual([]);
    expect(errorsOf({ "order-signing": [["passkey"]] })).toEqual(wrong);
    expect(errorsOf({ "order-signing": [["password"], ["passkey", "hotp"]] })).toEqual(wrong);
    for (const weak of ["sms-code", "email-code", "recovery-code", "temporary-code"] as const)
      expect(errorsOf({ "order-signing": [["passkey"], ["password", weak]] }), weak).toEqual(wrong);
  });

  test("whatever is let through names no bypass, and no order is signed without a signing factor", () => {
    const steps = fc.array(fc.uniqueArray(fc.constantFrom(...factor.options), { minLength: 1 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.constantFrom(...workflow.options), steps, (name: Workflow, taken: Factor[][]) => {
        if (misplacedFactor(name, taken) !== null) return;
        expect(taken.flat()).not.toContain("bypass-code");
        expect(taken.flat()).not.toContain("ocra");
        expect(taken[0]).not.toContain("temporary-code");
        if (name !== "order-signing") return;
        expect(taken.length).toBeGreaterThan(1);
        expect(taken.some((step) => step.every((one) => signingFactors.includes(one)))).toBe(true);
      }),
    );
  });
});

test("TC-45: a policy under which remote enrolment can be put off says what that means", () => {
  const notices = (remoteDelaySignIns: number | null) =>
    reviewPolicy({
      ...defaultUserPolicy,
      enrolment: { ...defaultUserPolicy.enrolment, remoteDelaySignIns },
    }).map(({ code }) => code);
  expect(notices(0)).toEqual([]);
  expect(notices(2)).toEqual(["remote-enrolment-put-off"]);
  expect(notices(null)).toEqual(["remote-enrolment-put-off"]);
});

test("TC-44: a policy that wants a temporary code before enrolling says where the portal cannot hold to it", () => {
  const notices = (
    change: Partial<typeof defaultUserPolicy.enrolment>,
    workflows: Partial<typeof defaultUserPolicy.workflows> = {},
  ) =>
    reviewPolicy({
      ...defaultUserPolicy,
      enrolment: { ...defaultUserPolicy.enrolment, remoteByPassword: false, ...change },
      workflows: { ...defaultUserPolicy.workflows, ...workflows },
    })
      .filter(({ path }) => path === "enrolment.remoteByPassword")
      .map(({ code }) => code);
  expect(notices({})).toEqual([]);
  expect(notices({}, { "self-service": [["password"]] })).toEqual(["portal-enrols-by-password"]);
  expect(notices({ rights: ["recovery-code"] }, { "self-service": [["password"]] })).toEqual([]);
  expect(notices({}, { "remote-access": [["password"], ["hotp", "totp"]] })).toEqual([
    "portal-enrols-nobody",
  ]);
  expect(notices({}, { "self-service": [["password"], ["totp"], ["pin"]] })).toEqual([
    "portal-enrols-nobody",
  ]);
  // By SMS alone, which the portal does not take, nobody gets in there; and nothing is put off without the password alone.
  expect(notices({ rights: ["sms-code", "recovery-code"], remoteDelaySignIns: 2 })).toEqual([]);
});

test("TC-45: what is put off at the portal is put off by the password alone", () => {
  const policy = (remoteByPassword: boolean) => ({
    ...defaultUserPolicy,
    enrolment: { ...defaultUserPolicy.enrolment, delaySignIns: 3, remoteByPassword },
  });
  expect(passwordOnlyWorkflows(policy(true), [])).toEqual(["self-service"]);
  expect(passwordOnlyWorkflows(policy(false), [])).toEqual([]);
});

test("nobody enrols a temporary code or a password for himself", () => {
  const policy = {
    ...defaultUserPolicy,
    enrolment: { ...defaultUserPolicy.enrolment, rights: ["totp", "temporary-code"] as Factor[] },
  };
  expect(reviewPolicy(policy).map(({ code, path }) => `${path} ${code}`)).toEqual([
    "enrolment.rights factor-misplaced",
  ]);
});
