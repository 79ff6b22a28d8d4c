import { StorageError } from "../storage-error.ts";
import type { Dialect, Migration } from "./migration.ts";
import { v1 } from "./v1.ts";

const migrations: readonly Migration[] = [v1];

/** The statements that keep the version; text both databases take. */
export const versionTable = `CREATE TABLE IF NOT EXISTS schema_version (
  id integer NOT NULL PRIMARY KEY CHECK (id = 1),
  version integer NOT NULL CHECK (version > 0)
)`;
export const readVersion = "SELECT version FROM schema_version WHERE id = 1";

/** What brings a store of `current` (0: empty) to this release; throws for one that is ahead of it. */
export function pendingStatements(current: number, dialect: Dialect): string[] {
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new StorageError(
      "schema-newer",
      `the store has schema version ${current}, this release knows up to ${newest}: start the newer release`,
    );
  }
  return migrations
    .filter((migration) => migration.version > current)
    .flatMap((migration) => [
      ...migration.statements(dialect),
      "DELETE FROM schema_version",
      `INSERT INTO schema_version (id, version) VALUES (1, ${migration.version})`,
    ]);
}
