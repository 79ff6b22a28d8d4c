import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Place, placeAt, sqlitePlace } from "@holdfast/server/store/testing/place";
import { restoreContract } from "@holdfast/server/testing/restore-contract";
import { afterAll, beforeAll } from "vitest";
import { type PostgresCluster, startPostgres } from "../../rig/postgres.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type ClearedDatabases, clearedDatabases } from "./cleared-databases.ts";

/** A backup goes into either database, whichever it came from. */
describeWhere(["postgres"], "PostgreSQL", () => {
  let cluster: PostgresCluster;
  let databases: ClearedDatabases;
  beforeAll(async () => {
    cluster = await startPostgres();
    databases = await clearedDatabases(cluster);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const cleared = () => databases.take();
  /** What is restored comes to where nothing is, no schema either. */
  const empty = async (): Promise<Place> => {
    const made = await cluster.createDatabase();
    return placeAt(
      made.url,
      async (statement) => {
        await cluster.sql(statement, made.name);
      },
      async () => {
        await made[Symbol.asyncDispose]();
      },
    );
  };
  const file = async (): Promise<Place> => {
    const directory = mkdtempSync(join(tmpdir(), "holdfast-restored-"));
    const location = join(directory, "store.db");
    return placeAt(
      location,
      async (statement) => {
        const opened = new DatabaseSync(location, { timeout: 5000 });
        opened.exec(statement);
        opened.close();
      },
      () => rm(directory, { recursive: true, force: true }),
    );
  };

  restoreContract("PostgreSQL", cleared, empty);
  restoreContract("SQLite into PostgreSQL", () => sqlitePlace(), empty);
  restoreContract("PostgreSQL into SQLite", cleared, file);
});
