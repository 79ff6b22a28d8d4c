import { openStore } from "@holdfast/server/store/open-store";
import { storeContract } from "@holdfast/server/store/testing/contract";
import { type Place, placeAt } from "@holdfast/server/store/testing/place";
import { afterAll, beforeAll } from "vitest";
import { type PostgresCluster, type PostgresDatabase, startPostgres } from "../../rig/postgres.ts";
import { describeWhere } from "../../rig/requirements.ts";

describeWhere(["postgres"], "PostgreSQL", () => {
  let cluster: PostgresCluster;
  /** With the schema, which takes longer to make than to copy. */
  let made: PostgresDatabase;
  beforeAll(async () => {
    cluster = await startPostgres();
    made = await cluster.createDatabase();
    const store = await openStore({ location: made.url, serverId: "server-1", now: Date.now });
    await store.close();
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  storeContract("PostgreSQL", async (): Promise<Place> => {
    const database = await cluster.createDatabase({ like: made });
    return placeAt(
      database.url,
      async (statement) => {
        await cluster.sql(statement, database.name);
      },
      async () => {
        await database[Symbol.asyncDispose]();
      },
    );
  });
});
