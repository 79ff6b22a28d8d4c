import type { Kysely } from "kysely";
import { appendLink, type ChainHead } from "../audit-chain.ts";
import { listChains, readAudit, verifyAuditChain } from "../audit-trail.ts";
import { createGroupCommit, signInEntry } from "../group-commit.ts";
import { StorageError, storageFault } from "../storage-error.ts";
import type { Store, Transaction } from "../store.ts";
import type { Tables } from "../tables.ts";
import { openTransaction, type PendingAudit, type Scope } from "../transaction.ts";
import { createTurns } from "../turns.ts";
import { kyselyOver, openConnections, type SqliteConnections } from "./connection.ts";
import { createHotReads, createSnapshot } from "./hot-reads.ts";
import { createSqliteWriter } from "./sign-in-writer.ts";
import { startThreadedWriter, type ThreadedWriter, type ThreadedWriterOptions } from "./threaded-writer.ts";
import { addedToPages, differingCopy, userAuditPages } from "./user-audit.ts";
import { whenQuiet } from "./when-quiet.ts";

export type SqliteOptions = {
  /** A file, or `:memory:` for one that is gone with the process. */
  readonly path: string;
  now(): number;
  /** This process's audit chain. Two processes at once must not share it: then each slows the other down. */
  readonly serverId: string;
  /** All changes wait while one transaction is open, so it must not go on for ever. Default: 10 s. */
  readonly transactionTimeoutMs?: number;
};

export type ThreadedSqliteOptions = SqliteOptions & Pick<ThreadedWriterOptions, "ended" | "program">;

/** A store that does everything on the caller's thread. Throws a StorageError where the file cannot be opened. */
export function openSqliteStore(options: SqliteOptions): Store {
  return assemble(options, openConnections(options.path), null);
}

/**
 * A store whose sign-ins are written by a thread of their own, so that the server goes on while the disk works. Not
 * for `:memory:`, which no other thread can open.
 */
export async function openThreadedSqliteStore(options: ThreadedSqliteOptions): Promise<Store> {
  const connections = openConnections(options.path);
  try {
    const thread = await startThreadedWriter({ ...options, file: options.path, chain: options.serverId });
    return assemble(options, connections, thread);
  } catch (error) {
    connections.reader.close();
    connections.writer.close();
    throw storageFault(error);
  }
}

/**
 * There is one writer: batches of sign-ins and transactions take turns and never mix. Without a thread of their own,
 * sign-ins read on the writer's connection too, but for the time in which a transaction is open on it.
 */
