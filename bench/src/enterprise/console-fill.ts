import { DatabaseSync } from "node:sqlite";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import { openStore } from "@holdfast/server/store/open-store";
import type { Transaction } from "@holdfast/server/store/store";
import pg from "pg";

/** How large an enterprise its administrators look at. */
export type ConsoleSize = { readonly users: number; readonly endpoints: number; readonly auditRows: number };

export const fullSize: ConsoleSize = { users: 100_000, endpoints: 20_000, auditRows: 10_000_000 };

export function hundredth({ users, endpoints, auditRows }: ConsoleSize): ConsoleSize {
  return { users: users / 100, endpoints: endpoints / 100, auditRows: auditRows / 100 };
}

/** The `nth` user's name and id: what the statements below make. */
export const userName = (nth: number): string => `user-${String(nth).padStart(7, "0")}`;
export const userId = (nth: number): string => `usr_${nth}`;

/**
 * Puts an enterprise of this size into a new store: the first user, token, endpoint and bundle through the store's own
 * interface, all others as copies of them in SQL, and an audit whose hashes nobody could verify.
 */
export async function fillForConsole(location: string, size: ConsoleSize): Promise<void> {
  const store = await openStore({ location, now: () => startMs, serverId: "srv_benchmark000" });
  await store.transaction(insertFirst);
  await store.close();
  const database = location.startsWith("postgres") ? await openPostgres(location) : openSqlite(location);
  try {
    await fill(database, size);
  } finally {
    await database.close();
  }
}

type Database = {
  run(statement: string): Promise<void>;
  columns(table: string): Promise<string[]>;
  /** `FROM` of as many rows, with `n` from 1 on. */
  numbers(count: number): string;
  padded(expression: string): string;
  /** Puts users' audit where the store would have put it by now. */
  arrangeAudit(): Promise<void>;
  close(): Promise<void>;
};

function openSqlite(file: string): Database {
  const database = new DatabaseSync(file, { timeout: 30_000 });
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; PRAGMA temp_store = MEMORY; BEGIN");
  return {
    run: async (statement) => database.exec(statement),
    columns: async (table) =>
      database
        .prepare(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => String(name)),
    numbers: (count) =>
      `(WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${count}) SELECT n FROM counted) AS numbers`,
    padded: (expression) => `substr('0000000' || (${expression}), -7)`,
    arrangeAudit: async () => arrangeUserAudit(database),
    async close() {
      database.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    },
  };
}

/**
 * The store copies a user's rows some nine at a time. Everybody's first so many come first here, then everybody's next:
 * the pages are split as they would be by people who sign in by turns. What is left over waits: of one more, of
 * another less, as each is at another place of his nine.
 */
function arrangeUserAudit(database: DatabaseSync): void {
  const atOnce = 9;
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('user_audit')")
    .all()
    .map(({ name }) => `audit.${name}`)
    .join(", ");
  database.exec(`
    CREATE TEMP TABLE places AS SELECT id, subject_user_id AS user_id,
      (row_number() OVER (PARTITION BY subject_user_id ORDER BY id) - 1
        + min(id) OVER (PARTITION BY subject_user_id) % ${atOnce}) / ${atOnce} AS round,
      (count(*) OVER (PARTITION BY subject_user_id)
        + min(id) OVER (PARTITION BY subject_user_id) % ${atOnce}) / ${atOnce} AS whole_rounds FROM audit;
    INSERT INTO user_audit SELECT ${columns} FROM
      (SELECT id FROM places WHERE round < whole_rounds ORDER BY round, user_id, id) AS copied
      CROSS JOIN audit ON audit.id = copied.id;
    CREATE TEMP TABLE waiting AS SELECT user_id, ',' || group_concat(id, ',') AS ids FROM places
      WHERE round >= whole_rounds GROUP BY user_id;
    UPDATE sign_in_states SET recent_audit = waiting.ids FROM waiting WHERE waiting.user_id = sign_in_states.user_id`);
}

async function openPostgres(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("SET synchronous_commit = off");
  return {
    run: async (statement) => void (await client.query(statement)),
    columns: async (table) => {
      const { rows } = await client.query(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1",
        [table],
      );
      return rows.map(({ name }) => String(name));
    },
    numbers: (count) => `generate_series(1, ${count}) AS n`,
    padded: (expression) => `lpad((${expression})::text, 7, '0')`,
    arrangeAudit: async () => undefined,
    async close() {
      await client.query("VACUUM ANALYZE");
      await client.end();
    },
  };
}

const startMs = Date.UTC(2026, 0, 1);
const hash = "H".repeat(43);

