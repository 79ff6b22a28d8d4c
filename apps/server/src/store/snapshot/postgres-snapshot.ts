import pg from "pg";
import { readVersion } from "../migrations/schema-version.ts";
import { openPool, prepareDatabase } from "../postgres/connection.ts";
import type { SnapshotPart, SnapshotValue, Writing } from "./parts.ts";
import { sameVersion } from "./sqlite-snapshot.ts";
import { tableOrder } from "./table-order.ts";

const rowsPerPart = 500;
const versionTable = "schema_version";

export function isPostgres(location: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(location);
}

/**
 * One read-only transaction, serializable and deferrable as pg_dump has it: it waits for a moment from which it can
 * neither fail nor make another fail (PostgreSQL, SET TRANSACTION).
 */
export async function* readPostgres(url: string): AsyncGenerator<SnapshotPart> {
  const client = await connected(url);
  try {
    await client.query("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE");
    const version = await client.query<{ version: number }>(readVersion);
    yield { part: "schema", version: Number(version.rows[0]?.version) };
    for (const table of await tablesOf(client)) {
      const columns = await columnsOf(client, table);
      yield { part: "table", table, columns };
      const names = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
      await client.query(
        `DECLARE snapshot NO SCROLL CURSOR FOR SELECT ${names} FROM ${pg.escapeIdentifier(table)}`,
      );
      for (;;) {
        const { rows } = await client.query<SnapshotValue[]>({
          text: `FETCH ${rowsPerPart} FROM snapshot`,
          rowMode: "array",
        });
        if (rows.length > 0) yield { part: "rows", rows };
        if (rows.length < rowsPerPart) break;
      }
      await client.query("CLOSE snapshot");
    }
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}

export async function writePostgres(
  url: string,
  parts: AsyncIterable<SnapshotPart>,
  { leaveOut, settings }: Writing,
): Promise<number> {
  const pool = openPool(url, 1);
  try {
    await prepareDatabase(pool);
  } finally {
    await pool.end();
  }
  const client = await connected(url);
  try {
    await client.query("BEGIN");
    const { rows } = await client.query<{ version: number }>(readVersion);
    const taken = await client.query("SELECT 1 FROM settings LIMIT 1");
    if ((taken.rowCount ?? 0) > 0) throw new Error("this database holds a Holdfast store already");
    await client.query("SET CONSTRAINTS ALL DEFERRED");
    const known = new Set(await tablesOf(client));
    let into: { table: string; columns: readonly string[] } | null = null;
    let count = 0;
    for await (const part of parts) {
      if (part.part === "schema") sameVersion(part.version, Number(rows[0]?.version));
      else if (part.part === "table") {
        if (!known.has(part.table)) throw new Error(`this release has no table ${part.table}`);
        into = leaveOut.has(part.table) ? null : part;
      } else if (into !== null) {
        await insert(client, into.table, into.columns, part.rows);
        count += part.rows.length;
      }
    }
    const pairs = Object.entries(settings);
    await client.query("DELETE FROM settings WHERE key = ANY ($1)", [pairs.map(([key]) => key)]);
    await insert(client, "settings", ["key", "value"], pairs);
    await goOnCounting(client);
    await client.query("COMMIT");
    return count;
  } finally {
    await client.end();
  }
}

async function insert(
  client: pg.Client,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SnapshotValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const places = rows
    .map((_, row) => `(${columns.map((__, column) => `$${row * columns.length + column + 1}`).join(", ")})`)
    .join(", ");
  await client.query(
    `INSERT INTO ${pg.escapeIdentifier(table)} (${names}) OVERRIDING SYSTEM VALUE VALUES ${places}`,
    rows.flat(),
  );
}

/** What numbers its rows itself goes on after the last. */
async function goOnCounting(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; column: string }>(`
    SELECT c.relname AS name, a.attname AS column FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attidentity <> '' AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`);
  for (const { name, column } of rows) {
    const [table, id] = [pg.escapeIdentifier(name), pg.escapeIdentifier(column)];
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), coalesce(max(${id}), 0) + 1, false) FROM ${table}`,
      [table, column],
    );
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "holdfast-backup",
    connectionTimeoutMillis: 5000,
    types: {
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const tables = await client.query<{ name: string }>(`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`);
  const references = await client.query<{ from: string; to: string }>(`
    SELECT f.relname AS from, t.relname AS to FROM pg_constraint k
    JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
    WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace`);
  return tableOrder(
    tables.rows.map(({ name }) => name).filter((name) => name !== versionTable),
    references.rows,
  );
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = (SELECT oid FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace)
       AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}
