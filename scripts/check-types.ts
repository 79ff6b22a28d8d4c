import { existsSync, globSync } from "node:fs";
import path from "node:path";
import type { CheckOutcome } from "./check-outcome.ts";
import { repositoryRoot, runCommand } from "./command.ts";
import { workspacePattern } from "./source-files.ts";

/** TypeScript 7 over all projects, and proof that every source file belongs to one of them. */
export async function checkTypes(): Promise<CheckOutcome> {
  const run = await runCommand(process.execPath, ["node_modules/ts7/bin/tsc", "-b", "--pretty", "false"]);
  if (run.status !== 0) return { kind: "failed", problems: [run.output.trim()] };
  const sources = globSync("{apps/*,packages/*,sim,e2e,bench}/**/*.{ts,tsx}", {
    cwd: repositoryRoot,
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.d.ts"],
  });
  const forgotten = sources.filter((source) => !declarationsOf(source).some((file) => existsSync(file)));
  if (sources.length === 0) return { kind: "failed", problems: ["no source file was found"] };
  if (forgotten.length > 0) {
    return {
      kind: "failed",
      problems: forgotten.map((source) => `${source} belongs to no project: extend its tsconfig.json`),
    };
  }
  return { kind: "passed", detail: `${sources.length} files` };
}

/** Where `tsc -b` leaves the declarations of a source: tests of the platform-free packages have a project each. */
function declarationsOf(source: string): string[] {
  const workspace = workspacePattern.exec(source)?.[0] ?? "";
  const name = path.basename(workspace);
  const declaration = source.slice(workspace.length).replace(/\.tsx?$/, ".d.ts");
  return [name, `${name}-tests`].map((project) =>
    path.join(repositoryRoot, ".cache", "types", project, declaration),
  );
}
