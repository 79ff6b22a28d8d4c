import { existsSync } from "node:fs";
import path from "node:path";
import { repositoryRoot, runCommand } from "./command.ts";

/** Folders that are workspaces of their own, as package.json's `workspaces` lists them. */
export const workspacePattern = /^(?:(?:apps|packages)\/[^/]+|sim|e2e|bench)\//;

/**
 * Every file of the checkout that git tracks or would add, relative to the root; null where there is no git
 * checkout (an unpacked release archive).
 */
export async function repositoryFiles(): Promise<string[] | null> {
  if (!existsSync(path.join(repositoryRoot, ".git"))) return null;
  const listed = await runCommand("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.output}`);
  return listed.output
    .split("\0")
    .filter((file) => file !== "" && existsSync(path.join(repositoryRoot, file)));
}
