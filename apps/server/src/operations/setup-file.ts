import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { SetupFile } from "@holdfast/protocol/admin-api";
import { writeSecretFile } from "../keys/master-key.ts";

/**
 * `<state dir>/setup.json`, mode 0600, there only until the first administrator exists: `holdfast admin bootstrap`, run
 * on this host by somebody who may read it, posts the token to /api/v1/setup over loopback TLS, having checked that the
 * chain ends with a certificate of `authorityPin`.
 */
export async function writeSetupFile(stateDir: string, content: SetupFile): Promise<void> {
  await writeSecretFile(join(stateDir, "setup.json"), `${JSON.stringify(content, null, 2)}\n`);
}

export async function removeSetupFile(stateDir: string): Promise<void> {
  await rm(join(stateDir, "setup.json"), { force: true });
}
