import { createReadStream, existsSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { loadMasterKeys } from "../../keys/master-key.ts";
import { openStore } from "../../store/open-store.ts";
import { isPostgres } from "../../store/snapshot/postgres-snapshot.ts";
import type { BackupSecret } from "./container.ts";
import { backupMadeAt } from "./container.ts";
import { makeBackup } from "./make-backup.ts";
import { checkBackup, restoreBackup } from "./restore-backup.ts";

/** What `holdfast-server` does with backups instead of serving. */
export type BackupWork =
  | { readonly do: "backup"; readonly file: string }
  | { readonly do: "check"; readonly file: string }
  | { readonly do: "restore"; readonly file: string; readonly replace: boolean };

export type BackupWorkResult =
  | { readonly kind: "done"; readonly lines: readonly string[]; readonly json: Record<string, unknown> }
  | { readonly kind: "refused"; readonly why: string };

type Asked = {
  readonly backup: string | null;
  readonly checkBackup: string | null;
  readonly restore: string | null;
  readonly replace: boolean;
};

/** The work that the options ask for, null for none, or what is wrong with them together. */
export function backupWorkOf({
  backup,
  checkBackup: check,
  restore,
  replace,
}: Asked): BackupWork | null | string {
  const asked = [backup, check, restore].filter((file) => file !== null);
  if (asked.length > 1) return "--backup, --check-backup and --restore go one at a time.";
  if (replace && restore === null) return "--replace goes with --restore.";
  if (backup !== null) return { do: "backup", file: backup };
  if (check !== null) return { do: "check", file: check };
  return restore === null ? null : { do: "restore", file: restore, replace };
}

type Ports = {
  now(): number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The passphrase that somebody types or pipes; null where nobody does. */
  askPassphrase(question: string): Promise<string | null>;
};

export async function doBackupWork(
  work: BackupWork,
  place: { readonly store: string; readonly stateDir: string },
  keyFile: string | null,
  ports: Ports,
): Promise<BackupWorkResult> {
  if (work.do !== "backup" && !existsSync(work.file)) return refused(`${work.file} is not there.`);
  const secret = await secretOf(work, keyFile, ports);
  if (typeof secret === "string") return refused(secret);
  if (work.do === "backup") return backup(work.file, place, secret, ports);
  if (work.do === "check") return check(work.file, secret);
  const location = { location: place.store, stateDir: place.stateDir, env: ports.env, now: ports.now };
  const restored = await restoreBackup(work.file, secret, location, work.replace);
  if (restored.kind === "refused") return restored;
  const { epoch, rows, madeAtMs, setAside } = restored;
  return {
    kind: "done",
    json: { restored: work.file, epoch, rows, madeAtMs, setAside },
    lines: [
      `Restored what was so on ${new Date(madeAtMs).toISOString()}: ${rows} rows, in epoch ${epoch}.`,
      ...(setAside === null ? [] : [`The store of before is at ${setAside}.`]),
      "Sessions and enrolment codes are void, and every token asks for two codes in a row once.",
      "Start the server, and look at what has to be confirmed: holdfast admin restore-report",
    ],
  };
}

async function backup(
  file: string,
  { store: location, stateDir }: { readonly store: string; readonly stateDir: string },
  secret: BackupSecret,
  { now, env }: Ports,
): Promise<BackupWorkResult> {
  if (!isPostgres(location) && !existsSync(location)) return refused(`There is no store at ${location}.`);
  const masterKeys = (await loadMasterKeys(stateDir, env)).keys;
  // An audit chain of its own: the server's may be in use.
  const store = await openStore({ location, now, serverId: "backup" });
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, "wx", 0o600);
  } catch (error) {
    await store.close();
    const code = error instanceof Error && "code" in error ? error.code : error;
    return refused(
      code === "EEXIST"
        ? `${file} is there already; choose a new file.`
        : `${file} cannot be written (${code}).`,
    );
  }
  try {
    let bytes = 0;
    for await (const part of makeBackup(
      { store, location, masterKeys, now },
      { name: "server-host" },
      secret,
    )) {
      await handle.writeFile(part);
      bytes += part.length;
    }
    await handle.sync();
    await handle.close();
    const folder = await open(dirname(file), "r");
    await folder.sync();
    await folder.close();
    return {
      kind: "done",
      json: { backup: file, bytes },
      lines: [
        `The backup is in ${file} (${bytes} bytes). It holds every secret of the store and the master key, encrypted:`,
        `whoever has it and its ${secret.kind === "passphrase" ? "passphrase" : "key file"} has them all. Keep the two apart, and off this machine.`,
      ],
    };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw error;
  } finally {
    await store.close();
  }
}

async function check(file: string, secret: BackupSecret): Promise<BackupWorkResult> {
  const checked = await checkBackup(file, secret);
  if (checked.kind === "refused") return checked;
  const { head, rows } = checked;
  return {
    kind: "done",
    json: { checked: file, madeAtMs: head.madeAtMs, rows, withMasterKeys: head.masterKeys !== null },
    lines: [
      `${file} is whole: ${rows} rows of ${new Date(head.madeAtMs).toISOString()}, by release ${head.serverVersion}, ${head.masterKeys === null ? "without" : "with"} the master key.`,
    ],
  };
}

const shortestPassphrase = 12;

async function secretOf(
  work: BackupWork,
  keyFile: string | null,
  ports: Ports,
): Promise<BackupSecret | string> {
  if (keyFile !== null) {
    try {
      const key = (await readFile(keyFile, "utf8")).trim();
      return key.length < 32 ? `${keyFile} holds fewer than 32 characters.` : { kind: "key-file", key };
    } catch (error) {
      return `${keyFile} cannot be read (${error instanceof Error && "code" in error ? error.code : error}).`;
    }
  }
  const given = ports.env.HOLDFAST_BACKUP_PASSPHRASE;
  const passphrase = given ?? (await ports.askPassphrase(`Passphrase of ${await named(work)}: `));
  if (!passphrase)
    return "A passphrase is needed: type it, pipe it in, set HOLDFAST_BACKUP_PASSPHRASE, or name a key file by --backup-key FILE.";
  if (work.do === "backup" && passphrase.length < shortestPassphrase)
    return `The passphrase needs ${shortestPassphrase} characters at least: whoever finds the file can try as long as he likes.`;
  return { kind: "passphrase", passphrase };
}

async function named(work: BackupWork): Promise<string> {
  if (work.do === "backup") return "the new backup";
  for await (const start of createReadStream(work.file, { end: 4095 })) {
    const madeAtMs = backupMadeAt(start as Uint8Array);
    return madeAtMs === null ? work.file : `the backup of ${new Date(madeAtMs).toISOString()}`;
  }
  return work.file;
}

function refused(why: string) {
  return { kind: "refused", why } as const;
}
