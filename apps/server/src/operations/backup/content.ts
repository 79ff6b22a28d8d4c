import { pipeline, Readable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import { base64url, epochMs } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { SnapshotPart, SnapshotValue } from "../../store/snapshot/parts.ts";
import { BackupUnreadable } from "./container.ts";

/**
 * What a backup holds once decrypted: gzip of one JSON value a line. First about the backup, then the store's parts as
 * they come, at the end how many rows there were.
 */
export const backupHead = z.strictObject({
  holdfast: z.literal("backup v1"),
  madeAtMs: epochMs,
  serverVersion: z.string().max(40),
  serverId: z.string().max(64),
  epoch: z.number().int().positive(),
  /** What wraps the secrets in the store, the key in force first; null where the backup was made without. */
  masterKeys: z.array(base64url.length(43)).min(1).max(16).nullable(),
});
export type BackupHead = z.infer<typeof backupHead>;

const value = z.union([
  z.string(),
  z.number(),
  z.null(),
  z
    .strictObject({ base64: z.string() })
    .transform(({ base64 }) => new Uint8Array(Buffer.from(base64, "base64"))),
]);
const line = z.union([
  z.strictObject({ schema: z.number().int().positive() }),
  z.strictObject({ table: z.string().max(64), columns: z.array(z.string().max(64)).min(1).max(200) }),
  z.strictObject({ rows: z.array(z.array(value)).max(10_000) }),
  z.strictObject({ end: z.number().int().nonnegative() }),
]);

export function writeContent(
  head: BackupHead,
  parts: AsyncIterable<SnapshotPart>,
): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(linesOf(head, parts)), createGzip({ level: 6 }), () => undefined);
}

async function* linesOf(head: BackupHead, parts: AsyncIterable<SnapshotPart>): AsyncGenerator<Uint8Array> {
  const text = (content: unknown) => Buffer.from(`${JSON.stringify(content)}\n`);
  yield text(head);
  let count = 0;
  for await (const part of parts) {
    if (part.part === "schema") yield text({ schema: part.version });
    else if (part.part === "table") yield text({ table: part.table, columns: part.columns });
    else {
      count += part.rows.length;
      yield text({ rows: part.rows.map((row) => row.map(written)) });
    }
  }
  yield text({ end: count });
}

function written(one: SnapshotValue): unknown {
  return one instanceof Uint8Array ? { base64: Buffer.from(one).toString("base64") } : one;
}

/** What a backup says of itself, and then its parts; they end with an error unless the last line was reached. */
export async function readContent(
  compressed: AsyncIterable<Uint8Array>,
): Promise<{ head: BackupHead; parts: AsyncGenerator<SnapshotPart> }> {
  const lines = splitLines(pipeline(Readable.from(compressed), createGunzip(), () => undefined));
  const first = await lines.next();
  const head = backupHead.safeParse(first.done === true ? null : jsonOf(first.value));
  if (!head.success) throw new BackupUnreadable("The backup's content is not of this version.");
  return { head: head.data, parts: partsOf(lines) };
}

async function* partsOf(lines: AsyncGenerator<string>): AsyncGenerator<SnapshotPart> {
  let count = 0;
  for await (const text of lines) {
    const parsed = line.safeParse(jsonOf(text));
    if (!parsed.success) throw new BackupUnreadable("The backup's content is damaged.");
    const { data } = parsed;
    if ("schema" in data) yield { part: "schema", version: data.schema };
    else if ("table" in data) yield { part: "table", ...data };
    else if ("rows" in data) {
      count += data.rows.length;
      yield { part: "rows", rows: data.rows };
    } else {
      if (data.end !== count)
        throw new BackupUnreadable(`The backup has ${count} rows and should have ${data.end}.`);
      return;
    }
  }
  throw new BackupUnreadable("The backup ends before its last line.");
}

async function* splitLines(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const part of parts) {
    held += decoder.decode(part, { stream: true });
    const whole = held.split("\n");
    held = whole.pop() ?? "";
    yield* whole;
  }
  if (held !== "") yield held;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
