import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CommitResult } from "../sign-in-commit.ts";
import type { Store } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { audit, factsOf, failure, populate, success } from "./samples.ts";

export function signInsAtOnceContract(makePlace: MakePlace): void {
  describe("sign-ins at the same time", () => {
    test("64 sign-ins of one user: exactly one lands per version", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const first = await factsOf(store, "ada");
      const results = await together(64, () => store.commitSignIn(failure(first)));
      expect(results.filter((result) => result === "committed")).toHaveLength(1);

      // Each decides again until it has landed: nothing is lost and nothing counted twice.
      await together(64, () => until(store, "ada", failure));
      const last = await factsOf(store, "ada");
      expect(last.state).toMatchObject({ version: first.state.version + 65, failures: 65 });
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 65 });
    });

    test("64 sign-ins of 64 users: all land", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const names = Array.from({ length: 64 }, (_, index) => `user${index}`);
      await populate(store, ...names);
      const results = await Promise.all(
        names.map(async (name) => store.commitSignIn(success(await factsOf(store, name)))),
      );
      expect(results).toEqual(names.map(() => "committed"));
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 64 });
    });

    test("one code at two servers, 50 times: exactly one sign-in", async () => {
      await using place = await makePlace();
      const servers = [
        await place.open({ serverId: "server-1" }),
        await place.open({ serverId: "server-2" }),
      ];
      const [one] = servers;
      if (!one) throw new Error("no server");
      await populate(one, "ada");
      const facts = await factsOf(one, "ada");
      const results = await together(50, (index) => {
        const server = servers[index % 2];
        if (!server) throw new Error("no server");
        return server.commitSignIn(success(facts));
      });
      expect(results.filter((result) => result === "committed")).toHaveLength(1);
      expect((await factsOf(one, "ada")).token?.nextCounter).toBe(1);
      expect(await one.read((tx) => tx.consumptions.at("tok_ada", 0))).toHaveLength(1);
    });

    test("two processes that share a server id by mistake keep one whole chain", async () => {
      await using place = await makePlace();
      const [one, two] = [await place.open(), await place.open()];
      await populate(one, "ada", "bob");
      await together(20, (index) => (index % 2 ? until(one, "ada", success) : until(two, "bob", success)));
      await together(10, (index) => (index % 2 ? one : two).note([audit({ type: "note" })]));
      expect(await one.verifyChain("server-1")).toEqual({ kind: "whole", through: 30 });
    });

    test("sign-ins and transactions share one whole chain", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const names = Array.from({ length: 8 }, (_, index) => `user${index}`);
      await populate(store, ...names);
      await Promise.all([
        ...names.map((name) => together(5, () => until(store, name, success))),
        together(10, (index) =>
          store.transaction(async (tx) => {
            await tx.settings.set(`key-${index}`, randomUUID());
            await tx.audit(audit({ type: "setting-changed" }));
          }),
        ),
        together(10, () => store.note([audit({ type: "one" }), audit({ type: "two" })])),
      ]);
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 40 + 10 + 20 });
      const counters = await Promise.all(
        names.map(async (name) => (await factsOf(store, name)).token?.nextCounter),
      );
      expect(counters).toEqual(names.map(() => 5));
    });
  });
}

async function together<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return await Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}

/** What the sign-in driver does on a conflict: decide again on fresh facts. */
async function until(store: Store, name: string, decide: typeof success): Promise<void> {
  let result: CommitResult = "conflict";
  for (let tries = 0; result === "conflict"; tries += 1) {
    if (tries === 500) throw new Error(`${name} never landed`);
    result = await store.commitSignIn(decide(await factsOf(store, name)));
  }
}
