import type pg from "pg";
import { appendLink, type ChainHead, type Link } from "../audit-chain.ts";
import { demandMetSql } from "../demand-met-sql.ts";
import type { Entry } from "../group-commit.ts";
import type { CommitResult } from "../sign-in-commit.ts";
import { temporaryCodeSql } from "../temporary-code-sql.ts";
import type { TemporaryCodeChange } from "../temporary-codes-store.ts";
import { withdrawPushSql } from "../withdraw-push-sql.ts";
import type { OwnChain } from "./own-chain.ts";
import { withRetries } from "./retry.ts";

/**
 * Batches of sign-in commits, in two round trips however many they are. First the states of all users concerned are
 * locked, in one order, where nothing changed since the facts were read: these win. Then all that the winners write
 * goes out in one statement. READ COMMITTED is enough: every change about a user's sign-in locks his state first.
 */
export function createPostgresWriter(pool: pg.Pool, chain: string, own: OwnChain, now: () => number) {
  async function writeBatch(batch: readonly Entry[]): Promise<CommitResult[]> {
    return await withRetries(async () => {
      const client = await pool.connect();
      let broken: unknown;
      try {
        const [, won] = await both(
          client.query("BEGIN ISOLATION LEVEL READ COMMITTED"),
          claim(client, batch),
        );
        const results = batch.map(
          (entry, index): CommitResult =>
            entry.commit === null || won.has(index) ? "committed" : "conflict",
        );
        if (results.includes("committed")) {
          await alsoWrite(client, batch, results);
          await own.take(readHead(client), async (before) => {
            const { head, states, links } = changes(batch, results, before);
            // After a failed statement, COMMIT rolls back.
            await both(client.query(writeQuery(states, links)), client.query("COMMIT"));
            return { head, value: undefined };
          });
        } else {
          await client.query("ROLLBACK");
        }
        return results;
      } catch (error) {
        await client.query("ROLLBACK").catch((failure: unknown) => {
          broken = failure;
        });
        throw error;
      } finally {
        client.release(broken !== undefined);
      }
    });
  }

  function changes(batch: readonly Entry[], results: readonly CommitResult[], before: ChainHead) {
    const receivedAtMs = now();
    const states: object[] = [];
    const links: Link[] = [];
    let head = before;
    for (const [index, { commit, audit }] of batch.entries()) {
      if (results[index] !== "committed") continue;
      // The verdict belongs to the first audit row, known by its place in the chain.
      if (commit !== null) states.push(stateOf(commit, audit.length > 0 ? head.sequence + 1 : null));
      for (const draft of audit) {
        const link = appendLink(chain, head, draft, receivedAtMs, null);
        links.push(link);
        head = link;
      }
    }
    return { head, states, links };
  }

  function readHead(client: pg.PoolClient): () => Promise<ChainHead | null> {
    return async () => (await client.query<ChainHead>(headSql, [chain])).rows[0] ?? null;
  }

  return { writeBatch };
}

const headSql = "SELECT sequence, hash FROM audit WHERE chain = $1 ORDER BY sequence DESC LIMIT 1";

function writeQuery(states: readonly object[], links: readonly Link[]): pg.QueryConfig {
  return { name: "write", text: writeSql, values: [JSON.stringify(states), JSON.stringify(links)] };
}

