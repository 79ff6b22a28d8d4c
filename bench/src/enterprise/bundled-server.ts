import { dirname, join } from "node:path";
import { type Child, runOk, start } from "@holdfast/e2e/rig/process";
import { repositoryRoot } from "../needs.ts";

export async function makeBundle(): Promise<void> {
  await runOk(process.execPath, [join(repositoryRoot, "scripts", "bundle.ts")], { timeoutMs: 120_000 });
}

/**
 * On SQLite with TLS and all web apps, as `holdfast-server` starts without further settings: by its own first line, which names
 * node's options. Resolves when it is ready.
 */
export async function startBundledServer(stateDir: string, ...settings: string[]): Promise<Child> {
  const server = await start(
    join(repositoryRoot, "dist", "holdfast-server.mjs"),
    ["--json", "--state-dir", stateDir, "--listen", "127.0.0.1:0", ...settings],
    { cleanEnvironment: true, env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } },
  );
  await server.waitForOutput(/"event":"ready"/, { timeoutMs: 30_000 });
  return server;
}
