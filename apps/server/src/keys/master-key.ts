import { createHash, randomBytes } from "node:crypto";
import { chmod, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A key that wraps the data keys of every sealed record (DESIGN §5). */
export type MasterKey = { readonly id: string; readonly key: Uint8Array };

/** The first seals; the others only open what was sealed before a rotation. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]];

export type MasterKeySource = "environment" | "systemd-credential" | "file";

/** The name under which systemd hands the key over (`LoadCredential=holdfast-master-key:…`). */
export const masterKeyCredential = "holdfast-master-key";
export const masterKeyFile = "master-key";

/**
 * Finds the master key: `HOLDFAST_MASTER_KEY`, a systemd credential, or `<state dir>/master-key` (0600), which the
 * first start makes. Each holds one base64url key of 32 bytes per line or comma, the one in force first.
 */
export async function loadMasterKeys(
  stateDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ keys: MasterKeys; source: MasterKeySource; made: boolean }> {
  const given = env.HOLDFAST_MASTER_KEY;
  if (given)
    return { keys: parseMasterKeys(given, "HOLDFAST_MASTER_KEY"), source: "environment", made: false };
  const credentials = env.CREDENTIALS_DIRECTORY;
  const credential = credentials ? await readIfThere(join(credentials, masterKeyCredential)) : null;
  if (credential !== null)
    return {
      keys: parseMasterKeys(credential, masterKeyCredential),
      source: "systemd-credential",
      made: false,
    };

  const path = join(stateDir, masterKeyFile);
  const kept = await readIfThere(path);
  if (kept !== null) {
    const mode = (await stat(path)).mode & 0o777;
    if ((mode & 0o077) !== 0)
      throw new Error(`${path} can be read by others (mode ${mode.toString(8)}); chmod 0600 it`);
    return { keys: parseMasterKeys(kept, path), source: "file", made: false };
  }
  const keys: MasterKeys = [newMasterKey()];
  await writeMasterKeys(stateDir, keys);
  return { keys, source: "file", made: true };
}

export function newMasterKey(): MasterKey {
  return masterKeyOf(randomBytes(32));
}

/** Replaces the file durably: a rotation must never lose the key that opens what is already sealed. */
export async function writeMasterKeys(stateDir: string, keys: MasterKeys): Promise<void> {
  const path = join(stateDir, masterKeyFile);
  const text = `${keys.map(({ key }) => Buffer.from(key).toString("base64url")).join("\n")}\n`;
  await writeSecretFile(path, text);
}

/** A 0600 file by temporary file, fsync, rename, fsync of the folder. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(temporary, 0o600);
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parseMasterKeys(text: string, where: string): MasterKeys {
  const [first, ...rest] = text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map((part) => {
      const key = Buffer.from(part, "base64url");
      // The text itself stays out of the message: it may be a key with a slip in it.
      if (!/^[A-Za-z0-9_-]{43}$/.test(part) || key.length !== 32)
        throw new Error(`${where} is no base64url key of 32 bytes`);
      return masterKeyOf(key);
    });
  if (!first) throw new Error(`${where} holds no master key`);
  return [first, ...rest];
}

export function masterKeyOf(key: Uint8Array): MasterKey {
  const id = createHash("sha256")
    .update("holdfast master key id v1")
    .update(key)
    .digest("base64url")
    .slice(0, 12);
  return { id, key };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  }
}
