import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** What a run of Vitest came to, as `npm test` adds it up. */
export type Tally = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly test: string; readonly reason: string }[];
};

/**
 * Writes the tally to the file that HOLDFAST_TALLY_FILE names. Vitest's own JSON leaves out why a test was
 * skipped, and a file that could not even be loaded has to count as a failure although none of its tests ran.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env.HOLDFAST_TALLY_FILE;
    if (file === undefined) throw new Error("HOLDFAST_TALLY_FILE is not set");
    writeFileSync(file, JSON.stringify(tally(modules, unhandledErrors.length)));
  }
}

function tally(modules: readonly TestModule[], unhandledErrors: number): Tally {
  let passed = 0;
  let failed = unhandledErrors;
  const skipped: { test: string; reason: string }[] = [];
  for (const module of modules) {
    let failedHere = module.errors().length;
    for (const suite of module.children.allSuites()) failedHere += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") passed += 1;
      else if (result.state === "failed") failedHere += 1;
      else if (result.state === "skipped") {
        const reason = result.note ?? /\[skipped: (.*?)\]/.exec(test.fullName)?.[1] ?? "no reason given";
        skipped.push({ test: test.fullName.replace(/ \[skipped: .*?\]/, ""), reason });
      } else failedHere += 1; // never finished
    }
    if (failedHere === 0 && !module.ok()) failedHere = 1;
    failed += failedHere;
  }
  return { passed, failed, skipped };
}
