import type { CheckOutcome } from "./check-outcome.ts";
import { runCommand } from "./command.ts";

/** Biome's linter and formatter over everything git does not ignore; warnings fail too. */
export async function checkLint(): Promise<CheckOutcome> {
  const run = await runCommand("node_modules/.bin/biome", [
    "ci",
    "--error-on-warnings",
    "--colors=off",
    "--max-diagnostics=50",
    ".",
  ]);
  const examined = Number(/Checked (\d+) files?/.exec(run.output)?.[1] ?? 0);
  if (run.status === 0 && examined > 0) return { kind: "passed", detail: `${examined} files` };
  return {
    kind: "failed",
    problems: [run.output.trim(), "Most of it is mended by: npm run format"],
  };
}
