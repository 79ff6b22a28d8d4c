import { expect, test } from "vitest";
import { createGroupCommit, type Entry, signInEntry } from "./group-commit.ts";
import { audit } from "./testing/samples.ts";

const entry: Entry = { commit: null, audit: [audit()] };

test("what comes while a batch is written goes into the next one, in order", async () => {
  const batches: number[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const group = createGroupCommit(async (batch) => {
    const gate = gates[batches.length];
    batches.push(batch.length);
    await gate?.promise;
    return batch.map(() => "committed");
  });
  const first = [group.add(entry), group.add(entry)];
  await new Promise((resolve) => setImmediate(resolve));
  const second = [group.add(entry), group.add(entry), group.add(entry)];
  gates[0]?.resolve();
  gates[1]?.resolve();
  expect(await Promise.all([...first, ...second])).toHaveLength(5);
  expect(batches).toEqual([2, 3]);
});

test("where several may be under way, a turn's entries do not wait for the last turn's", async () => {
  const gates: PromiseWithResolvers<void>[] = [];
  const sizes: number[] = [];
  const group = createGroupCommit(
    async (batch) => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      sizes.push(batch.length);
      await gate.promise;
      return batch.map(() => "committed");
    },
    { mostUnderWay: 2 },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const asked = [group.add(entry)];
  await turn();
  asked.push(group.add(entry), group.add(entry));
  await turn();
  asked.push(group.add(entry));
  await turn();
  expect(sizes).toEqual([1, 2]);
  let idle = false;
  const idling = group.idle().then(() => {
    idle = true;
  });
  gates[1]?.resolve();
  await turn();
  await turn();
  expect(sizes).toEqual([1, 2, 1]);
  gates[0]?.resolve();
  await turn();
  expect(idle).toBe(false);
  gates[2]?.resolve();
  await idling;
  expect(await Promise.all(asked)).toEqual(Array(4).fill("committed"));
});

test("where somebody else writes, the first of a busy turn do not wait for its end", async () => {
  const sizes: number[] = [];
  const group = createGroupCommit(
    async (batch) => {
      sizes.push(batch.length);
      await new Promise((resolve) => setImmediate(resolve));
      return batch.map(() => "committed");
    },
    { mostUnderWay: 2, atOnce: 3 },
  );
  const asked = Array.from({ length: 10 }, () => group.add(entry));
  expect(sizes).toEqual([3, 3]);
  expect(await Promise.all(asked)).toEqual(Array(10).fill("committed"));
  expect(sizes.reduce((sum, size) => sum + size)).toBe(10);
  await group.idle();
});

test("a batch has a limit and the queue has one, and then says so", async () => {
  const sizes: number[] = [];
  const group = createGroupCommit((batch) => {
    sizes.push(batch.length);
    return batch.map(() => "committed");
  });
  const asked = Array.from({ length: 20_001 }, () => group.add(entry));
  await expect(asked.at(-1)).rejects.toMatchObject({ code: "storage-busy" });
  await Promise.all(asked.slice(0, -1));
  expect(Math.max(...sizes)).toBe(512);
  expect(await group.add(entry)).toBe("committed");
});

test("a fault of the storage reaches all of a batch, and the next batch gets its chance", async () => {
  let times = 0;
  const group = createGroupCommit((batch) => {
    times += 1;
    if (times === 1)
      throw Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 1034 });
    return batch.map(() => "committed");
  });
  const failed = await Promise.allSettled([group.add(entry), group.add(entry)]);
  expect(failed).toEqual(
    [1, 2].map(() => ({ status: "rejected", reason: expect.objectContaining({ code: "storage-failed" }) })),
  );
  expect(await group.add(entry)).toBe("committed");
  expect(times).toBe(2);
});

test("a verdict without the audit it is found by is a mistake of the caller", () => {
  const commit = {
    expect: { userId: "u", version: 1 },
    lockout: null,
    consume: null,
    attempt: { id: "attempt-1", clientId: "ep", verdict: "{}", atMs: 1 },
    audit: [audit({ attemptId: "attempt-2" })],
  };
  expect(() => signInEntry(commit)).toThrow("must carry the id");
});