/** Two queries sent at once. Both are over when this is, whichever failed. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}

/** One by one, because they are rare: a sign-in by a passkey, a recovery code, a PIN, a card or a temporary code. */
async function alsoWrite(
  client: pg.PoolClient,
  batch: readonly Entry[],
  results: readonly CommitResult[],
): Promise<void> {
  for (const [index, { commit }] of batch.entries()) {
    if (!commit?.also || results[index] !== "committed") continue;
    const { userId } = commit.expect;
    for (const { authenticatorId, data, atMs } of commit.also.used)
      await client.query(useAuthenticatorSql, [
        authenticatorId,
        atMs,
        data === null ? null : JSON.stringify(data),
        userId,
      ]);
    if (commit.also.enrolmentPostponed !== null)
      await client.query(postponeEnrolmentSql[commit.also.enrolmentPostponed], [userId]);
    if (commit.also.temporaryCode) await changeTemporaryCode(client, userId, commit.also.temporaryCode);
    if (commit.also.withdrawPush) {
      const { requestId, outcome, atMs } = commit.also.withdrawPush;
      await client.query(withdrawPush.request, [requestId, outcome, atMs]);
      await client.query(withdrawPush.place, [requestId]);
    }
    if (commit.also.demandMetAt !== undefined)
      await client.query(meetDemand, [commit.also.demandMetAt, userId]);
  }
}

async function changeTemporaryCode(
  client: pg.PoolClient,
  userId: string,
  change: TemporaryCodeChange,
): Promise<void> {
  switch (change.change) {
    case "used": {
      const { id, atMs, end } = change;
      await client.query(temporaryCodeSql("used", "postgresql"), [userId, id, atMs, end ? atMs : null]);
      return;
    }
    case "refused":
      await client.query(temporaryCodeSql("refused", "postgresql"), [userId]);
      return;
    case "ended":
      await client.query(temporaryCodeSql("ended", "postgresql"), [userId, change.why, change.atMs]);
      await client.query("UPDATE sign_in_states SET temporary_code = 0 WHERE user_id = $1", [userId]);
  }
}

const meetDemand = demandMetSql("postgresql");
const withdrawPush = withdrawPushSql("postgresql");
const useAuthenticatorSql = `
  UPDATE authenticators SET last_used_at_ms = coalesce($2::bigint, last_used_at_ms), data = coalesce($3::text, data),
    version = CASE WHEN $3::text IS NULL THEN version ELSE version + 1 END WHERE id = $1 AND user_id = $4`;
const postponeEnrolmentSql = {
  "self-service":
    "UPDATE sign_in_states SET enrolment_postponed = enrolment_postponed + 1 WHERE user_id = $1",
  "remote-access":
    "UPDATE sign_in_states SET remote_enrolment_postponed = remote_enrolment_postponed + 1 WHERE user_id = $1",
};

async function claim(client: pg.PoolClient, batch: readonly Entry[]): Promise<Set<number>> {
  const asked = batch.flatMap(({ commit }, index) =>
    commit === null
      ? []
      : {
          n: index,
          user_id: commit.expect.userId,
          version: commit.expect.version,
          attempt_id: commit.attempt?.id ?? null,
          client_id: commit.attempt?.clientId ?? null,
          token_id: commit.consume?.tokenId ?? null,
          counter: commit.consume?.counter ?? null,
        },
  );
  if (asked.length === 0) return new Set();
  const { rows } = await client.query<{ n: number; user_id: string }>({
    name: "claim",
    text: claimSql,
    values: [JSON.stringify(asked)],
  });
  // Of several for one user and version, the one that came first has it.
  const users = new Set<string>();
  const won = new Set<number>();
  for (const { n, user_id } of rows) {
    if (users.has(user_id)) continue;
    users.add(user_id);
    won.add(n);
  }
  return won;
}

function stateOf(commit: NonNullable<Entry["commit"]>, sequence: number | null): object {
  const { expect, lockout, consume, attempt } = commit;
  const common = lockout?.counter === "common" ? lockout : null;
  const remote = lockout?.counter === "remote-access" ? lockout : null;
  return {
    user_id: expect.userId,
    failures: common?.failures ?? null,
    failures_since_lock: common?.failuresSinceLock ?? null,
    locked_until_ms: common?.lockedUntilMs ?? null,
    remote_failures: remote?.failures ?? null,
    remote_failures_since_lock: remote?.failuresSinceLock ?? null,
    remote_locked_until_ms: remote?.lockedUntilMs ?? null,
    token_id: consume?.tokenId ?? null,
    counter: consume?.counter ?? null,
    source: consume?.source ?? null,
    consumed_by: consume?.attemptId ?? null,
    consumed_at_ms: consume?.atMs ?? null,
    attempt_sequence: attempt === null ? null : sequence,
    client_id: attempt?.clientId ?? null,
    verdict: attempt?.verdict ?? null,
    verdict_at_ms: attempt?.atMs ?? null,
  };
}

