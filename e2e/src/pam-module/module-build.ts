import { join } from "node:path";
import { runOk } from "../../rig/process.ts";

const root = join(import.meta.dirname, "..", "..", "..");
export const moduleDirectory = join(root, "native", "pam");
export const packagedStackDirectory = join(root, "deploy", "pam");
export const referencePage = join(root, "docs", "reference", "pam-module.md");

/** What `make tests` puts into the module's build folder. */
export type Built = "pam_holdfast.so" | "host" | "host-sanitized" | "host-unshortened" | "dlsym-check";

let made: Promise<unknown> | undefined;

/** Builds module and test programs if anything changed, and returns where the one asked for lies. */
export async function built(what: Built): Promise<string> {
  made ??= runOk("make", ["--silent", "-C", moduleDirectory, "tests"], { timeoutMs: 120_000 });
  await made;
  return join(moduleDirectory, "build", what);
}
