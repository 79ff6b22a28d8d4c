import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Answer } from "../frame/outcome.ts";
import { refused } from "../frame/outcome.ts";

/**
 * A file of mode 0600 that is there only once it is complete: what is cut off leaves nothing behind, and what was there
 * before stays.
 */
export async function toPrivateFile<T>(
  file: string,
  fill: (write: (part: Uint8Array) => void) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const temporary = `${file}.${process.pid}.tmp`;
  let fault: string | null = null;
  const attempt = (work: () => void) => {
    try {
      if (fault === null) work();
    } catch (error) {
      fault = (error as NodeJS.ErrnoException).code ?? String(error);
    }
  };
  let descriptor = -1;
  attempt(() => {
    rmSync(temporary, { force: true });
    descriptor = openSync(temporary, "wx", 0o600);
  });
  if (fault !== null) return notWritten(file, fault);
  const filled = await fill((part) =>
    attempt(() => {
      for (let from = 0; from < part.length; ) from += writeSync(descriptor, part, from);
    }),
  );
  attempt(() => fsyncSync(descriptor));
  closeSync(descriptor);
  if (fault === null && filled.kind === "ok") attempt(() => renameSync(temporary, file));
  else rmSync(temporary, { force: true });
  return fault === null ? filled : notWritten(file, fault);
}

function notWritten(file: string, code: string): Answer<never> {
  return refused(
    "refused",
    "file-not-written",
    "Nothing was written.",
    `${file} cannot be written (${code}).`,
    "Choose another file.",
  );
}
