import { type Child, start } from "./process.ts";
import { findProgram } from "./requirements.ts";

/** Debian's FreeRADIUS on a configuration directory as it is, in the foreground; ended when disposed. */
export async function startFreeRadius(directory: string): Promise<Child> {
  const program = findProgram("freeradius") ?? "freeradius";
  const child = await start(program, ["-d", directory, "-f"], { cleanEnvironment: true });
  try {
    await child.waitForOutput(/Ready to process requests/);
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  return child;
}
