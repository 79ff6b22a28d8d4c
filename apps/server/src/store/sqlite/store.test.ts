import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { sqlitePlace } from "../testing/place.ts";
import { audit, factsOf, populate, success } from "../testing/samples.ts";
import { openSqliteStore } from "./store.ts";

test("its files are the owner's alone", async () => {
  await using place = await sqlitePlace();
  await populate(await place.open(), "ada");
  const directory = dirname(place.location);
  const files = readdirSync(directory);
  expect(files.sort()).toEqual(["store.db", "store.db-shm", "store.db-wal"]);
  for (const file of files) expect(statSync(join(directory, file)).mode & 0o777, file).toBe(0o600);
});

test("in memory it keeps the same promises, and each is its own", async () => {
  const options = { location: ":memory:", now: Date.now, serverId: "server-1" };
  const [one, two] = [await openStore(options), await openStore(options)];
  await populate(one, "ada");
  await Promise.all([
    one.transaction((tx) => tx.audit(audit({ type: "note" }))),
    one.commitSignIn(success(await factsOf(one, "ada"))),
  ]);
  expect(await one.verifyChain("server-1")).toEqual({ kind: "whole", through: 2 });
  expect(await two.signInFacts("ada")).toBeNull();
  await one.close();
  await two.close();
});

test("says that it is busy while another process holds the file, and goes on afterwards", async () => {
  await using place = await sqlitePlace();
  const store = await place.open();
  await populate(store, "ada");
  const facts = await factsOf(store, "ada");
  const other = new DatabaseSync(place.location);
  other.exec("BEGIN IMMEDIATE");
  await expect(store.commitSignIn(success(facts))).rejects.toMatchObject({ code: "storage-busy" });
  await expect(store.transaction(async () => 1)).rejects.toMatchObject({ code: "storage-busy" });
  other.exec("ROLLBACK");
  other.close();
  expect(await store.commitSignIn(success(facts))).toBe("committed");
  expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 1 });
});

test("a transaction that does not end is undone, and does not keep sign-ins for ever", async () => {
  await using place = await sqlitePlace();
  const path = place.location;
  const store = openSqliteStore({ path, now: Date.now, serverId: "server-1", transactionTimeoutMs: 50 });
  await populate(store, "ada");
  const never = Promise.withResolvers<void>();
  const stuck = store.transaction(async (tx) => {
    await tx.users.remove("usr_ada");
    await never.promise;
  });
  const waiting = store.commitSignIn(success(await factsOf(store, "ada")));
  await expect(stuck).rejects.toMatchObject({ code: "storage-busy" });
  expect(await waiting).toBe("committed");
  await store.close();
});

test("close waits for what was asked before", async () => {
  await using place = await sqlitePlace();
  const store = await place.open();
  await populate(store, "ada");
  const landed = store.commitSignIn(success(await factsOf(store, "ada")));
  await store.close();
  expect(await landed).toBe("committed");
  expect((await factsOf(await place.open(), "ada")).token?.nextCounter).toBe(1);
});

test("a directory, a missing folder and a file that is no store are faults", async () => {
  await using place = await sqlitePlace();
  const open = (location: string) => openStore({ location, now: Date.now, serverId: "server-1" });
  await expect(open(dirname(place.location))).rejects.toMatchObject({ code: "storage-failed" });
  await expect(open(join(place.location, "none", "store.db"))).rejects.toMatchObject({
    code: "storage-failed",
  });
  await expect(open(import.meta.filename)).rejects.toMatchObject({ code: "storage-failed" });
});
