import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileOperation } from "@holdfast/e2e/rig/crash";

/** A file operation as it was seen, with the bytes that it wrote. */
export type SizedOperation = FileOperation & { readonly bytes: number };

/** Sizes of the files below a directory, to tell by how much each grows. */
export async function fileSizes(directory: string): Promise<Map<string, number>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (path) => [path, (await stat(path)).size] as const)));
}

/** A file that grew was appended to, once for each write; any other is written whole. */
export function sized(
  operations: readonly FileOperation[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): SizedOperation[] {
  return operations.map((operation, index) => {
    const { call, path } = operation;
    if (call !== "write") return { ...operation, bytes: 0 };
    const renamed = operations.slice(index).find((later) => later.call === "rename" && later.path === path);
    if (renamed?.to !== undefined) return { ...operation, bytes: after.get(renamed.to) ?? 0 };
    const size = after.get(path) ?? 0;
    const growth = size - (before.get(path) ?? 0);
    const writes = operations.filter((other) => other.call === "write" && other.path === path).length;
    return { ...operation, bytes: growth > 0 ? Math.ceil(growth / writes) : size };
  });
}

/** Does the same once more, in a folder of its own, with nothing in between: what the disk alone costs. */
export function replay(operations: readonly SizedOperation[], directory: string): number {
  const names = new Map<string, string>();
  const inside = (path: string) => {
    const known = names.get(path) ?? join(directory, `file-${names.size}`);
    names.set(path, known);
    return known;
  };
  const files = new Map<string, number>();
  const opened = (path: string) => {
    const file = files.get(path) ?? openSync(inside(path), "a", 0o600);
    files.set(path, file);
    return file;
  };
  const folders = new Set(operations.map(({ path }) => path.slice(0, path.lastIndexOf("/"))));
  const startedMs = performance.now();
  for (const { call, path, to, bytes } of operations) {
    if (call === "write") writeSync(opened(path), Buffer.alloc(bytes, 0x61));
    else if (call === "fsync" || call === "fdatasync") {
      if (folders.has(path)) syncFolder(directory);
      else fsyncSync(opened(path));
    } else if (call === "rename" && to !== undefined) {
      closeSync(opened(path));
      files.delete(path);
      renameSync(inside(path), inside(to));
    } else if (call === "create") opened(path);
    else if (call === "unlink") unlinkSync(inside(path));
  }
  const milliseconds = performance.now() - startedMs;
  for (const file of files.values()) closeSync(file);
  return milliseconds;
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}
