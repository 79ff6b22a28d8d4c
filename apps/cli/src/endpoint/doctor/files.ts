import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { commandLine } from "../../frame/shell-words.ts";
import type { Finding } from "./finding.ts";
import { bad, good } from "./finding.ts";

/** A socket of the agent: there, and open to its owner alone. */
export async function checkSocket(file: string, code: string, purpose: string): Promise<Finding> {
  const found = await statOf(file);
  const title = `Socket for ${purpose}`;
  if (typeof found === "string") {
    return bad("error", code, title, `${file} ${found}.`, "systemctl status holdfast-agent");
  }
  if (!found.isSocket()) {
    return bad("error", code, title, `${file} is no socket.`, commandLine("rm", file));
  }
  if ((found.mode & 0o077) !== 0) {
    const detail = `${file} can be used by others than its owner (mode ${octal(found)}).`;
    return bad("error", code, title, detail, commandLine("chmod", "600", file));
  }
  if (found.uid !== 0) {
    const detail = `${file} belongs to uid ${found.uid}. The PAM module speaks to root's agent only, except for that user's own programs.`;
    return bad("warning", code, title, detail, "Run holdfast-agent as root.");
  }
  return good(code, title, `${file} belongs to root alone.`);
}

/** The agent's state: in a folder and files that nobody else can read. */
export async function checkStateDirectory(directory: string): Promise<readonly Finding[]> {
  const code = "state-directory";
  const title = "Stored keys and sign-in data";
  const found = await statOf(directory);
  if (typeof found === "string") {
    const next = "systemctl start holdfast-agent";
    return [bad("error", code, title, `${directory} ${found}.`, next)];
  }
  if ((found.mode & 0o077) !== 0) {
    const detail = `${directory} is open to others than its owner (mode ${octal(found)}).`;
    return [bad("error", code, title, detail, commandLine("chmod", "700", directory))];
  }
  const open: string[] = [];
  let files = 0;
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      files += 1;
      const file = path.join(entry.parentPath, entry.name);
      const stat = await statOf(file);
      if (typeof stat !== "string" && (stat.mode & 0o077) !== 0) open.push(file);
    }
  } catch (error) {
    return [bad("warning", code, title, unreadable(directory, error), "sudo holdfast doctor")];
  }
  if (open.length > 0) {
    const detail = `Others than the owner can read ${open.join(", ")}.`;
    return [bad("error", code, title, detail, commandLine("chmod", "600", ...open))];
  }
  return [good(code, title, `${files} files in ${directory}, readable by their owner alone.`)];
}

function unreadable(directory: string, error: unknown): string {
  return `${directory} cannot be looked into (${(error as NodeJS.ErrnoException).code}).`;
}

/** What lies there, or why that cannot be said, to follow the name. */
export async function statOf(file: string): Promise<Stats | string> {
  try {
    return await lstat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "is not there" : `cannot be looked at (${code})`;
  }
}

function octal({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
