import { DatabaseSync } from "node:sqlite";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import { openStore } from "@holdfast/server/store/open-store";
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
 * Puts an enterprise of this size into a store that the server made: rows as the server writes them, but in bulk, and
 * without hashes that anybody could verify.
 */
export async function fillForConsole(location: string, size: ConsoleSize): Promise<void> {
  const store = await openStore({ location, now: () => Date.now(), serverId: "srv_benchmark000" });
  await store.transaction(async (tx) => {
    await tx.policies.insert({
      id: "default",
      name: "Default",
      isDefault: true,
      version: 1,
      document: { ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, enabled: true } },
    });
  });
  await store.close();
  if (location.startsWith("postgres")) await fillPostgres(location, size);
  else fillSqlite(location, size);
}

function fillSqlite(file: string, size: ConsoleSize): void {
  const database = new DatabaseSync(file, { timeout: 30_000 });
  try {
    database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; PRAGMA temp_store = MEMORY; BEGIN");
    const numbers = (count: number) =>
      `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})`;
    const padded = (column: string) => `substr('0000000' || ${column}, -7)`;
    for (const { table, columns, values, count } of tables(size, padded))
      database.exec(
        `${numbers(count)} INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM numbers`,
      );
    database.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}

async function fillPostgres(url: string, size: ConsoleSize): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off");
    await client.query("SET work_mem = '256MB'");
    const padded = (column: string) => `lpad((${column})::text, 7, '0')`;
    for (const { table, columns, values, count } of tables(size, padded))
      await client.query(
        `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM generate_series(0, ${count - 1}) AS n`,
      );
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}

const startMs = Date.UTC(2026, 0, 1);
const salt = "A".repeat(22);
const hash = "H".repeat(43);

/** Expressions of `n` that both databases take. */
function tables({ users, endpoints, auditRows }: ConsoleSize, padded: (column: string) => string) {
  const key = `'{"kty":"EC","crv":"P-256","x":"${"x".repeat(43)}","y":"${"y".repeat(43)}"}'`;
  // A tenth of the users do half of what happens.
  const actor = `CASE WHEN n % 2 = 0 THEN (n / 2) % ${users / 10} ELSE n % ${users} END`;
  return [
    table("users", users, {
      id: "'usr_' || n",
      name: `'user-' || ${padded("n")}`,
      display_name: `'User Number ' || n`,
      status: "'active'",
      policy_id: "'default'",
      offline_salt: `'${salt}'`,
      credential_epoch: "1",
      created_at_ms: `${startMs}`,
    }),
    table("sign_in_states", users, {
      user_id: "'usr_' || n",
      version: "1",
      failures: "0",
      remote_failures: "0",
    }),
    table("tokens", users, {
      id: "'tok_' || n",
      user_id: "'usr_' || n",
      kind: "'hotp'",
      label: "'Key fob'",
      digits: "6",
      algorithm: "'SHA-1'",
      sealed_secret: "'sealed'",
      next_counter: "100",
      status: "'enabled'",
      exposed: "'[]'",
      created_at_ms: `${startMs}`,
    }),
    table("endpoints", endpoints, {
      id: "'ep_' || n",
      name: `'ward-' || ${padded("n")}`,
      site: "'main'",
      status: "'active'",
      host_name: "'ward'",
      profile: `'{"name":"pam","buffer":5}'`,
      key_protection: "'file'",
      device_key_thumbprint: "'thumbprint-' || n",
      device_key: key,
      encryption_key: key,
      agent_version: "'0.1.0'",
      enrolled_at_ms: `${startMs}`,
      nonce: "'nonce'",
      chain_sequence: "0",
      chain_mac: "''",
      sealed_chain_key: "'sealed'",
    }),
    table("bundles", users, {
      endpoint_id: `'ep_' || (n % ${endpoints})`,
      user_id: "'usr_' || n",
      epoch: "1",
      sequence: "1",
      token_id: "'tok_' || n",
      handed_through: "125",
      issued_at_ms: `${startMs}`,
      not_after_ms: `${startMs + 400 * 86_400_000}`,
      latest_not_after_ms: `${startMs + 400 * 86_400_000}`,
      max_sign_ins: "25",
      request_id: "'request'",
      document: "'jwe'",
      acknowledged_sequence: "1",
      last_sign_in_at_ms: `${startMs}`,
      status: "'active'",
      reported_remaining: "n % 26",
      fresh_sign_in_needed: "0",
    }),
    table("audit", auditRows, {
      chain: "'srv_bench'",
      sequence: "n + 1",
      at_ms: `${startMs} + n * 100`,
      received_at_ms: `${startMs} + n * 100`,
      type: "'sign-in'",
      actor: `'ep_' || (n % ${endpoints})`,
      subject_user_id: `'usr_' || (${actor})`,
      endpoint_id: `'ep_' || (n % ${endpoints})`,
      attempt_id: "'attempt-' || n",
      outcome: "CASE WHEN n % 20 = 0 THEN 'refused' ELSE 'succeeded' END",
      reason: "CASE WHEN n % 20 = 0 THEN 'wrong-credentials' ELSE NULL END",
      mode: "CASE WHEN n % 10 = 0 THEN 'offline' ELSE 'online' END",
      detail: `'{"workflow":"workstation","factors":["password","hotp"]}'`,
      previous_hash: `'${hash}'`,
      hash: `'${hash}'`,
    }),
  ];
}

function table(name: string, count: number, expressions: Readonly<Record<string, string>>) {
  return { table: name, count, columns: Object.keys(expressions), values: Object.values(expressions) };
}
