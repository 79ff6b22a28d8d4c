import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { loadMasterKeys } from "@holdfast/server/keys/master-key";
import { createSecrets, type Secrets } from "@holdfast/server/keys/secrets";
import { openStore } from "@holdfast/server/store/open-store";
import type { Transaction } from "@holdfast/server/store/store";
import { isPlaying, type Population, playingUser, tokenSecret, userName } from "../load/population.ts";

/**
 * Puts a population into a server's store: those who sign in through the store's own interface, each with a token that
 * the server can open; the rest, who are only there, as copies of one of them in SQL.
 */
export async function fill(options: {
  readonly stateDir: string;
  readonly databaseUrl: string | null;
  readonly policyId: string;
  readonly population: Population;
}): Promise<void> {
  const { stateDir, databaseUrl, policyId, population } = options;
  const path = join(stateDir, "holdfast.db");
  const store = await openStore({
    location: databaseUrl ?? path,
    now: () => Date.now(),
    serverId: "srv_benchmark000",
  });
  try {
    const secrets = createSecrets((await loadMasterKeys(stateDir, {})).keys);
    for (let first = 0; first < population.playing; first += insertsAtOnce) {
      const last = Math.min(first + insertsAtOnce, population.playing);
      await store.transaction(async (tx) => {
        for (let nth = first; nth < last; nth++) {
          await insert(tx, secrets, playingUser(population, nth), policyId);
        }
      });
    }
  } finally {
    await store.close();
  }
  if (population.users === population.playing) return;
  if (databaseUrl !== null) throw new Error("copies are made in SQLite only");
  copyUsers(path, population);
}

const insertsAtOnce = 500;

async function insert(tx: Transaction, secrets: Secrets, user: number, policyId: string): Promise<void> {
  const token = `tok_bench_${user}`;
  await tx.users.insert({
    id: `usr_bench_${user}`,
    name: userName(user),
    displayName: userName(user),
    status: "active",
    policyId,
    offlineSalt: randomBytes(16).toString("base64url"),
    passwordVerifier: null,
    credentialEpoch: 1,
    cacheSize: null,
    createdAtMs: tx.now(),
  });
  await tx.tokens.insert({
    id: token,
    userId: `usr_bench_${user}`,
    kind: "hotp",
    label: "Token 1",
    digits: 6,
    algorithm: "SHA-1",
    sealedSecret: secrets.seal("token-secret", token, tokenSecret(user)),
    nextCounter: 0,
    periodSeconds: null,
    windowSize: null,
    cacheSize: null,
    status: "enabled",
    exposed: [],
    createdAtMs: tx.now(),
    phoneId: null,
  });
}

/** Row by row the same as the first who signs in, but for ids and name. */
function copyUsers(path: string, population: Population): void {
  const database = new DatabaseSync(path, { timeout: 30_000 });
  try {
    database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY");
    database.exec("CREATE TEMP TABLE others (number INTEGER PRIMARY KEY)");
    database.function("is_playing", { deterministic: true }, (user) =>
      isPlaying(population, Number(user)) ? 1 : 0,
    );
    database.exec(`
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${population.users})
      INSERT INTO others SELECT n FROM numbers WHERE NOT is_playing(n)`);
    const template = playingUser(population, 0);
    const name = "'user-' || substr('0000000' || number, -7)";
    database.exec("BEGIN IMMEDIATE");
    copyRows(database, "users", `id = 'usr_bench_${template}'`, {
      id: "'usr_bench_' || number",
      name,
      display_name: name,
    });
    copyRows(database, "sign_in_states", `user_id = 'usr_bench_${template}'`, {
      user_id: "'usr_bench_' || number",
    });
    copyRows(database, "tokens", `id = 'tok_bench_${template}'`, {
      id: "'tok_bench_' || number",
      user_id: "'usr_bench_' || number",
    });
    database.exec("COMMIT");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}

function copyRows(
  database: DatabaseSync,
  table: string,
  template: string,
  changes: Readonly<Record<string, string>>,
): void {
  const columns = database
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));
  const missing = Object.keys(changes).filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new Error(`${table} has no column ${missing.join(", ")}`);
  const values = columns.map((column) => changes[column] ?? `template.${column}`);
  database.exec(`
    INSERT INTO ${table} (${columns.join(", ")})
    SELECT ${values.join(", ")} FROM others, (SELECT * FROM ${table} WHERE ${template}) AS template`);
}
