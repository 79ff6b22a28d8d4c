import { CamelCasePlugin, Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { pendingStatements, readVersion, versionTable } from "../migrations/schema-version.ts";
import { StorageError } from "../storage-error.ts";
import type { Tables } from "../tables.ts";
import { namingPages } from "./named-statements.ts";

const connectTimeoutMs = 5000;

/**
 * What every session is set to.
 *
 * `synchronous_commit`: an acknowledged sign-in is on disk, whatever the database's default; a stronger or weaker
 * choice about standbys stays the administrator's. `enable_seqscan`: a sequential scan makes a serializable
 * transaction depend on the whole table, so that any other writer makes it start again (PostgreSQL, 13.2.3).
 * The timeouts keep a lost client from holding its locks for ever.
 */
const sessionSettings = `
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
  SET enable_seqscan = off;
  SET lock_timeout = '5s';
  SET statement_timeout = '30s';
  SET idle_in_transaction_session_timeout = '30s';
`;

type PoolOptions = {
  /** Sends a query without waiting for the answer to the one before it. */
  readonly pipeline?: boolean;
  /** Further settings of its sessions. */
  readonly settings?: string;
};

export function openPool(
  url: string,
  size: number,
  { pipeline = false, settings = "" }: PoolOptions = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    pipeline,
    application_name: "holdfast-server",
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    idleTimeoutMillis: 60_000,
    types: { getTypeParser },
    onConnect: async (client) => {
      await client.query(sessionSettings + settings);
    },
  });
  // A connection that breaks is told to whoever has a query on it; between queries, and idle ones in the pool, are
  // nobody's. Whoever needs one next makes it anew or hears why not. Without listeners the process would end.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", () => undefined);
  return pool;
}

/** Every bigint of the schema is within JavaScript's safe integers, by its checks. */
const getTypeParser: pg.CustomTypesConfig["getTypeParser"] = (oid, format) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format);

export function kyselyOver(pool: pg.Pool): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: namingPages(pool) }),
    plugins: [new CamelCasePlugin()],
  });
}

/** Refuses a server that loses acknowledged writes at a power cut, and brings the schema to this release. */
export async function prepareDatabase(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ fsync: string; encoding: string }>(
      "SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding",
    );
    if (rows[0]?.fsync !== "on") {
      throw new StorageError(
        "storage-unsafe",
        "PostgreSQL runs with fsync off: acknowledged sign-ins could be lost",
      );
    }
    if (rows[0].encoding !== "UTF8") {
      throw new StorageError(
        "storage-unsafe",
        `the database's encoding is ${rows[0].encoding}, UTF8 is needed`,
      );
    }
    await client.query("BEGIN");
    try {
      // Servers that start at the same time come one after the other.
      await client.query("SELECT pg_advisory_xact_lock(hashtext('holdfast schema'))");
      await client.query(versionTable);
      const current = (await client.query<{ version: number }>(readVersion)).rows[0]?.version ?? 0;
      for (const statement of pendingStatements(current, "postgresql")) await client.query(statement);
      await client.query("COMMIT");
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  } finally {
    client.release();
  }
}
