import { expect, test } from "vitest";
import { factorCount, stepsWords } from "./workflow-words.ts";

test("MDA-2: what a workflow takes is told in words", () => {
  expect(stepsWords([["password"], ["hotp", "totp"]])).toBe(
    "Password, then event-based code (HOTP) or time-based code (TOTP)",
  );
});

test.each([
  [[["password"], ["hotp"]], 2],
  [[["password"]], 1],
  [[["passkey"]], 2],
  [[["password", "passkey"]], 1],
] as const)("the weakest way through %j proves %i", (steps, count) => {
  expect(factorCount(steps.map((step) => [...step]))).toBe(count);
});
