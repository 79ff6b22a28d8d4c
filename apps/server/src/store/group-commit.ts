import type { AuditDraft } from "./audit-rows.ts";
import type { CommitResult, SignInCommit } from "./sign-in-commit.ts";
import { isDataFault, StorageError, storageFault } from "./storage-error.ts";

/** One thing to land: a sign-in's commit with its audit, or audit alone. */
export type Entry = { readonly commit: SignInCommit | null; readonly audit: readonly AuditDraft[] };

/** An attempt's verdict is found through its audit, so there must be some. */
export function signInEntry(commit: SignInCommit): Entry {
  const { attempt, audit } = commit;
  if (attempt !== null && audit[0]?.attemptId !== attempt.id) {
    throw new Error("a sign-in's first audit event must carry the id of its attempt");
  }
  return { commit, audit };
}

/** Writes all entries in one durable transaction and says, entry by entry, which found the facts changed. */
export type WriteBatch = (
  batch: readonly Entry[],
) => readonly CommitResult[] | Promise<readonly CommitResult[]>;

export type GroupCommit = {
  /** Resolves once the entry is on disk, or has lost against another change. Rejects with a StorageError. */
  add(entry: Entry): Promise<CommitResult>;
  /** Resolves once everything added so far is settled. */
  idle(): Promise<void>;
};

type Waiting = Entry & { resolve(result: CommitResult): void; reject(fault: unknown): void };

/** Bounds how long one batch keeps the event loop (SQLite writes on it) or row locks (PostgreSQL). */
const batchLimit = 512;
/** Beyond this, waiting would be longer than any client's patience. */
const queueLimit = 20_000;

/**
 * Gathers what is added within one turn of the event loop, and while as many batches as `mostUnderWay` are being
 * written, into the next batch: one fsync for all of them instead of one each. Where somebody else writes, a turn's
 * first `atOnce` entries do not wait for its end: the writer works on them while the turn goes on.
 */
export function createGroupCommit(
  writeBatch: WriteBatch,
  { mostUnderWay = 1, atOnce = Number.POSITIVE_INFINITY } = {},
): GroupCommit {
  let queue: Waiting[] = [];
  let underWay = 0;
  let scheduled = false;
  let idlers: (() => void)[] = [];

  function add(entry: Entry): Promise<CommitResult> {
    if (queue.length >= queueLimit) {
      return Promise.reject(new StorageError("storage-busy", `${queueLimit} changes wait to be written`));
    }
    return new Promise((resolve, reject) => {
      queue.push({ commit: entry.commit, audit: entry.audit, resolve, reject });
      if (queue.length >= atOnce && underWay < mostUnderWay) void send();
      else schedule();
    });
  }

  function schedule(): void {
    if (scheduled || underWay >= mostUnderWay) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (queue.length > 0) void send();
    });
  }

  async function send(): Promise<void> {
    const batch = queue.length <= batchLimit ? queue : queue.slice(0, batchLimit);
    queue = queue.length <= batchLimit ? [] : queue.slice(batchLimit);
    underWay += 1;
    if (queue.length > 0) schedule();
    await settle(batch);
    underWay -= 1;
    if (queue.length > 0) schedule();
    if (!isIdle()) return;
    const waiting = idlers;
    idlers = [];
    for (const wake of waiting) wake();
  }

  function isIdle(): boolean {
    return queue.length === 0 && underWay === 0;
  }

  async function settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await writeBatch(batch);
      for (const [index, entry] of batch.entries()) {
        const result = results[index];
        if (result === undefined)
          entry.reject(new StorageError("storage-failed", "the batch gave no result"));
        else entry.resolve(result);
      }
    } catch (error) {
      if (batch.length > 1 && isDataFault(error)) {
        // One entry's rows were refused and took the others with it: each for itself, so that only that one fails.
        for (const entry of batch) await settle([entry]);
        return;
      }
      const fault = storageFault(error);
      for (const entry of batch) entry.reject(fault);
    }
  }

  return {
    add,
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
