import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Logger } from "pino";
import type { BreachedPasswords } from "../app/breached-passwords.ts";
import { openIndex, type PrefixIndex, prefixBytes, writeIndex } from "./prefix-index.ts";

/**
 * Takes a list in: lines of SHA-1 in hexadecimal, with or without a count after a colon as "Have I Been Pwned" gives
 * them out, or of plain passwords. The index is made once for each version of the list, in the background; no password
 * and no digest ever leaves this machine.
 */
export function openBreachedPasswords(
  list: string,
  stateDir: string,
  log: Logger,
): BreachedPasswords & { readonly ready: Promise<void>; close(): Promise<void> } {
  let index: PrefixIndex | null = null;
  const ready = take(list, path.join(stateDir, "breached-passwords.index")).then((opened) => {
    index = opened;
    log.info({ list, passwords: opened.count }, "the list of breached passwords is in use");
  });
  ready.catch((err) => log.error({ err, list }, "the list of breached passwords cannot be read"));
  return {
    ready,
    async holds(password) {
      if (index === null) return "reading";
      const forms = new Set([password, password.normalize("NFKC")]);
      for (const form of forms) if (await index.has(prefixOf(form))) return "yes";
      return "no";
    },
    async close() {
      await ready.catch(() => undefined);
      await index?.close();
    },
  };
}

async function take(list: string, file: string): Promise<PrefixIndex> {
  const { size, mtimeMs } = await stat(list);
  const source = { size, modifiedAtMs: mtimeMs };
  const known = await openIndex(file, source);
  if (known) return known;
  await writeIndex(file, source, prefixesOf(list));
  const made = await openIndex(file, source);
  if (!made) throw new Error("the index of breached passwords was not written as it should be");
  return made;
}

async function* prefixesOf(list: string): AsyncGenerator<Uint8Array> {
  const lines = createInterface({ input: createReadStream(list), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line === "") continue;
    const digest = /^([0-9A-Fa-f]{40})(?::\d+)?$/.exec(line)?.[1];
    yield digest === undefined ? prefixOf(line) : Buffer.from(digest.slice(0, 2 * prefixBytes), "hex");
  }
}

function prefixOf(password: string): Uint8Array {
  return createHash("sha1").update(password, "utf8").digest().subarray(0, prefixBytes);
}
