import type { CheckOutcome } from "./check-outcome.ts";
import { runCommand } from "./command.ts";

/** knip: files, exports and dependencies that nothing uses, and dependencies that are used but not declared. */
export async function checkDeadCode(): Promise<CheckOutcome> {
  const run = await runCommand("node_modules/.bin/knip", ["--no-progress", "--no-config-hints"]);
  if (run.status === 0) return { kind: "passed", detail: "nothing unused" };
  return { kind: "failed", problems: [run.output.trim()] };
}
