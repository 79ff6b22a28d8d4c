import { type Kysely, sql } from "kysely";
import { appendLink, type ChainHead, type Link } from "../audit-chain.ts";
import { chainHead, insertLinks, listChains, readAudit, verifyAuditChain } from "../audit-trail.ts";
import { createGroupCommit, signInEntry } from "../group-commit.ts";
import {
  createFactsReader,
  type FactsRecord,
  nameColumn,
  signInFactsSql,
  verdictSql,
} from "../sign-in-facts.ts";
import { storageFault } from "../storage-error.ts";
import type { Store, Transaction } from "../store.ts";
import type { Tables } from "../tables.ts";
import { openTransaction, type Scope } from "../transaction.ts";
import { coalescedRead } from "./coalesced-read.ts";
import { kyselyOver, openPool, prepareDatabase } from "./connection.ts";
import { createOwnChain } from "./own-chain.ts";
import { withRetries } from "./retry.ts";
import { createPostgresWriter } from "./sign-in-writer.ts";

export type PostgresOptions = {
  /** postgresql://user:password@host:port/database */
  readonly url: string;
  now(): number;
  /** This process's audit chain. Two processes at once must not share it: then each slows the other down. */
  readonly serverId: string;
  /** Connections for reads and transactions. Three more are kept for sign-ins: two that read, one that writes. */
  readonly poolSize?: number;
};

