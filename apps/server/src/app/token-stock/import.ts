import { timingSafeEqual } from "node:crypto";
import type { ImportedRow, TokenImport, TokenImportAnswer } from "@holdfast/protocol/token-stock-api";
import { serialKey } from "@holdfast/token-import/candidate";
import type { FileEntry, FileKey, FileRefusal, FileToken } from "@holdfast/token-import/token-file";
import type { Transaction } from "../../store/store.ts";
import type { StockRow } from "../../store/token-stock-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { enterprise, refusalOfChange } from "../authorization.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";

/** Rows of one transaction: sign-ins have their turn between, and whatever was interrupted is repeated. */
const perTransaction = 200;

/**
 * Takes hardware tokens into the stock from the file that came with them, some rows of it at a time. A serial number that is
 * there already stays as it is; so a file can be imported as often as one likes.
 */
export async function importTokens(
  ports: AppPorts,
  actor: Actor,
  request: TokenImport,
): Promise<Outcome<TokenImportAnswer>> {
  const key = keyOf(request);
  if (key?.kind === "refused") return key;
  const no = await ports.store.transaction((tx) => refusalToImport(tx, actor));
  if (no) return no;
  // Loaded with the first file, with what reads XML and CSV.
  const { readTokenFile } = await import("@holdfast/token-import/read-token-file");
  const file = await readTokenFile(request.format, request.content, key);
  if (file.kind === "refused") return invalid(fieldOf(file.why.code), file.why.message);
  const { entries, warnings } = file;
  const { from, limit, dryRun } = request;
  const batchId = request.batchId ?? newId(ports, "imp");
  try {
    const rows: ImportedRow[] = [];
    for (let at = from; at < Math.min(from + limit, entries.length); at += perTransaction) {
      const step = entries.slice(at, Math.min(at + perTransaction, from + limit));
      const done = dryRun
        ? ok(await ports.store.read((tx) => look(ports, tx, step)))
        : await takeIn(ports, actor, step, {
            batchId,
            format: request.format,
            warnings: warnings.map(({ code }) => code),
          });
      if (done.kind === "refused") return done;
      rows.push(...done.value);
    }
    const next = from + limit < entries.length ? from + limit : null;
    return ok({ batchId, total: entries.length, next, rows, warnings: [...warnings] });
  } finally {
    for (const entry of entries) if (entry.kind === "token") entry.token.secret.fill(0);
  }
}

function takeIn(
  ports: AppPorts,
  actor: Actor,
  step: readonly FileEntry[],
  { batchId, format, warnings }: { batchId: string; format: string; warnings: readonly string[] },
): Promise<Outcome<ImportedRow[]>> {
  // Sealed before: a transaction holds up whoever else wants to write.
  const sealed = step.map((entry) =>
    entry.kind === "token" ? sealedRow(ports, entry.token, batchId) : null,
  );
  return ports.store.transaction(async (tx) => {
    const no = await refusalToImport(tx, actor);
    if (no) return no;
    const rows = await look(ports, tx, step);
    for (const [index, row] of rows.entries()) {
      const stock = sealed[index];
      if (row.result !== "new" || !stock) continue;
      const taken = await tx.tokenStock.insert({ ...stock, importedAtMs: tx.now() });
      if (!taken) rows[index] = { ...row, result: "known", why: inStock };
    }
    const count = (result: ImportedRow["result"]) => rows.filter((row) => row.result === result).length;
    await report(tx, actor, "hardware-tokens-imported", {
      detail: {
        batchId,
        format,
        new: count("new"),
        known: count("known"),
        refused: count("refused"),
        ...(warnings.length > 0 ? { warnings } : {}),
      },
    });
    return ok(rows);
  });
}

const inStock = { code: "in-stock", message: "It is in the stock already." };
const givenBefore = {
  code: "given-before",
  message: "It was imported before, and was given to somebody since.",
};
const otherSecret = {
  code: "other-secret",
  message:
    "The stock has a token of this serial number with another secret or another way to make codes. If the new file is right, remove that one first.",
};

/** What there is to say of each entry before anything is written. */
async function look(ports: AppPorts, tx: Transaction, step: readonly FileEntry[]): Promise<ImportedRow[]> {
  const serials = step.flatMap((entry) => (entry.kind === "token" ? [serialKey(entry.token.serial)] : []));
  const there = new Map((await tx.tokenStock.bySerialKeys(serials)).map((row) => [row.serialKey, row]));
  return step.map((entry): ImportedRow => {
    const { place, serial } = entry;
    if (entry.kind === "refused")
      return { place, serial, kind: null, result: "refused", why: { ...entry.why }, warnings: [] };
    const { token, warnings } = entry;
    const before = there.get(serialKey(token.serial));
    const found = { place, serial, kind: token.kind, warnings: warnings.map((one) => ({ ...one })) };
    if (!before) return { ...found, result: "new", why: null };
    if (before.sealedSecret === null) return { ...found, result: "known", why: givenBefore };
    return isSame(ports, before, before.sealedSecret, token)
      ? { ...found, result: "known", why: inStock }
      : { ...found, result: "refused", why: otherSecret };
  });
}

function isSame(ports: AppPorts, row: StockRow, sealedSecret: string, token: FileToken): boolean {
  const { kind, digits, algorithm, periodSeconds } = token;
  if (row.kind !== kind || row.digits !== digits) return false;
  if (row.algorithm !== algorithm || row.periodSeconds !== periodSeconds) return false;
  const secret = ports.secrets.open("token-secret", row.id, sealedSecret);
  const same = secret.length === token.secret.length && timingSafeEqual(secret, token.secret);
  secret.fill(0);
  return same;
}

function sealedRow(ports: AppPorts, token: FileToken, batchId: string): StockRow {
  const { serial, kind, digits, algorithm, periodSeconds, counter, maker, userName } = token;
  const id = newId(ports, "tok");
  return {
    id,
    serial,
    serialKey: serialKey(serial),
    kind,
    digits,
    algorithm,
    periodSeconds,
    counter,
    sealedSecret: ports.secrets.seal("token-secret", id, token.secret),
    maker: shown(maker),
    meantFor: shown(userName),
    batchId,
    importedAtMs: 0,
    givenAtMs: null,
  };
}

/** Names of the file are shown in pages and terminals. */
function shown(name: string | null): string | null {
  return (
    name
      ?.replace(/\p{Cc}+/gu, " ")
      .slice(0, 128)
      .trim() || null
  );
}

export function refusalToImport(tx: Transaction, actor: Actor): Promise<Refused | null> {
  return refusalOfChange(tx, actor, "properties.token-import", enterprise);
}

function keyOf({ preSharedKey, passphrase }: TokenImport): FileKey | null | Refused {
  if (preSharedKey !== undefined && passphrase !== undefined)
    return invalid("passphrase", "A file is encrypted under a key or under a passphrase; give one of them.");
  if (preSharedKey !== undefined) return { kind: "pre-shared", key: Buffer.from(preSharedKey, "hex") };
  return passphrase === undefined ? null : { kind: "passphrase", passphrase };
}

/** Which field of the request is to blame, so that pages and programs can ask for it. */
function fieldOf(code: FileRefusal): keyof TokenImport {
  switch (code) {
    case "passphrase-needed":
      return "passphrase";
    case "key-needed":
    case "key-unfit":
    case "key-not-needed":
    case "wrong-key":
      return "preSharedKey";
    default:
      return "content";
  }
}
