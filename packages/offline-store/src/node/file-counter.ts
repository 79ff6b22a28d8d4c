import { mkdir, open, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { MonotonicCounter } from "../types.ts";
import { replace } from "./durable-files.ts";

/**
 * A counter in a file: a decimal number, a line end, and one byte per tick since. One appended byte is there or not, so
 * a tick is one fsync and no crash can tear it. Whoever may write the file may set it back: it notices a state file
 * put back alone, not one put back together with it.
 */
export async function fileCounter(path: string): Promise<MonotonicCounter> {
  const folder = dirname(path);
  const name = basename(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    protection: "file",
    read: async () => (await readCounter(path)).value,
    increment: async () => {
      const { value, ticks } = await readCounter(path);
      if (value === 0 || ticks >= maxTicks) await replace(folder, name, encode(value + 1));
      else await appendTick(join(folder, name));
      return value + 1;
    },
  };
}

/** Ticks after which the number is written anew. */
const maxTicks = 4_096;
const tick = 0x2b;

function encode(value: number): Uint8Array {
  return new TextEncoder().encode(`${value}\n`);
}

async function appendTick(path: string): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.write(Uint8Array.of(tick));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readCounter(path: string): Promise<{ value: number; ticks: number }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return { value: 0, ticks: 0 };
    throw fault;
  }
  const match = /^(\d{1,15})\n(\+*)$/.exec(new TextDecoder().decode(bytes));
  if (!match) throw new Error("offline store: the counter's file is none");
  const ticks = match[2]?.length ?? 0;
  return { value: Number(match[1]) + ticks, ticks };
}
