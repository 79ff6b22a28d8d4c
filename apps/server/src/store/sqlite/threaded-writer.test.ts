import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { audit } from "../testing/samples.ts";
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
    asked.push(store.note([audit({ type: batch % 10 === 7 ? "" : "sign-in" })]));
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
