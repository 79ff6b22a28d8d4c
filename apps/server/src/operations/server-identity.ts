import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSecretFile } from "../keys/master-key.ts";

/** This server's id: its audit chain's name. Kept beside the master key, so that a restart goes on with its chain. */
export async function serverIdentity(
  stateDir: string | null,
  entropy: (bytes: number) => Uint8Array,
): Promise<string> {
  const made = `srv_${Buffer.from(entropy(9)).toString("base64url")}`;
  if (stateDir === null) return made;
  const path = join(stateDir, "server-id");
  try {
    const kept = (await readFile(path, "utf8")).trim();
    if (!/^srv_[A-Za-z0-9_-]{12}$/.test(kept)) throw new Error(`${path} does not hold a server id`);
    return kept;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) throw cause;
    await writeSecretFile(path, `${made}\n`);
    return made;
  }
}

/** The state directory, for this user alone. */
export async function prepareStateDir(stateDir: string): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
}
