import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { placeAt, sqlitePlace } from "../../store/testing/place.ts";
import { restoreContract } from "../../testing/restore-contract.ts";

/** A place where no file is yet. */
async function emptyPlace() {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-restored-"));
  const location = join(directory, "store.db");
  return placeAt(
    location,
    async (statement) => {
      const database = new DatabaseSync(location, { timeout: 5000 });
      database.exec(statement);
      database.close();
    },
    () => rm(directory, { recursive: true, force: true }),
  );
}

restoreContract("SQLite", () => sqlitePlace(), emptyPlace);
