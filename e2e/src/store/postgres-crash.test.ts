import { fileURLToPath } from "node:url";
import { openStore } from "@holdfast/server/store/open-store";
import {
  type Acknowledgement,
  acknowledgements,
  expectNothingLost,
} from "@holdfast/server/store/testing/acknowledged";
import { factsOf, populate, success } from "@holdfast/server/store/testing/samples";
import { expect, test } from "vitest";
import { startPostgres } from "../../rig/postgres.ts";
import { start } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";

const writer = fileURLToPath(import.meta.resolve("@holdfast/server/store/testing/writer"));
const people = ["ada", "bob", "cyd", "dan", "eve", "fay"];

describeWhere(["postgres"], "PostgreSQL store", () => {
  test.each(["the server process", "the whole database"])(
    "kill -9 of %s loses nothing that was acknowledged",
    async (victim) => {
      await using cluster = await startPostgres();
      await using database = await cluster.createDatabase();
      const open = () => openStore({ location: database.url, now: Date.now, serverId: "server-1" });
      const first = await open();
      await populate(first, ...people);
      await first.close();

      const acknowledged: Acknowledgement[] = [];
      for (let round = 0; round < 3; round += 1) {
        await using child = await start(process.execPath, [writer, database.url, "load", people.join(",")]);
        const signedIn = () => acknowledgements(child.stdout).filter(({ kind }) => kind === "attempt").length;
        await expect.poll(signedIn, { timeout: 60_000 }).toBeGreaterThan(40 + 40 * round);
        if (victim === "the whole database") {
          await cluster.kill();
          await child.waitForOutput("refused");
          await child.kill();
          await cluster.restart();
        } else {
          await child.kill();
        }
        acknowledged.push(...acknowledgements(child.stdout));
        const store = await open();
        await expectNothingLost(store, acknowledged);
        await store.close();
      }
      const settings = acknowledged.filter(({ kind }) => kind === "setting");
      expect(acknowledged.length - settings.length).toBeGreaterThan(200);
      expect(settings.length).toBeGreaterThan(0);
    },
  );

  test("a running store goes on after its database came back, and says what it could not do meanwhile", async () => {
    await using cluster = await startPostgres();
    await using database = await cluster.createDatabase();
    const store = await openStore({ location: database.url, now: Date.now, serverId: "server-1" });
    try {
      await populate(store, "ada");
      const facts = await factsOf(store, "ada");
      await cluster.kill();
      const down = [
        () => store.signInFacts("ada"),
        () => store.commitSignIn(success(facts)),
        () => store.note([]).then(() => store.audit({ limit: 1 })),
        () => store.transaction((tx) => tx.settings.set("key", "value")),
        () => store.read((tx) => tx.settings.get("key")),
      ];
      for (const work of down) {
        await expect(work()).rejects.toMatchObject({ name: "StorageError", code: "storage-failed" });
      }
      await cluster.restart();
      expect(await store.commitSignIn(success(await factsOf(store, "ada")))).toBe("committed");
      await store.transaction((tx) => tx.settings.set("key", "value"));
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 1 });
    } finally {
      await store.close();
    }
  });
});
