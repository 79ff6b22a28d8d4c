import { createReadStream, existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { MasterKey, MasterKeys } from "../../keys/master-key.ts";
import { loadMasterKeys, masterKeyFile, masterKeyOf, writeMasterKeys } from "../../keys/master-key.ts";
import { openStore } from "../../store/open-store.ts";
import { isPostgres } from "../../store/snapshot/postgres-snapshot.ts";
import { writeSnapshot } from "../../store/snapshot/snapshot.ts";
import { prepareStateDir } from "../server-identity.ts";
import type { BackupSecret } from "./container.ts";
import { BackupUnreadable, decryptBackup } from "./container.ts";
import type { BackupHead } from "./content.ts";
import { readContent } from "./content.ts";
import { finishRestore, type PendingRestore, pendingRestoreSetting } from "./restored-store.ts";

export type RestoreResult =
  | {
      readonly kind: "restored";
      readonly epoch: number;
      readonly rows: number;
      readonly madeAtMs: number;
      /** Where the store that was there before is now. */
      readonly setAside: string | null;
    }
  | { readonly kind: "refused"; readonly why: string };

/**
 * What belongs to a moment or to a process, and to nothing after a restore (SECURITY §7): sessions, answers to repeated
 * requests, verdicts that a client may ask for again, who is connected. `tables.test.ts` fails for a table that nobody
 * has decided about.
 */
export const passingTables: ReadonlySet<string> = new Set([
  "attempts",
  "endpoint_changes",
  "endpoint_connections",
  "idempotent_requests",
  "phone_changes",
  "push_requests",
  "radius_challenges",
  "address_proofs",
  "sent_messages",
  "servers",
  "sessions",
]);

type Place = {
  readonly location: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): number;
};

/** Puts a backup where no store is, or, with `replace`, sets an SQLite store aside first. Servers must be stopped. */
export async function restoreBackup(
  file: string,
  secret: BackupSecret,
  place: Place,
  replace: boolean,
): Promise<RestoreResult> {
  const { location, stateDir } = place;
  const taken = !isPostgres(location) && existsSync(location);
  if (taken && !replace)
    return refused(
      `There is a store at ${location}. Add --replace to set it aside, once its server is stopped.`,
    );
  if (taken && (await inUse(location)))
    return refused(`The store at ${location} is in use: stop its server first.`);
  await prepareStateDir(stateDir);
  const unfinished = `${location}.restoring`;
  try {
    const { head, parts } = await readContent(decryptBackup(createReadStream(file), secret));
    const keys = await keysFor(head, stateDir, place.env);
    if (keys.kind === "refused") return keys;
    const pending: PendingRestore = {
      // Above every epoch there ever was, also where this backup is restored for the second time.
      epoch: Math.max(head.epoch + 1, Math.floor(place.now() / 1000)),
      madeAtMs: head.madeAtMs,
      restoredAtMs: place.now(),
      serverId: head.serverId,
    };
    const writing = {
      leaveOut: passingTables,
      settings: { [pendingRestoreSetting]: JSON.stringify(pending) },
    };
    let rows: number;
    let setAside: string | null = null;
    if (isPostgres(location)) {
      rows = await writeSnapshot(location, parts, writing);
      await keys.write();
    } else {
      for (const end of ["", "-wal", "-shm"]) await rm(unfinished + end, { force: true });
      rows = await writeSnapshot(unfinished, parts, writing);
      await keys.write();
      if (taken) setAside = await moveAside(location, place.now());
      await rename(unfinished, location);
      await syncFolder(dirname(location));
    }
    const store = await openStore({ location, now: place.now, serverId: "restore" });
    try {
      await finishRestore(store);
    } finally {
      await store.close();
    }
    return { kind: "restored", epoch: pending.epoch, rows, madeAtMs: head.madeAtMs, setAside };
  } catch (error) {
    if (!isPostgres(location))
      for (const end of ["", "-wal", "-shm"]) await rm(unfinished + end, { force: true });
    if (error instanceof BackupUnreadable) return refused(error.message);
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    if (code === "ENOENT") return refused(`${file} cannot be read (${code}).`);
    return refused(`Nothing was restored: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Reads a backup to its end without writing anything. */
export async function checkBackup(
  file: string,
  secret: BackupSecret,
): Promise<{ kind: "whole"; head: BackupHead; rows: number } | { kind: "refused"; why: string }> {
  try {
    const { head, parts } = await readContent(decryptBackup(createReadStream(file), secret));
    let rows = 0;
    for await (const part of parts) if (part.part === "rows") rows += part.rows.length;
    return { kind: "whole", head, rows };
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

/** The keys that the restored secrets need join those that are here; those in force here stay so. */
async function keysFor(
  head: BackupHead,
  stateDir: string,
  env: Place["env"],
): Promise<{ kind: "keys"; write(): Promise<void> } | { kind: "refused"; why: string }> {
  const brought = (head.masterKeys ?? []).map((text) => masterKeyOf(Buffer.from(text, "base64url")));
  const elsewhere = env.HOLDFAST_MASTER_KEY !== undefined || env.CREDENTIALS_DIRECTORY !== undefined;
  const there = elsewhere || existsSync(join(stateDir, masterKeyFile));
  if (!there) {
    const [first, ...rest] = brought;
    if (!first)
      return refused(
        "The backup was made without master keys: put the file master-key into the state directory first.",
      );
    return { kind: "keys", write: () => writeMasterKeys(stateDir, [first, ...rest]) };
  }
  const loaded = await loadMasterKeys(stateDir, env);
  const missing = brought.filter(({ id }) => !loaded.keys.some((key) => key.id === id));
  if (missing.length === 0) return { kind: "keys", write: async () => undefined };
  if (loaded.source !== "file")
    return refused(
      `The backup's secrets need the master key ${missing.map(({ id }) => id).join(", ")}, which ${loaded.source === "environment" ? "HOLDFAST_MASTER_KEY" : "the systemd credential"} does not hold. Add it there after the one in force.`,
    );
  const all: [MasterKey, ...MasterKey[]] = [loaded.keys[0], ...loaded.keys.slice(1), ...missing];
  return { kind: "keys", write: () => writeMasterKeys(stateDir, all satisfies MasterKeys) };
}

/** SQLite gives exclusive access to nobody while another process has the store open. */
async function inUse(location: string): Promise<boolean> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(location, { timeout: 200 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
    return false;
  } catch (error) {
    return error instanceof Error && /locked|busy/i.test(error.message);
  } finally {
    database.close();
  }
}

async function moveAside(location: string, nowMs: number): Promise<string> {
  const to = `${location}.before-${new Date(nowMs).toISOString().replaceAll(":", "")}`;
  for (const end of ["-wal", "-shm", ""])
    if (existsSync(location + end)) await rename(location + end, to + end);
  return to;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function refused(why: string) {
  return { kind: "refused", why } as const;
}
