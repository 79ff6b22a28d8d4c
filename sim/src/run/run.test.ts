import { expect, test } from "vitest";
import { runEnterprise } from "./run.ts";

/** Enterprises that every test run goes through; `npm run sim` takes others at will. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const operations = 250;

test.each(seeds)(
  "seed %i: every promise is kept (DESIGN §7, OTP-29, OTP-30, OTP-32, UNI-2, UNI-6)",
  async (seed) => {
    const { findings, log } = await runEnterprise({ seed, operations });
    expect(findings, log.slice(-15).join("\n")).toEqual([]);
  },
);

test("the same seed gives the same run", async () => {
  const first = await runEnterprise({ seed: 77, operations: 120 });
  const second = await runEnterprise({ seed: 77, operations: 120 });
  expect(second.log).toEqual(first.log);
  expect(second.hash).toBe(first.hash);
  const other = await runEnterprise({ seed: 78, operations: 20 });
  expect(other.hash).not.toBe(first.hash);
});
