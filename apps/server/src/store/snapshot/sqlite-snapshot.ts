import { existsSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { readVersion } from "../migrations/schema-version.ts";
import { nextTurn } from "../next-turn.ts";
import { openConnections } from "../sqlite/connection.ts";
import { fillUserAudit } from "../sqlite/user-audit.ts";
import type { SnapshotPart, SnapshotValue, Writing } from "./parts.ts";
import { tableOrder } from "./table-order.ts";

const rowsPerPart = 500;
const versionTable = "schema_version";
/** What SQLite alone has, made of the rest: no part of a snapshot, and made anew out of it. */
const derivedTables = ["user_audit", "user_audit_waiting"];
const derivedColumn = "recent_audit";

/** One read transaction of the write-ahead log: it sees what was committed when it began. */
export async function* readSqlite(path: string): AsyncGenerator<SnapshotPart> {
  const database = new DatabaseSync(path, { timeout: 5000, readOnly: true });
  try {
    database.exec("BEGIN");
    yield { part: "schema", version: Number(database.prepare(readVersion).get()?.version) };
    for (const table of tablesOf(database)) {
      const columns = columnsOf(database, table);
      yield { part: "table", table, columns };
      const select = database.prepare(`SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(table)}`);
      select.setReturnArrays(true);
      let rows: SnapshotValue[][] = [];
      for (const row of select.iterate()) {
        rows.push(row as unknown as SnapshotValue[]);
        if (rows.length < rowsPerPart) continue;
        yield { part: "rows", rows };
        rows = [];
        // Everything here is on the caller's thread.
        await nextTurn();
      }
      if (rows.length > 0) yield { part: "rows", rows };
    }
  } finally {
    database.close();
  }
}

export async function writeSqlite(
  path: string,
  parts: AsyncIterable<SnapshotPart>,
  { leaveOut, settings }: Writing,
): Promise<number> {
  if (existsSync(path)) throw new Error(`${path} is there already`);
  const { writer, reader } = openConnections(path);
  reader.close();
  try {
    // Checked as a whole at the end: the order of rows within a table is nobody's promise.
    writer.exec("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
    let count = 0;
    let insert: ReturnType<DatabaseSync["prepare"]> | null = null;
    const known = new Set(tablesOf(writer));
    for await (const part of parts) {
      if (part.part === "schema")
        sameVersion(part.version, Number(writer.prepare(readVersion).get()?.version));
      else if (part.part === "table") {
        if (!known.has(part.table)) throw new Error(`this release has no table ${part.table}`);
        const values = part.columns.map(() => "?").join(", ");
        const names = part.columns.map(quoted).join(", ");
        insert = leaveOut.has(part.table)
          ? null
          : writer.prepare(`INSERT INTO ${quoted(part.table)} (${names}) VALUES (${values})`);
      } else if (insert !== null) {
        for (const row of part.rows) insert.run(...(row as SQLInputValue[]));
        count += part.rows.length;
      }
    }
    fillUserAudit(writer);
    const set = writer.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)");
    for (const [key, value] of Object.entries(settings)) set.run(key, value);
    const dangling = writer.prepare("PRAGMA foreign_key_check").get();
    if (dangling)
      throw new Error(`a row of ${dangling.table} refers to a row of ${dangling.parent} that is missing`);
    writer.exec("COMMIT");
    return count;
  } finally {
    writer.close();
  }
}

export function sameVersion(theirs: number, ours: number): void {
  if (theirs !== ours)
    throw new Error(
      `the backup has schema version ${theirs}, this release ${ours}: restore it with the release that made it`,
    );
}

function tablesOf(database: DatabaseSync): string[] {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name !== versionTable && !derivedTables.includes(name));
  const references = tables.flatMap((from) =>
    database
      .prepare(`SELECT "table" AS target FROM pragma_foreign_key_list(?)`)
      .all(from)
      .map(({ target }) => ({ from, to: String(target) })),
  );
  return tableOrder(tables, references);
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map(({ name }) => String(name))
    .filter((name) => name !== derivedColumn);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
