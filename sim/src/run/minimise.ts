import type { RunResult } from "./run.ts";
import { runEnterprise } from "./run.ts";

/** Runs that the search may take. */
const mostRuns = 12;

/**
 * The shortest prefix of a failing run that still fails. What is found only when everything comes back needs not all that
 * went before: a run that stops earlier, and then brings everything back, may show it just as well.
 */
export async function smallestFailure(failed: RunResult): Promise<RunResult> {
  let smallest = failed;
  let low = 0;
  let high = failed.operations;
  for (let runs = 0; runs < mostRuns && low < high; runs += 1) {
    const middle = Math.floor((low + high) / 2);
    const result = await runEnterprise({ seed: failed.seed, operations: middle });
    if (result.findings.length > 0) {
      smallest = result;
      high = Math.min(middle, result.operations);
    } else low = middle + 1;
  }
  return smallest;
}
