import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { repositoryRoot, runCommand } from "./command.ts";
import type { Tally } from "./tally-reporter.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs a real Vitest over the given test files and returns what the reporter wrote. */
async function tallyOf(files: Record<string, string>): Promise<Tally> {
  mkdirSync(path.join(repositoryRoot, ".cache"), { recursive: true });
  const folder = mkdtempSync(path.join(repositoryRoot, ".cache/tally-"));
  folders.push(folder);
  writeFileSync(path.join(folder, "vitest.config.ts"), "export default {};\n");
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), `import { describe, expect, test } from "vitest";\n${text}`);
  }
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
  const reporter = path.join(repositoryRoot, "scripts/tally-reporter.ts");
  await runCommand(
    process.execPath,
    [
      path.join(repositoryRoot, "node_modules/vitest/vitest.mjs"),
      "run",
      `--root=${folder}`,
      `--reporter=${reporter}`,
    ],
    { cwd: folder, env: { ...env, HOLDFAST_TALLY_FILE: path.join(folder, "tally.json") } },
  );
  return JSON.parse(readFileSync(path.join(folder, "tally.json"), "utf8"));
}

test("counts passes, failures, and skips with their reasons", async () => {
  const tally = await tallyOf({
    "a.test.ts": `
      test("passes", () => expect(1).toBe(1));
      test("fails", () => expect(1).toBe(2));
      test("is skipped", ({ skip }) => skip("no oathtool here"));
      describe.${"skip"}("with sshd [skipped: needs root]", () => { test("signs in", () => {}); });`,
    "b.test.ts": `test("passes too", () => expect(1).toBe(1));`,
  });
  expect(tally).toEqual({
    passed: 2,
    failed: 1,
    skipped: [
      { test: "is skipped", reason: "no oathtool here" },
      { test: "with sshd > signs in", reason: "needs root" },
    ],
  });
});

test("a file that cannot be loaded, a broken hook and a stray rejection are failures", async () => {
  const tally = await tallyOf({
    "unloadable.test.ts": `import "./missing.ts"; test("never runs", () => {});`,
    "hook.test.ts": `import { beforeAll } from "vitest";
      describe("suite", () => { beforeAll(() => { throw new Error("no cluster"); }); test("never runs", () => {}); });`,
    "stray.test.ts": `test("passes", async () => { void Promise.reject(new Error("nobody awaits")); await new Promise((r) => setTimeout(r, 50)); });`,
  });
  expect(tally.passed).toBe(1);
  expect(tally.failed).toBe(3);
});
