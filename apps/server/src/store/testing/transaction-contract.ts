import { describe, expect, test } from "vitest";
import type { Transaction } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { audit, bundle, endpoint, factsOf, populate, startMs, success, token, user } from "./samples.ts";

export function transactionContract(makePlace: MakePlace): void {
  describe("a transaction", () => {
    test("lands whole or not at all, audit included", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const change = (fail: boolean) => async (tx: Transaction) => {
        await tx.users.update(user("ada", { displayName: "Ada L." }));
        await tx.audit(audit({ type: "user-changed" }));
        if (fail) throw new RangeError("the use case changed its mind");
        return (await tx.users.get("usr_ada"))?.displayName;
      };
      await expect(store.transaction(change(true))).rejects.toThrow(
        new RangeError("the use case changed its mind"),
      );
      expect((await factsOf(store, "ada")).user.displayName).toBe("ADA");
      expect((await store.audit({ limit: 5 })).items).toEqual([]);

      expect(await store.transaction(change(false))).toBe("Ada L.");
      expect((await factsOf(store, "ada")).user.displayName).toBe("Ada L.");
      expect((await store.audit({ limit: 5 })).items.map((row) => row.type)).toEqual(["user-changed"]);
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 1 });
    });

    test("is invisible to sign-ins until it has landed", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const opened = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const running = store.transaction(async (tx) => {
        await tx.users.update(user("ada", { status: "disabled" }));
        opened.resolve();
        await release.promise;
      });
      await opened.promise;
      expect((await factsOf(store, "ada")).user.status).toBe("active");
      expect(await store.attempt("none", "ep_desk")).toBeNull();
      expect(await store.read((tx) => tx.users.get("usr_ada"))).toMatchObject({ status: "active" });
      const late = store.commitSignIn(success(await factsOf(store, "ada")));
      release.resolve();
      await running;
      expect(await late).toBe("conflict");
      expect((await factsOf(store, "ada")).user.status).toBe("disabled");
    });

    test("takes no statement after its end, and a read takes no change", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      let kept: Transaction | undefined;
      await store.transaction(async (tx) => {
        kept = tx;
      });
      await expect(kept?.users.get("usr_ada")).rejects.toThrow("this transaction is over");
      await expect(store.read((tx) => tx.settings.set("key", "value"))).rejects.toThrow("this is a read");
      await expect(store.read((tx) => tx.audit(audit()))).rejects.toThrow("this is a read");
      expect(await store.read((tx) => tx.settings.get("key"))).toBeNull();
    });

    test("50 redemptions of one enrolment code: exactly one succeeds", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const enrolment = {
        id: "enr_1",
        secretHash: "hash",
        name: "desk",
        site: "main",
        profile: { name: "wlm" as const },
        createdBy: "admin",
        createdAtMs: startMs,
        expiresAtMs: startMs + 1000,
        usedAtMs: null,
        endpointId: null,
      };
      await store.transaction(async (tx) => {
        await tx.enrolments.insert(enrolment);
        await tx.enrolments.insert({ ...enrolment, id: "enr_2" });
      });
      const won = await together(50, (index) =>
        store.transaction(async (tx) => {
          const row = endpoint(`desk${index}`);
          if (!(await tx.enrolments.redeem("enr_1", row.id, startMs))) return false;
          await tx.endpoints.insert(row);
          await tx.audit(audit({ type: "endpoint-enrolled", endpointId: row.id }));
          return true;
        }),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      const { items } = await store.read((tx) => tx.endpoints.list({ limit: 10 }));
      expect(items).toHaveLength(1);
      expect(await store.read((tx) => tx.enrolments.get("enr_1"))).toMatchObject({
        endpointId: items[0]?.id,
      });
      const late = await store.transaction((tx) =>
        tx.enrolments.redeem("enr_2", items[0]?.id ?? "", startMs + 1000),
      );
      expect(late, "expired").toBe(false);
    });

    test("look, then write: 20 at once lose no update", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await together(20, () =>
        store.transaction(async (tx) => {
          const count = Number((await tx.settings.get("count")) ?? 0);
          await tx.settings.set("count", String(count + 1));
        }),
      );
      expect(await store.read((tx) => tx.settings.get("count"))).toBe("20");
    });

    test("two that each read what the other changes do not both land on what they read", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.transaction(async (tx) => {
        await tx.settings.set("on-call:ada", "yes");
        await tx.settings.set("on-call:bob", "yes");
      });
      // Write skew: each may leave only while the other stays.
      const leave = (one: string, other: string) =>
        store.transaction(async (tx) => {
          if ((await tx.settings.get(`on-call:${other}`)) === "yes")
            await tx.settings.set(`on-call:${one}`, "no");
        });
      await Promise.all([leave("ada", "bob"), leave("bob", "ada")]);
      const left = await store.read(async (tx) => [
        await tx.settings.get("on-call:ada"),
        await tx.settings.get("on-call:bob"),
      ]);
      expect(left.filter((value) => value === "yes")).toHaveLength(1);
    });

    test("names that must be unique: look and insert at once, one wins and the others see it", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store);
      const results = await together(10, (index) =>
        store.transaction(async (tx) => {
          if (await tx.users.byName("ada")) return "taken";
          await tx.users.insert(user("ada", { id: `usr_${index}` }));
          return "made";
        }),
      );
      expect(results.sort()).toEqual(["made", ...Array.from({ length: 9 }, () => "taken")]);
      const blind = store.transaction((tx) => tx.users.insert(user("ada", { id: "usr_again" })));
      await expect(blind).rejects.toMatchObject({ name: "StorageError", code: "storage-duplicate" });
    });

    test("40 endpoints in contact at once all get through", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const names = Array.from({ length: 40 }, (_, index) => `desk${index}`);
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        for (const name of names) await tx.endpoints.insert(endpoint(name));
      });
      await Promise.all(
        names.map((name) =>
          store.transaction(async (tx) => {
            const row = await tx.endpoints.byThumbprint(`thumbprint-${name}`);
            if (!row) throw new Error("not there");
            for (const sequence of [1, 2, 3]) {
              await tx.endpointEvent(row.id, sequence, audit({ endpointId: row.id, mode: "offline" }), "mac");
            }
            await tx.bundles.upsert(bundle(row, user("ada")));
            await tx.endpoints.update({ ...row, chainSequence: 3, lastContactAtMs: startMs });
            await tx.audit(audit({ type: "contact", endpointId: row.id }));
          }),
        ),
      );
      expect(await store.read((tx) => tx.bundles.ofUser("usr_ada"))).toHaveLength(40);
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 40 });
      expect(await store.verifyChain("endpoint:ep_desk7")).toEqual({ kind: "whole", through: 3 });
      expect(await store.chains()).toHaveLength(41);
    });
  });

  describe("changed endpoints", () => {
    test("are told once each, whatever the order of commits", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.transaction(async (tx) => {
        for (const name of ["a", "b", "c"]) await tx.endpoints.insert(endpoint(name));
      });
      const start = await store.changedEndpoints(0);
      expect(start.endpointIds).toEqual([]);

      const opened = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const slow = store.transaction(async (tx) => {
        await tx.endpoints.touch(["ep_a"]);
        opened.resolve();
        await release.promise;
      });
      await opened.promise;
      const quick = store.transaction((tx) => tx.endpoints.touch(["ep_b"]));
      if (store.dialect === "postgresql") await quick;
      const between = await store.changedEndpoints(start.mark);
      release.resolve();
      await Promise.all([slow, quick]);
      const after = await store.changedEndpoints(between.mark);
      expect([...between.endpointIds, ...after.endpointIds].sort()).toEqual(["ep_a", "ep_b"]);
      expect((await store.changedEndpoints(after.mark)).endpointIds).toEqual([]);

      await store.transaction((tx) => tx.endpoints.touch(["ep_b", "ep_b", "ep_c"]));
      const again = await store.changedEndpoints(after.mark);
      expect(again.endpointIds.sort()).toEqual(["ep_b", "ep_c"]);
    });

    test("hear of revocations, and of users and policies they hold bundles of", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const [desk, ward, cellar] = [endpoint("desk"), endpoint("ward"), endpoint("cellar")];
      await store.transaction(async (tx) => {
        for (const row of [desk, ward, cellar]) await tx.endpoints.insert(row);
        await tx.bundles.upsert(bundle(desk, user("ada")));
        await tx.bundles.upsert(bundle(ward, user("ada")));
        await tx.bundles.upsert(bundle(ward, user("bob")));
      });
      let mark = 0;
      const changedBy = async (work: (tx: Transaction) => Promise<void>) => {
        await store.transaction(work);
        const changed = await store.changedEndpoints(mark);
        mark = changed.mark;
        return changed.endpointIds.sort();
      };
      expect(await changedBy((tx) => tx.users.update(user("bob", { status: "disabled" })))).toEqual([
        "ep_ward",
      ]);
      expect(await changedBy((tx) => tx.users.update(user("ada")))).toEqual(["ep_desk", "ep_ward"]);
      expect(await changedBy(async (tx) => tx.policies.update(await tx.policies.default()))).toEqual([
        "ep_desk",
        "ep_ward",
      ]);
      expect(
        await changedBy((tx) =>
          tx.revocations.insert({
            id: "rev_1",
            endpointId: cellar.id,
            userId: null,
            revocation: {
              version: 1,
              id: "rev_1",
              endpointId: cellar.id,
              userId: null,
              tokenId: null,
              reason: "endpoint-revoked",
              issuedAtMs: startMs,
            },
            createdAtMs: startMs,
            doneAtMs: null,
          }),
        ),
      ).toEqual(["ep_cellar"]);
      expect(await changedBy((tx) => tx.tokens.update(token(user("ada"))))).toEqual([]);
    });
  });
}

async function together<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return await Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}
