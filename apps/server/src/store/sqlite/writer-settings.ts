import type { DatabaseSync } from "node:sqlite";
import { StorageError } from "../storage-error.ts";

/** How long a statement waits for a lock of another process. It blocks the event loop, so not for long. */
export const lockTimeoutMs = 1000;

/** What every connection that writes is set to. */
export function setUpWriter(writer: DatabaseSync): void {
  const mode = writer.prepare("PRAGMA journal_mode = WAL").get();
  if (mode?.journal_mode !== "wal")
    throw new StorageError("storage-unsafe", "this file system cannot hold SQLite's write-ahead log");
  writer.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA journal_size_limit = 67108864;
  `);
}
