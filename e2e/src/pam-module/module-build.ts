import { join } from "node:path";
import { runOk } from "../../rig/process.ts";

/** The C module's room, and what `make tests` puts into its build folder. */
export const moduleDirectory = join(import.meta.dirname, "..", "..", "..", "native", "pam");
export const packagedStackDirectory = join(import.meta.dirname, "..", "..", "..", "deploy", "pam");

export type Built = "pam_holdfast.so" | "host" | "host-sanitized" | "host-unshortened" | "dlsym-check";

let made: Promise<unknown> | undefined;

/** Builds module and test programs if anything changed, and returns where the one asked for lies. */
export async function built(what: Built): Promise<string> {
  made ??= runOk("make", ["--silent", "-C", moduleDirectory, "tests"], { timeoutMs: 120_000 });
  await made;
  return join(moduleDirectory, "build", what);
}
