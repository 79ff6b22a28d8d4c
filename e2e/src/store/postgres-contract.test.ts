import { storeContract } from "@holdfast/server/store/testing/contract";
import { type Place, placeAt } from "@holdfast/server/store/testing/place";
import { afterAll, beforeAll } from "vitest";
import { type PostgresCluster, startPostgres } from "../../rig/postgres.ts";
import { describeWhere } from "../../rig/requirements.ts";

describeWhere(["postgres"], "PostgreSQL", () => {
  let cluster: PostgresCluster;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  storeContract("PostgreSQL", async (): Promise<Place> => {
    const database = await cluster.createDatabase();
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
