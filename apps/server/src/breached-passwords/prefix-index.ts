import type { FileHandle } from "node:fs/promises";
import { mkdtemp, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * The first eight bytes of many SHA-1 digests, sorted, in a file: a thousand million of them take 8 GB on disk and
 * nothing in memory. Two passwords share such a prefix once in 2^64.
 */
export const prefixBytes = 8;
const header = 32;
const magic = Buffer.from("HFBPW1\0\0");

/** What an index was made of; another source makes a new one. */
export type IndexSource = { readonly size: number; readonly modifiedAtMs: number };

export type PrefixIndex = {
  readonly count: number;
  has(prefix: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
};

/** Null where there is none, or one of another source. */
export async function openIndex(file: string, source: IndexSource): Promise<PrefixIndex | null> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return null;
  const head = Buffer.alloc(header);
  await handle.read(head, 0, header, 0);
  const count = Number(head.readBigUInt64BE(24));
  const fits =
    head.subarray(0, 8).equals(magic) &&
    Number(head.readBigUInt64BE(8)) === source.size &&
    head.readDoubleBE(16) === source.modifiedAtMs &&
    (await handle.stat()).size === header + count * prefixBytes;
  if (fits) return { count, has: (prefix) => search(handle, count, prefix), close: () => handle.close() };
  await handle.close();
  return null;
}

/** Sorts by 256 parts, so that only one 256th is in memory at a time; the new index replaces the old one as a whole. */
export async function writeIndex(
  file: string,
  source: IndexSource,
  prefixes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const directory = await mkdtemp(`${file}.`);
  try {
    const parts = await spread(directory, prefixes);
    const whole = path.join(directory, "index");
    const out = await open(whole, "wx", 0o600);
    try {
      let count = 0;
      await out.write(Buffer.alloc(header));
      for (const part of parts) {
        const sorted = part === null ? Buffer.alloc(0) : await sortedPart(part);
        await out.write(sorted);
        count += sorted.length / prefixBytes;
      }
      await out.write(headOf(source, count), 0, header, 0);
      await out.sync();
    } finally {
      await out.close();
    }
    await rename(whole, file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** One file for each first byte; null where none begins with it. */
async function spread(
  directory: string,
  prefixes: AsyncIterable<Uint8Array>,
): Promise<readonly (string | null)[]> {
  const names: (string | null)[] = Array.from({ length: 256 }, () => null);
  const waiting = names.map((): Uint8Array[] => []);
  const flush = async (first: number) => {
    const name = path.join(directory, first.toString(16).padStart(2, "0"));
    const handle = await open(name, "a", 0o600);
    await handle.write(Buffer.concat(waiting[first] ?? []));
    await handle.close();
    names[first] = name;
    waiting[first] = [];
  };
  for await (const prefix of prefixes) {
    const first = prefix[0] ?? 0;
    waiting[first]?.push(prefix);
    if ((waiting[first]?.length ?? 0) >= 8192) await flush(first);
  }
  for (const [first, left] of waiting.entries()) if (left.length > 0) await flush(first);
  return names;
}

async function sortedPart(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  const bytes = await handle.readFile();
  await handle.close();
  await rm(file);
  const numbers = new BigUint64Array(bytes.length / prefixBytes);
  for (let at = 0; at < numbers.length; at++) numbers[at] = bytes.readBigUInt64BE(at * prefixBytes);
  numbers.sort();
  for (let at = 0; at < numbers.length; at++) bytes.writeBigUInt64BE(numbers[at] ?? 0n, at * prefixBytes);
  return bytes;
}

function headOf(source: IndexSource, count: number): Buffer {
  const head = Buffer.alloc(header);
  magic.copy(head);
  head.writeBigUInt64BE(BigInt(source.size), 8);
  head.writeDoubleBE(source.modifiedAtMs, 16);
  head.writeBigUInt64BE(BigInt(count), 24);
  return head;
}

/** Digests are spread evenly, so that guessing the place by the value needs a few reads only. */
async function search(handle: FileHandle, count: number, prefix: Uint8Array): Promise<boolean> {
  const wanted = Buffer.from(prefix).readBigUInt64BE();
  const entry = Buffer.alloc(prefixBytes);
  let [low, high] = [0, count];
  let [lowest, highest] = [0n, (1n << 64n) - 1n];
  for (let reads = 0; low < high; reads++) {
    const span = highest - lowest + 1n;
    const guess = low + Number(((wanted - lowest) * BigInt(high - low)) / span);
    // A list that is not spread evenly is halved instead.
    const at = reads < 16 ? Math.min(high - 1, Math.max(low, guess)) : Math.floor((low + high) / 2);
    await handle.read(entry, 0, prefixBytes, header + at * prefixBytes);
    const found = entry.readBigUInt64BE();
    if (found === wanted) return true;
    if (found < wanted) [low, lowest] = [at + 1, found];
    else [high, highest] = [at, found];
    if (wanted < lowest || wanted > highest) return false;
  }
  return false;
}
