import { defaultUserPolicy, userPolicy } from "@holdfast/protocol/policy";
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
