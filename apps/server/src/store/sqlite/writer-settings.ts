import type { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";

/** How long a statement waits for a lock of another process. It blocks the event loop, so not for long. */
export const lockTimeoutMs = 1000;

/** What every connection that writes is set to. */
export function setUpWriter(writer: DatabaseSync): void {
  // A sign-in changes a row or two on each of several pages that lie anywhere: half as large, they are half as much to
  // write. Holds from the making of the file on; one that is there keeps its own.
  writer.exec("PRAGMA page_size = 2048");
  const mode = writer.prepare("PRAGMA journal_mode = WAL").get();
  if (mode?.journal_mode !== "wal")
    throw new StorageError("storage-unsafe", "this file system cannot hold SQLite's write-ahead log");
  // A sign-in changes pages all over the store, so that a long log saves most of the copying back: at 64 MiB an eighth
  // more sign-ins a second than at half of it. Reading it after a crash takes a fraction of a second.
  // The page cache is small on purpose. Where a split has put pages in order, SQLite leaves the number of its locking page
  // as the largest in the cache (balance_nonroot, sqlite3PagerRekey), and until the file has grown past that page, at 1 GiB,
  // the next COMMIT goes through the whole cache: at 64 MiB a third of what a sign-in costs the writer among a million
  // users, against a read or two from the file system's cache that a smaller one adds.
  writer.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -2048;
    PRAGMA wal_autocheckpoint = 32000;
    PRAGMA journal_size_limit = 67108864;
  `);
}
