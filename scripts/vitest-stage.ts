import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "./command.ts";
import type { Tally } from "./tally-reporter.ts";

/** Runs one Vitest project with its output on the terminal, and returns its tally. */
export async function runVitest(project: string): Promise<Tally> {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-tally-"));
  const file = path.join(folder, "tally.json");
  try {
    // The slow project tells every test as it ends, so that nobody waits before a silent terminal.
    const reporter = project === "e2e" ? "verbose" : "default";
    const run = await runCommand(
      process.execPath,
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        `--project=${project}`,
        `--reporter=${reporter}`,
        "--reporter=./scripts/tally-reporter.ts",
      ],
      { env: { ...process.env, HOLDFAST_TALLY_FILE: file }, output: "show" },
    );
    return verdict(project, run.status, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run without a tally, without any test, or with a bad exit status but no failure is itself a failure. */
function verdict(project: string, status: number, file: string): Tally {
  let tally: Tally;
  try {
    tally = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    process.stdout.write(`  Vitest ended with status ${status} before it could report on "${project}".\n`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  if (tally.passed + tally.failed + tally.skipped.length === 0) {
    process.stdout.write(`  The project "${project}" holds no tests, so it proves nothing.\n`);
    return { ...tally, failed: 1 };
  }
  if (status !== 0 && tally.failed === 0) {
    process.stdout.write(`  Vitest ended with status ${status} although no test of "${project}" failed.\n`);
    return { ...tally, failed: 1 };
  }
  return tally;
}