/** Throws a StorageError where the database cannot be reached or must not be used. */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, now, serverId, poolSize = 10 } = options;
  const pool = openPool(url, poolSize);
  // Transactions may take all of theirs: sign-ins do not wait behind them.
  const reading = openPool(url, 2);
  // Its statements join a batch with the tables: always by index, also while planned for tables still empty.
  const writing = openPool(url, 1, {
    pipeline: true,
    settings: "SET enable_hashjoin = off; SET enable_mergejoin = off",
  });
  try {
    await prepareDatabase(pool);
  } catch (error) {
    await Promise.all([pool.end(), reading.end(), writing.end()]);
    throw storageFault(error);
  }
  const db = kyselyOver(pool);
  const own = createOwnChain();
  const writer = createPostgresWriter(writing, serverId, own, now);
  const group = createGroupCommit(writer.writeBatch);
  const toFacts = createFactsReader();
  const factsQuery = { name: "facts", text: signInFactsSql("postgresql"), rowMode: "array" as const };
  const verdictQuery = { name: "verdict", text: verdictSql("postgresql") };
  const ports = { now, nextEndpointMark };

  const readFacts = coalescedRead(async (names: readonly string[]) => {
    const { rows } = await reading.query<FactsRecord>({ ...factsQuery, values: [names] });
    const found = new Map(rows.map((row) => [row[nameColumn], row]));
    return names.map((name) => {
      const record = found.get(name);
      return record === undefined ? null : toFacts(record);
    });
  });

  const readVerdict = coalescedRead(async (asked: readonly { id: string; clientId: string }[]) => {
    const values = [asked.map(({ id }) => id), asked.map(({ clientId }) => clientId)];
    const { rows } = await reading.query<{ verdict: string | null }>({ ...verdictQuery, values });
    return rows.map(({ verdict }) => verdict);
  });

  async function transactOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const database = await db.startTransaction().setIsolationLevel("serializable").execute();
    const scope: Scope = { state: "open", readOnly: false };
    try {
      const { transaction, pending } = openTransaction(database, scope, ports);
      const value = await work(transaction);
      scope.state = "over";
      await insertLinks(database, pending.ofEndpoints);
      if (pending.ofServer.length === 0) {
        await database.commit().execute();
        return value;
      }
      const readHead = () => chainHead(database, serverId);
      return await own.take(readHead, async (before) => {
        let head: ChainHead = before;
        const receivedAtMs = now();
        const links: Link[] = pending.ofServer.map((draft) => {
          const link = appendLink(serverId, head, draft, receivedAtMs, null);
          head = link;
          return link;
        });
        await insertLinks(database, links);
        await database.commit().execute();
        return { head, value };
      });
    } catch (error) {
      scope.state = "over";
      // A connection that is gone has rolled back by itself.
      if (!database.isCommitted)
        await database
          .rollback()
          .execute()
          .catch(() => undefined);
      throw error;
    }
  }

  async function read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const scope: Scope = { state: "open", readOnly: true };
    try {
      return await work(openTransaction(db, scope, ports).transaction);
    } finally {
      scope.state = "over";
    }
  }

  async function forgetAttempts(beforeMs: number): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const { rowCount } = await pool.query(forgetSql, [beforeMs, attemptsPerStep]);
      forgotten += rowCount ?? 0;
      if ((rowCount ?? 0) < attemptsPerStep) return forgotten;
    }
  }

  /**
   * A change's mark is its transaction's number. All transactions below the snapshot's xmin have ended, so what this
   * answer leaves out, because it was not committed yet, has a mark that the next question covers.
   */
  async function changedEndpoints(sinceMark: number): Promise<{ mark: number; endpointIds: string[] }> {
    const { rows } = await sql<{ mark: number; endpointIds: string[] }>`
      WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS mark)
      SELECT horizon.mark, coalesce(array_agg(c.endpoint_id ORDER BY c.mark, c.endpoint_id)
        FILTER (WHERE c.endpoint_id IS NOT NULL), '{}'::text[]) AS endpoint_ids
      FROM horizon LEFT JOIN endpoint_changes c ON c.mark >= ${sinceMark} AND c.mark < horizon.mark
      GROUP BY horizon.mark`.execute(db);
    const row = rows[0];
    if (!row) throw new Error("PostgreSQL told no snapshot");
    return row;
  }

  async function changedPhones(sinceMark: number): Promise<{ mark: number; phoneIds: string[] }> {
    const { rows } = await sql<{ mark: number; phoneIds: string[] }>`
      WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS mark)
      SELECT horizon.mark, coalesce(array_agg(c.phone_id ORDER BY c.mark, c.phone_id)
        FILTER (WHERE c.phone_id IS NOT NULL), '{}'::text[]) AS phone_ids
      FROM horizon LEFT JOIN phone_changes c ON c.mark >= ${sinceMark} AND c.mark < horizon.mark
      GROUP BY horizon.mark`.execute(db);
    const row = rows[0];
    if (!row) throw new Error("PostgreSQL told no snapshot");
    return row;
  }

  async function close(): Promise<void> {
    await group.idle();
    await Promise.all([pool.end(), reading.end(), writing.end()]);
  }

  let closing: Promise<void> | null = null;
  return {
    dialect: "postgresql",
    chain: serverId,
    signInFacts: (userName) => faulted(() => readFacts(userName)),
    attempt: (id, clientId) => faulted(() => readVerdict({ id, clientId })),
    commitSignIn: async (commit) => await group.add(signInEntry(commit)),
    note: async (drafts) => {
      if (drafts.length > 0) await group.add({ commit: null, audit: drafts });
    },
    transaction: (work) => faulted(() => withRetries(() => transactOnce(work))),
    read: (work) => faulted(() => read(work)),
    audit: (filter) => faulted(() => readAudit(db, filter)),
    chains: () => faulted(() => listChains(db)),
    verifyChain: (chain) => faulted(() => verifyAuditChain(db, chain)),
    changedEndpoints: (sinceMark) => faulted(() => changedEndpoints(sinceMark)),
    changedPhones: (sinceMark) => faulted(() => changedPhones(sinceMark)),
    forgetAttempts: (beforeMs) => faulted(() => forgetAttempts(beforeMs)),
    close: () => (closing ??= close()),
  };
}

const attemptsPerStep = 2000;

/** In the order of their writing: what is older is at the front, short of a clock set back. */
const forgetSql = `
  DELETE FROM attempts WHERE at_ms < $1
    AND audit_id IN (SELECT audit_id FROM attempts ORDER BY audit_id LIMIT $2)`;

async function nextEndpointMark(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ mark: number }>`SELECT pg_current_xact_id()::text::bigint AS mark`.execute(db);
  return rows[0]?.mark ?? Number.NaN;
}

async function faulted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFault(error);
  }
}
