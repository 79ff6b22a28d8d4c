import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { DurableFiles } from "../types.ts";

const namePattern = /^[a-z0-9-][a-z0-9.-]*$/;
const temporary = ".tmp";

/** Files of one folder (0700, files 0600) that survive a power cut once a call has returned. */
export async function directoryFiles(folder: string): Promise<DurableFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder);
  return {
    read: (name) => ignoringAbsence(readFile(pathOf(folder, name)), null),
    write: (name, content) => replace(folder, name, content),
    append: (name, content) => append(folder, name, content),
    remove: async (name) => {
      await ignoringAbsence(unlink(pathOf(folder, name)), undefined);
      await syncFolder(folder);
    },
    list: async () => (await readdir(folder)).filter((name) => !name.endsWith(temporary)).toSorted(),
  };
}

/** Temporary file, fsync, rename, fsync of the folder. */
export async function replace(folder: string, name: string, content: Uint8Array): Promise<void> {
  const path = pathOf(folder, name);
  const draft = `${path}${temporary}`;
  try {
    const file = await open(draft, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (fault) {
    await unlink(draft).catch(() => undefined);
    throw fault;
  }
  await syncFolder(folder);
}

async function append(folder: string, name: string, content: Uint8Array): Promise<void> {
  const file = await open(pathOf(folder, name), "a", 0o600);
  let fresh: boolean;
  try {
    fresh = (await file.stat()).size === 0;
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  if (fresh) await syncFolder(folder);
}

/** A new or renamed entry is durable only with its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(temporary)) await unlink(join(folder, name)).catch(() => undefined);
  }
}

async function ignoringAbsence<T, Absent>(work: Promise<T>, absent: Absent): Promise<T | Absent> {
  try {
    return await work;
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return absent;
    throw fault;
  }
}

function pathOf(folder: string, name: string): string {
  if (!namePattern.test(name) || name.endsWith(temporary))
    throw new TypeError(`offline store: no file name: ${name}`);
  return join(folder, name);
}
