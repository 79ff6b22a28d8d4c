import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { CamelCasePlugin, Kysely, SqliteDialect, type SqliteStatement } from "kysely";
import { pendingStatements, readVersion, versionTable } from "../migrations/schema-version.ts";
import { StorageError, storageFault } from "../storage-error.ts";
import type { Tables } from "../tables.ts";
import { lockTimeoutMs, setUpWriter } from "./writer-settings.ts";

/**
 * The one connection that writes, and one beside it that sees only what is committed while a transaction is open.
 */
export type SqliteConnections = { readonly writer: DatabaseSync; readonly reader: DatabaseSync };

/** `:memory:` keeps everything in a file that is gone with the process: two connections share it as they would any. */
export function openConnections(path: string): SqliteConnections {
  const passing = path === ":memory:" ? mkdtempSync(join(tmpdir(), "holdfast-store-")) : null;
  const file = passing === null ? path : join(passing, "store.db");
  try {
    // SQLite gives its other files the same mode.
    closeSync(openSync(file, "a", 0o600));
    const writer = new DatabaseSync(file, { timeout: lockTimeoutMs });
    try {
      setUpWriter(writer);
      if (passing !== null) writer.exec("PRAGMA synchronous = OFF");
      migrate(writer);
      const reader = new DatabaseSync(file, { timeout: lockTimeoutMs, readOnly: true });
      reader.exec(
        "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; SELECT version FROM schema_version",
      );
      return { writer, reader };
    } catch (error) {
      writer.close();
      throw error;
    }
  } catch (error) {
    throw openingFault(error);
  } finally {
    if (passing !== null) rmSync(passing, { recursive: true, force: true });
  }
}

function migrate(writer: DatabaseSync): void {
  writer.exec("BEGIN IMMEDIATE");
  try {
    writer.exec(versionTable);
    const current = Number(writer.prepare(readVersion).get()?.version ?? 0);
    for (const statement of pendingStatements(current, "sqlite")) writer.exec(statement);
    writer.exec("COMMIT");
  } catch (error) {
    if (writer.isTransaction) writer.exec("ROLLBACK");
    throw error;
  }
}

/** Kysely over one connection of node:sqlite. Its statements are kept prepared. */
export function kyselyOver(database: DatabaseSync): Kysely<Tables> {
  const prepared = new Map<string, SqliteStatement>();

  function prepare(text: string): SqliteStatement {
    const known = prepared.get(text);
    if (known) return known;
    const statement = runnable(database.prepare(text));
    if (prepared.size >= 500) prepared.clear();
    prepared.set(text, statement);
    return statement;
  }

  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: { close: () => undefined, prepare },
    }),
    plugins: [new CamelCasePlugin()],
  });
}

/** Rows as arrays, made into objects here: node:sqlite's own objects take longer to make, and longer to look into. */
function runnable(statement: StatementSync): SqliteStatement {
  const names = statement.columns().map(({ name }) => name);
  if (names.length > 0) statement.setReturnArrays(true);
  const toRow = (values: unknown) => {
    const row: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at++) row[names[at] as string] = (values as unknown[])[at];
    return row;
  };
  return {
    reader: names.length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])).map(toRow),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    *iterate(parameters) {
      for (const values of statement.iterate(...(parameters as SQLInputValue[]))) yield toRow(values);
    },
  };
}

function openingFault(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EROFS" || code === "EACCES") {
    return new StorageError("storage-read-only", "the store's file cannot be written", error);
  }
  if (code === "ENOSPC") return new StorageError("storage-full", "there is no space for the store", error);
  return storageFault(error);
}
