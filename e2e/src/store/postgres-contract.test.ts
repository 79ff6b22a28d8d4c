import { storeContract } from "@holdfast/server/store/testing/contract";
import { afterAll, beforeAll } from "vitest";
import { describeWhere } from "../../rig/requirements.ts";
import { type ClearedDatabases, clearedDatabases } from "./cleared-databases.ts";

describeWhere(["postgres"], "PostgreSQL", () => {
  let databases: ClearedDatabases;
  beforeAll(async () => {
    databases = await clearedDatabases();
  });
  afterAll(async () => {
    await databases[Symbol.asyncDispose]();
  });

  storeContract("PostgreSQL", () => databases.take());
});
