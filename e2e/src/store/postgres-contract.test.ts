import { storeContract } from "@holdfast/server/store/testing/contract";
import { afterAll, beforeAll } from "vitest";
import { type PostgresCluster, startPostgres } from "../../rig/postgres.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type ClearedDatabases, clearedDatabases } from "./cleared-databases.ts";

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

  storeContract("PostgreSQL", () => databases.take());
});
