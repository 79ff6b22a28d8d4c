import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { runOk } from "./process.ts";

/** The rig's own C programs and preloaded libraries, in `native/`. */
export type NativePart =
  | "pty-driver"
  | "askpass"
  | "packet-link"
  | "namespace-relay"
  | "crash-shim"
  | "test-pam";

const sharedObjects: readonly NativePart[] = ["crash-shim", "test-pam"];
const flags = ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror"];
const cacheDirectory = join(import.meta.dirname, "..", "..", ".cache", "rig");
const built = new Map<NativePart, Promise<string>>();

/** Compiles a part with gcc, once per content, and returns the path of the result. */
export async function nativePart(part: NativePart): Promise<string> {
  const known = built.get(part);
  if (known !== undefined) return await known;
  const path = build(part);
  built.set(part, path);
  return await path;
}

async function build(part: NativePart): Promise<string> {
  const source = join(import.meta.dirname, "native", `${part}.c`);
  const shared = sharedObjects.includes(part);
  const digest = createHash("sha256")
    .update(flags.join(" "))
    .update(await readFile(source))
    .digest("hex");
  const target = join(cacheDirectory, `${part}-${process.arch}-${digest.slice(0, 16)}${shared ? ".so" : ""}`);
  try {
    await access(target);
    return target;
  } catch {
    await mkdir(cacheDirectory, { recursive: true });
  }
  // Test files compile side by side: each into a name of its own, the rename decides.
  const draft = `${target}.${process.pid}`;
  const kind = shared ? ["-shared", "-fPIC"] : [];
  const libraries = part === "test-pam" ? ["-lpam"] : shared ? ["-ldl", "-pthread"] : ["-pthread", "-lutil"];
  await runOk("gcc", [...flags, ...kind, "-o", draft, source, ...libraries]);
  await rename(draft, target);
  return target;
}
