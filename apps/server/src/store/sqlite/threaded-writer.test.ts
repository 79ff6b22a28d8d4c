import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { audit, factsOf, populate, success } from "../testing/samples.ts";
import { openThreadedSqliteStore } from "./store.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("of batches that the thread writes together, only the one with a refused row fails", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-threaded-"));
  const store = await openThreadedSqliteStore({
    path: join(folder, "store.db"),
    now: () => 1_000,
    serverId: "srv_threaded",
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const asked: Promise<void>[] = [];
  // The first keeps the thread at work while the others come, one in each turn of the loop.
  for (let batch = 0; batch < 40; batch++) {
    const one = store.note([audit({ type: batch % 10 === 7 ? "" : "sign-in" })]);
    // Refused before all were asked, it would count as an error that nobody heard.
    one.catch(() => undefined);
    asked.push(one);
    await turn();
  }
  const results = await Promise.allSettled(asked);

  const failed = results.flatMap(({ status }, batch) => (status === "rejected" ? [batch] : []));
  expect(failed).toEqual([7, 17, 27, 37]);
  expect(await store.verifyChain("srv_threaded")).toEqual({ kind: "whole", through: 36 });
});

test("a transaction among batches under way has the chain go on without a gap", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-threaded-"));
  const store = await openThreadedSqliteStore({
    path: join(folder, "store.db"),
    now: () => 1_000,
    serverId: "srv_threaded",
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const asked: Promise<unknown>[] = [];
  for (let round = 0; round < 30; round++) {
    asked.push(store.note([audit()]), store.note([audit()]));
    await turn();
    asked.push(store.note([audit()]));
    if (round % 3 === 0) asked.push(store.transaction((tx) => tx.audit(audit())));
  }
  await Promise.all(asked);
  expect(await store.verifyChain("srv_threaded")).toEqual({ kind: "whole", through: 100 });
});

test("a code of a token that is not there is a conflict, and leaves no row without its parent", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-threaded-"));
  const path = join(folder, "store.db");
  const store = await openThreadedSqliteStore({ path, now: () => 1_000, serverId: "srv_threaded" });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await populate(store, "ada", "bob");
  const ada = await factsOf(store, "ada");
  const bob = await factsOf(store, "bob");
  const codeOf = (tokenId: string) => {
    const commit = success(ada);
    return { ...commit, consume: commit.consume && { ...commit.consume, tokenId } };
  };

  // The thread's connection has SQLite's own check of foreign keys switched off.
  expect(await store.commitSignIn(codeOf("tok_nobody"))).toBe("conflict");
  expect(await store.commitSignIn(codeOf(bob.token?.id ?? ""))).toBe("conflict");
  await store.transaction((tx) => tx.users.remove(bob.user.id));
  expect(await store.commitSignIn(success(bob))).toBe("conflict");
  expect(await store.commitSignIn(success(ada))).toBe("committed");

  const database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
  expect(database.prepare("SELECT token_id FROM consumptions").all()).toEqual([{ token_id: ada.token?.id }]);
  database.close();
});

test("a thread that ends within a transaction is replaced, and what it had is refused and not there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-threaded-"));
  const causes: unknown[] = [];
  const store = await openThreadedSqliteStore({
    path: join(folder, "store.db"),
    now: () => 1_000,
    serverId: "srv_threaded",
    program: new URL("../testing/ending-writer-thread.ts", import.meta.url),
    ended: (cause) => causes.push(cause),
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await populate(store, "ada");
  const before = await store.chains();
  const commit = success(await factsOf(store, "ada"));
  const ending = { ...commit, audit: commit.audit.map((draft) => ({ ...draft, reason: "end-the-thread" })) };

  await expect(store.commitSignIn(ending)).rejects.toMatchObject({ code: "storage-failed" });
  expect(causes).toHaveLength(1);
  expect(await store.chains()).toEqual(before);
  expect((await factsOf(store, "ada")).token?.nextCounter).toBe(commit.consume?.counter);

  // The next batch, with what waits behind it, goes to a new thread.
  expect(await Promise.all([store.commitSignIn(commit), store.note([audit()])])).toEqual([
    "committed",
    undefined,
  ]);
  expect(await store.verifyChain("srv_threaded")).toMatchObject({ kind: "whole" });
});

test("a thread that ends over and over is started only so often, and the store stays readable", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-threaded-"));
  const causes: unknown[] = [];
  const store = await openThreadedSqliteStore({
    path: join(folder, "store.db"),
    now: () => 1_000,
    serverId: "srv_threaded",
    program: new URL("../testing/ending-writer-thread.ts", import.meta.url),
    ended: (cause) => causes.push(cause),
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await populate(store, "ada");

  for (let time = 0; time < 10; time++) {
    await expect(store.note([audit({ reason: "end-the-thread" })])).rejects.toMatchObject({
      code: "storage-failed",
    });
  }

  expect(causes).toHaveLength(5);
  expect((await factsOf(store, "ada")).user.name).toBe("ada");
});
