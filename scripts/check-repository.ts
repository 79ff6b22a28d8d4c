import { readFileSync } from "node:fs";
import path from "node:path";
import type { CheckOutcome } from "./check-outcome.ts";
import { repositoryRoot } from "./command.ts";
import { repositoryRules } from "./repository-rules.ts";
import { repositoryFiles } from "./source-files.ts";

/** Every rule of repository-rules.ts over every text file that git tracks or would add. */
export async function checkRepository(): Promise<CheckOutcome> {
  const files = await repositoryFiles();
  if (files === null)
    return { kind: "skipped", reason: "this is no git checkout, so its own files are not known" };
  if (files.length === 0) return { kind: "failed", problems: ["git lists no files: nothing was examined"] };
  const problems = files.flatMap((name) => {
    const content = readFileSync(path.join(repositoryRoot, name));
    if (content.includes(0)) return []; // not text
    const file = { name, text: content.toString("utf8"), root: repositoryRoot };
    return repositoryRules.flatMap((rule) => rule(file));
  });
  if (problems.length > 0) return { kind: "failed", problems };
  return { kind: "passed", detail: `${files.length} files` };
}
