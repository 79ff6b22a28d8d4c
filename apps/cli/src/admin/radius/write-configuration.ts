import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Answer } from "../../frame/outcome.ts";
import { ok, refused } from "../../frame/outcome.ts";
import type { ConfigurationFile } from "./freeradius-files.ts";

/** Each file is replaced whole. They are this account's, and the group's to read where one was named. */
export function writeConfiguration(
  directory: string,
  files: readonly ConfigurationFile[],
  group: number | null,
): Answer<null> {
  const open = (path: string, mode: number) => {
    if (group !== null) chownSync(path, -1, group);
    chmodSync(path, group === null ? mode & 0o700 : mode);
  };
  let at = directory;
  try {
    for (const { path, text } of files) {
      at = join(directory, path);
      for (const folder of new Set([directory, dirname(at)])) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        open(folder, 0o750);
      }
      const temporary = `${at}.${process.pid}.tmp`;
      rmSync(temporary, { force: true });
      writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
      open(temporary, 0o640);
      renameSync(temporary, at);
    }
    return ok(null);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return refused(
      "refused",
      "file-not-written",
      "The configuration is not complete.",
      `${at} cannot be written (${code}).`,
      "Run it again where this account may write.",
    );
  }
}

export function groupId(name: string): Answer<number> {
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name}:`));
  const id = Number(line?.split(":")[2]);
  return line !== undefined && Number.isInteger(id)
    ? ok(id)
    : refused(
        "refused",
        "no-such-group",
        "Nothing was written.",
        `There is no group ${name} here.`,
        "getent group",
      );
}
