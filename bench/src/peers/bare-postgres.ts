// The least that a durable sign-in costs on PostgreSQL: Fastify and one CTE per request over a pool of 32. It checks no
// code, asks for no key and keeps no chain. Run as a process: bare-postgres.ts DATABASE-URL USERS
import pg from "pg";
import { bareServer, listen } from "./bare-server.ts";

const [url = "", users = "0"] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 32 });
await fill(Number(users));

const signIn = {
  name: "sign-in",
  text: `
    WITH found AS (
      SELECT u.id AS user_id, t.id AS token_id FROM users u JOIN tokens t ON t.user_id = u.id
      WHERE u.name = $1 AND u.status = 'active'
    ), advanced AS (
      UPDATE tokens SET counter = counter + 1 FROM found WHERE tokens.id = found.token_id RETURNING found.user_id
    )
    INSERT INTO audit (at_ms, user_id, event) SELECT $2, user_id, $3 FROM advanced RETURNING user_id`,
};

const server = bareServer(async ({ userName, attemptId }) => {
  const event = JSON.stringify({ type: "sign-in", attemptId, outcome: "succeeded" });
  const { rows } = await pool.query<{ user_id: string }>({
    ...signIn,
    values: [userName, Date.now(), event],
  });
  return rows[0]?.user_id ?? null;
});
await listen(server);

async function fill(count: number): Promise<void> {
  await pool.query(`
    CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, status TEXT NOT NULL);
    CREATE TABLE tokens (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, counter BIGINT NOT NULL) WITH (fillfactor = 70);
    CREATE INDEX tokens_of_user ON tokens (user_id);
    CREATE TABLE audit (id BIGSERIAL PRIMARY KEY, at_ms BIGINT NOT NULL, user_id TEXT NOT NULL, event TEXT NOT NULL);
    CREATE INDEX audit_of_user ON audit (user_id, at_ms);
  `);
  await pool.query(
    `INSERT INTO users SELECT 'usr_' || n, 'user-' || lpad(n::text, 7, '0'), 'active' FROM generate_series(0, $1 - 1) n`,
    [count],
  );
  await pool.query(
    "INSERT INTO tokens SELECT 'tok_' || n, 'usr_' || n, 0 FROM generate_series(0, $1 - 1) n",
    [count],
  );
  await pool.query("ANALYZE");
}