async function insertFirst(tx: Transaction): Promise<void> {
  const publicKey = { kty: "EC", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43) } as const;
  await tx.policies.insert({
    id: "default",
    name: "Default",
    isDefault: true,
    version: 1,
    document: { ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, enabled: true } },
  });
  await tx.users.insert({
    id: userId(0),
    name: userName(0),
    displayName: "User Number 0",
    status: "active",
    policyId: "default",
    offlineSalt: "A".repeat(22),
    passwordVerifier: null,
    credentialEpoch: 1,
    cacheSize: null,
    createdAtMs: startMs,
  });
  await tx.tokens.insert({
    id: "tok_0",
    userId: userId(0),
    kind: "hotp",
    label: "Key fob",
    periodSeconds: null,
    digits: 6,
    algorithm: "SHA-1",
    sealedSecret: "sealed",
    nextCounter: 100,
    windowSize: null,
    cacheSize: null,
    status: "enabled",
    exposed: [],
    createdAtMs: startMs,
    phoneId: null,
  });
  await tx.endpoints.insert({
    id: "ep_0",
    name: "ward-0",
    site: "main",
    status: "active",
    hostName: "ward",
    profile: { name: "pam", buffer: 5 },
    keyProtection: "file",
    deviceKeyThumbprint: "thumbprint-0",
    deviceKey: publicKey,
    encryptionKey: publicKey,
    agentVersion: "0.1.0",
    enrolledAtMs: startMs,
    lastContactAtMs: startMs,
    levelAtMs: startMs,
    nonce: "nonce",
    previousNonce: null,
    contactsTaken: [],
    chainSequence: 0,
    chainMac: "",
    sealedChainKey: "sealed",
  });
  const notAfterMs = startMs + 1000 * 86_400_000;
  await tx.bundles.upsert({
    endpointId: "ep_0",
    userId: userId(0),
    epoch: 1,
    sequence: 1,
    tokenId: "tok_0",
    handedThrough: 125,
    issuedAtMs: startMs,
    notAfterMs,
    latestNotAfterMs: notAfterMs,
    maxSignIns: 25,
    requestId: "request",
    document: "jwe",
    refillKey: null,
    acknowledgedSequence: 1,
    lastSignInAtMs: startMs,
    status: "active",
    reportedRemaining: 25,
    freshSignInNeeded: false,
  });
}

async function fill(database: Database, { users, endpoints, auditRows }: ConsoleSize): Promise<void> {
  const id = (prefix: string, number = "n") => `'${prefix}_' || (${number})`;
  await copies(database, "users", users, "id", {
    id: id("usr"),
    name: `'user-' || ${database.padded("n")}`,
    display_name: "'User Number ' || n",
  });
  await copies(database, "sign_in_states", users, "user_id", { user_id: id("usr") });
  await copies(database, "tokens", users, "id", { id: id("tok"), user_id: id("usr") });
  await copies(database, "endpoints", endpoints, "id", {
    id: id("ep"),
    name: `'ward-' || ${database.padded("n")}`,
    device_key_thumbprint: id("thumbprint"),
  });
  await copies(database, "bundles", users, "user_id", {
    endpoint_id: id("ep", `n % ${endpoints}`),
    user_id: id("usr"),
    token_id: id("tok"),
    reported_remaining: "n % 26",
  });
  // A tenth of the users do half of what happens.
  const actor = `CASE WHEN n % 2 = 0 THEN (n / 2) % ${users / 10} ELSE ((n - 1) / 2) % ${users} END`;
  const audit = {
    chain: "'srv_bench'",
    sequence: "n",
    at_ms: `${startMs} + n * 100`,
    received_at_ms: `${startMs} + n * 100`,
    type: "'sign-in'",
    actor: id("ep", `n % ${endpoints}`),
    subject_user_id: id("usr", actor),
    endpoint_id: id("ep", `n % ${endpoints}`),
    attempt_id: "'attempt-' || n",
    outcome: "CASE WHEN n % 20 = 0 THEN 'refused' ELSE 'succeeded' END",
    reason: "CASE WHEN n % 20 = 0 THEN 'wrong-credentials' ELSE NULL END",
    mode: "CASE WHEN n % 10 = 0 THEN 'offline' ELSE 'online' END",
    detail: `'{"workflow":"workstation","factors":["password","hotp"]}'`,
    previous_hash: `'${hash}'`,
    hash: `'${hash}'`,
  };
  await database.run(
    `INSERT INTO audit (${Object.keys(audit).join(", ")}) SELECT ${Object.values(audit).join(", ")} FROM ${database.numbers(auditRows)}`,
  );
  await database.arrangeAudit();
}

/** Of the first row of a table, but for these columns: so that `count` are there in all. */
async function copies(
  database: Database,
  table: string,
  count: number,
  key: string,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const columns = await database.columns(table);
  const missing = Object.keys(changes).filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new Error(`${table} has no column ${missing.join(", ")}`);
  const values = columns.map((column) => changes[column] ?? `template.${column}`);
  await database.run(
    `INSERT INTO ${table} (${columns.join(", ")})
    SELECT ${values.join(", ")} FROM ${database.numbers(count - 1)}, (SELECT * FROM ${table} WHERE ${key} IN ('usr_0', 'tok_0', 'ep_0')) AS template`,
  );
}