function assemble(
  options: SqliteOptions,
  connections: SqliteConnections,
  thread: ThreadedWriter | null,
): Store {
  const { now, serverId, transactionTimeoutMs = 10_000 } = options;
  const { writer: database, reader } = connections;
  const queries = { writer: kyselyOver(database), reader: kyselyOver(reader) };
  const writer = createSqliteWriter(database, serverId);
  const turns = createTurns();
  // Where nothing has a thread of its own there is no server that would wait for a page.
  const tidying = thread === null ? null : whenQuiet(() => turns.alone(() => writer.tidy()));
  const snapshot = createSnapshot(reader);
  const hot =
    thread === null
      ? createHotReads([database, reader], () => (database.isTransaction ? reader : database))
      : createHotReads([reader], () => snapshot.use());
  const group =
    thread === null
      ? createGroupCommit((batch) => turns.alone(() => writer.writeBatch(batch, now())))
      : createGroupCommit(
          (batch) =>
            turns.together(async () => {
              const results = await thread.writeBatch(batch, now());
              snapshot.renew();
              tidying?.later();
              return results;
            }),
          { mostUnderWay: batchesOnTheirWay, atOnce: sentAtOnce },
        );
  // In the order of their writing: what is older than `beforeMs` is at the front, short of a clock set back.
  const forget = database.prepare(`
    DELETE FROM attempts WHERE at_ms < ?1 AND audit_id IN (SELECT audit_id FROM attempts ORDER BY audit_id LIMIT ?2)`);

  const ports = { now, nextEndpointMark };
  let closing: Promise<void> | null = null;

  async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return await turns.alone(async () => {
      const scope: Scope = { state: "open", readOnly: false };
      try {
        writer.begin();
        if (thread !== null) writer.forgetHead();
        const { transaction: tx, pending } = openTransaction(queries.writer, scope, ports);
        const value = await inTime(work(tx), transactionTimeoutMs);
        scope.state = "over";
        writer.commit(writeAudit(pending));
        thread?.chainMoved();
        snapshot.renew();
        return value;
      } catch (error) {
        scope.state = "over";
        writer.rollback();
        throw storageFault(error);
      }
    });
  }

  function writeAudit(pending: PendingAudit): ChainHead {
    const receivedAtMs = now();
    for (const link of pending.ofEndpoints) writer.insertLink(link);
    let head = writer.head();
    for (const draft of pending.ofServer) {
      const link = appendLink(serverId, head, draft, receivedAtMs, null);
      writer.insertLink(link);
      head = link;
    }
    return head;
  }

  async function read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const scope: Scope = { state: "open", readOnly: true };
    try {
      return await work(openTransaction(queries.reader, scope, ports).transaction);
    } catch (error) {
      throw storageFault(error);
    } finally {
      scope.state = "over";
    }
  }

  async function forgetAttempts(beforeMs: number): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const { changes } = await faulted(() => turns.alone(() => forget.run(beforeMs, attemptsPerStep)));
      forgotten += Number(changes);
      if (changes < attemptsPerStep) return forgotten;
    }
  }

  async function changedEndpoints(sinceMark: number): Promise<{ mark: number; endpointIds: string[] }> {
    const rows = await queries.reader
      .selectFrom("endpointChanges")
      .selectAll()
      .where("mark", ">", sinceMark)
      .orderBy("mark")
      .execute();
    return { mark: rows.at(-1)?.mark ?? sinceMark, endpointIds: rows.map((row) => row.endpointId) };
  }

  async function changedPhones(sinceMark: number): Promise<{ mark: number; phoneIds: string[] }> {
    const rows = await queries.reader
      .selectFrom("phoneChanges")
      .selectAll()
      .where("mark", ">", sinceMark)
      .orderBy("mark")
      .execute();
    return { mark: rows.at(-1)?.mark ?? sinceMark, phoneIds: rows.map((row) => row.phoneId) };
  }

  async function close(): Promise<void> {
    await group.idle();
    tidying?.stop();
    await turns.alone(async () => {
      await thread?.close();
      snapshot.renew();
      reader.close();
      // The last connection to close folds the log into the file.
      database.close();
    });
  }

  return {
    dialect: "sqlite",
    chain: serverId,
    signInFacts: (userName) => faulted(async () => hot.facts(userName)),
    attempt: (id, clientId) => faulted(async () => hot.verdict(id, clientId)),
    commitSignIn: async (commit) => await group.add(signInEntry(commit)),
    note: async (drafts) => {
      if (drafts.length > 0) await group.add({ commit: null, audit: drafts });
    },
    transaction,
    read,
    audit: (filter) => faulted(() => readAudit(queries.reader, filter, userAuditPages)),
    chains: () => faulted(() => listChains(queries.reader)),
    verifyChain: (chain) =>
      faulted(async () => {
        const { reader: db } = queries;
        const found = await verifyAuditChain(db, chain, (...rows) => differingCopy(db, ...rows));
        // The copies of all chains lie in one table: it is looked at once, with the chain of its own server.
        const added = found.kind === "whole" && chain === serverId ? await addedToPages(db) : null;
        return added === null || found.kind === "broken"
          ? found
          : { kind: "broken", at: found.through, why: added };
      }),
    changedEndpoints: (sinceMark) => faulted(() => changedEndpoints(sinceMark)),
    changedPhones: (sinceMark) => faulted(() => changedPhones(sinceMark)),
    forgetAttempts,
    close: () => (closing ??= close()),
  };
}

const attemptsPerStep = 2000;
/** The thread makes one of those that have come when it is ready for the next. */
const batchesOnTheirWay = 16;
/** Half of this costs more in messages than the thread gains, and twice of it leaves it waiting. */
const sentAtOnce = 16;

/** Marks count up; with one writer, they become visible in their order. */
async function nextEndpointMark(db: Kysely<Tables>): Promise<number> {
  const last = async (table: "endpointChanges" | "phoneChanges") => {
    const row = await db
      .selectFrom(table)
      .select((select) => select.fn.max("mark").as("mark"))
      .executeTakeFirst();
    return row?.mark ?? 0;
  };
  return Math.max(await last("endpointChanges"), await last("phoneChanges")) + 1;
}

async function faulted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFault(error);
  }
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StorageError("storage-busy", `a transaction was not done after ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
