import { notEnrollable } from "@holdfast/core/policy/workflow-rules";
import { defaultUserPolicy, factor, userPolicy } from "@holdfast/protocol/policy";
import { expect, test } from "vitest";
import { policyChanges, policySettings, settingText } from "./policy-settings.ts";

test("every setting of a policy can be named, and nothing else", () => {
  const paths = Object.entries(defaultUserPolicy).flatMap(([group, inner]) =>
    Object.keys(inner).map((name) => `${group}.${name}`),
  );
  expect(policySettings.map(({ path }) => path).sort()).toEqual(paths.sort());
});

test("what is shown can be typed back and changes nothing", () => {
  const typed = policySettings.map(({ path }) => `${path}=${settingText(defaultUserPolicy, path)}`);
  const changes = policyChanges(typed);
  expect(changes.kind === "ok" && userPolicy.parse(changes.value)).toEqual(defaultUserPolicy);
});

test("a setting given twice is refused", () => {
  expect(policyChanges(["offline.enabled=true", "offline.enabled=false"])).toMatchObject({
    kind: "refused",
    exit: "usage",
  });
});

test("what core takes can be typed, and what it refuses is not offered", () => {
  for (const one of factor.options) {
    const typed = policyChanges([`enrolment.rights=${one}`]);
    const policy = { ...defaultUserPolicy, enrolment: { ...defaultUserPolicy.enrolment, rights: [one] } };
    expect([one, typed.kind]).toEqual([one, notEnrollable(policy).length === 0 ? "ok" : "refused"]);
  }
  for (const one of ["bypass-code", "ocra"])
    expect(policyChanges([`workflows.workstation=password,${one}`])).toMatchObject({ kind: "refused" });
  expect(JSON.stringify(policyChanges(["enrolment.rights=ocra"]))).not.toMatch(/[ ,]ocra,/);
});