/** The same condition as SQLite's. A row that somebody else changed while we waited for it is judged as it is now. */
const claimSql = `
  SELECT i.n, s.user_id
  FROM json_to_recordset($1::json) AS i (n int, user_id text, version bigint, attempt_id text, client_id text,
    token_id text, counter bigint)
  JOIN sign_in_states s ON s.user_id = i.user_id AND s.version = i.version
  WHERE NOT EXISTS (SELECT FROM audit a JOIN attempts v ON v.audit_id = a.id
      WHERE a.attempt_id = i.attempt_id AND v.client_id = i.client_id)
    AND NOT EXISTS (SELECT FROM consumptions c WHERE c.token_id = i.token_id AND c.counter >= i.counter)
    AND (i.token_id IS NULL OR EXISTS (SELECT FROM tokens t WHERE t.id = i.token_id AND t.user_id = i.user_id
      AND t.status = 'enabled' AND t.next_counter <= i.counter))
  ORDER BY s.user_id, i.n
  FOR UPDATE OF s`;

const writeSql = `
  WITH i AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS i (user_id text, failures bigint,
      failures_since_lock bigint, locked_until_ms bigint, remote_failures bigint, remote_failures_since_lock bigint,
      remote_locked_until_ms bigint, token_id text, counter bigint, source text, consumed_by text, consumed_at_ms bigint,
      attempt_sequence bigint, client_id text, verdict text, verdict_at_ms bigint)
  ), states AS (
    UPDATE sign_in_states s SET version = s.version + 1, failures = coalesce(i.failures, s.failures),
      failures_since_lock = coalesce(i.failures_since_lock, s.failures_since_lock),
      locked_until_ms = CASE WHEN i.failures IS NULL THEN s.locked_until_ms ELSE i.locked_until_ms END,
      remote_failures = coalesce(i.remote_failures, s.remote_failures),
      remote_failures_since_lock = coalesce(i.remote_failures_since_lock, s.remote_failures_since_lock),
      remote_locked_until_ms =
        CASE WHEN i.remote_failures IS NULL THEN s.remote_locked_until_ms ELSE i.remote_locked_until_ms END,
      used_token_id = coalesce(i.token_id, s.used_token_id), used_counter = coalesce(i.counter, s.used_counter)
    FROM i WHERE s.user_id = i.user_id
  ), consumed AS (
    INSERT INTO consumptions (token_id, counter, source, attempt_id, user_id, at_ms)
    SELECT token_id, counter, source, consumed_by, user_id, consumed_at_ms FROM i WHERE token_id IS NOT NULL
  ), audited AS (
    INSERT INTO audit (chain, sequence, at_ms, received_at_ms, type, actor, subject_user_id, endpoint_id, attempt_id,
      outcome, reason, mode, detail, mac, previous_hash, hash)
    SELECT chain, sequence, "atMs", "receivedAtMs", type, actor, "subjectUserId", "endpointId", "attemptId",
      outcome, reason, mode, detail, mac, "previousHash", hash
    FROM json_to_recordset($2::json) AS l (chain text, sequence bigint, "atMs" bigint, "receivedAtMs" bigint,
      type text, actor text, "subjectUserId" text, "endpointId" text, "attemptId" text, outcome text, reason text,
      mode text, detail text, mac text, "previousHash" text, hash text)
    ORDER BY sequence
    RETURNING id, sequence
  ), attempted AS (
    INSERT INTO attempts (audit_id, client_id, verdict, at_ms)
    SELECT a.id, i.client_id, i.verdict, i.verdict_at_ms FROM i JOIN audited a ON a.sequence = i.attempt_sequence
  )
  SELECT`;
