import type { SnapshotPart, Writing } from "./parts.ts";
import { isPostgres, readPostgres, writePostgres } from "./postgres-snapshot.ts";
import { readSqlite, writeSqlite } from "./sqlite-snapshot.ts";

/** Reads while servers go on: neither waits for the other. */
export function readSnapshot(location: string): AsyncGenerator<SnapshotPart> {
  if (location === ":memory:") throw new Error("a store in memory has no snapshots");
  return isPostgres(location) ? readPostgres(location) : readSqlite(location);
}

/**
 * Makes a new store out of a snapshot, all of it or nothing: an SQLite file that is not there yet, or a PostgreSQL
 * database without a Holdfast store. Returns how many rows it has. Throws where the place is taken.
 */
export function writeSnapshot(
  location: string,
  parts: AsyncIterable<SnapshotPart>,
  writing: Writing,
): Promise<number> {
  return isPostgres(location)
    ? writePostgres(location, parts, writing)
    : writeSqlite(location, parts, writing);
}
