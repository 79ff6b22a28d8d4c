import { rmSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory of its own for one test, removed with everything in it when disposed. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

const live = new Set<string>();
let exitHookInstalled = false;

/** `mode` 0o755 lets other users of the machine under test pass through. */
export async function temporaryDirectory(subject: string, mode = 0o700): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), `holdfast-e2e-${subject}-`));
  await chmod(path, mode);
  removeAtExit(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      live.delete(path);
    },
  };
}

function removeAtExit(path: string): void {
  if (!exitHookInstalled) {
    exitHookInstalled = true;
    process.on("exit", () => {
      for (const left of live) rmSync(left, { recursive: true, force: true });
    });
  }
  live.add(path);
}
