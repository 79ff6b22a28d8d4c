import { checkDeadCode } from "./check-dead-code.ts";
import { checkImports } from "./check-imports.ts";
import { checkLint } from "./check-lint.ts";
import { checkLockfile } from "./check-lockfile.ts";
import type { CheckOutcome } from "./check-outcome.ts";
import { checkRepository } from "./check-repository.ts";
import { checkTypes } from "./check-types.ts";

export type Check = {
  readonly name: string;
  readonly run: () => Promise<CheckOutcome>;
};

/** The rules of this repository that are not tests of its behaviour; `npm test` counts each as one test. */
export const checks: readonly Check[] = [
  { name: "types", run: checkTypes },
  { name: "lint", run: checkLint },
  { name: "imports", run: checkImports },
  { name: "dead-code", run: checkDeadCode },
  { name: "lockfile", run: checkLockfile },
  { name: "repository", run: checkRepository },
];

/** Runs one check, prints what came of it, and returns its outcome. A check that throws has failed. */
export async function runCheck(check: Check): Promise<CheckOutcome> {
  const startedAtMs = performance.now();
  const outcome = await check.run().catch(
    (fault: unknown): CheckOutcome => ({
      kind: "failed",
      problems: [fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)],
    }),
  );
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  const told =
    outcome.kind === "passed" ? outcome.detail : outcome.kind === "skipped" ? outcome.reason : "see below";
  process.stdout.write(`  ${outcome.kind.padEnd(7)} ${check.name.padEnd(11)} ${seconds} s  ${told}\n`);
  if (outcome.kind === "failed") {
    for (const problem of outcome.problems) process.stdout.write(`${problem.replace(/^/gm, "    ")}\n`);
  }
  return outcome;
}
