import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { AlertRow } from "../alerts-store.ts";
import type { Page } from "../page.ts";
import type { RevocationRow } from "../revocations-store.ts";
import type { Transaction } from "../store.ts";
import type { MakePlace } from "./place.ts";
import {
  bundle,
  defaultPolicy,
  endpoint,
  factsOf,
  populate,
  startMs,
  success,
  token,
  user,
} from "./samples.ts";

export function recordsContract(makePlace: MakePlace): void {
  describe("the schema", () => {
    test("is made once: a store that is opened again has everything", async () => {
      await using place = await makePlace();
      const first = await place.open();
      await populate(first, "ada");
      await first.commitSignIn(success(await factsOf(first, "ada")));
      await first.close();
      const again = await place.open();
      expect((await factsOf(again, "ada")).token?.nextCounter).toBe(1);
      await again.commitSignIn(success(await factsOf(again, "ada")));
      expect(await again.verifyChain(again.chain), "one chain over restarts").toEqual({
        kind: "whole",
        through: 2,
      });
    });

    test("opened by several servers at once is made once", async () => {
      await using place = await makePlace();
      const stores = await Promise.all(["a", "b", "c"].map((serverId) => place.open({ serverId })));
      for (const store of stores) expect(await store.read((tx) => tx.policies.list())).toEqual([]);
    });

    test("of a newer release is refused and left alone", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.close();
      await place.sql("UPDATE schema_version SET version = 2");
      await expect(place.open()).rejects.toMatchObject({ name: "StorageError", code: "schema-newer" });
      await place.sql("UPDATE schema_version SET version = 1");
      expect((await factsOf(await place.open(), "ada")).user.name).toBe("ada");
    });

    test("keeps what was refused out of the error, which will be logged", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store);
      const secret = "S".repeat(43);
      const refused = await store
        .transaction((tx) =>
          tx.users.insert(user("bob", { passwordVerifier: secret, status: "gone" as never })),
        )
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "storage-failed" });
      expect(inspect(refused, { depth: 10, showHidden: true })).not.toContain(secret);
    });

    test("refuses what makes no sense", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const nonsense = [
        (tx: Transaction) => tx.users.insert(user("bob", { policyId: "pol_none" })),
        (tx: Transaction) => tx.users.insert(user("bob", { status: "gone" as never })),
        (tx: Transaction) => tx.users.insert(user("bob", { offlineSalt: "short" })),
        (tx: Transaction) => tx.tokens.insert(token(user("ada"), { id: "tok_x", digits: 5 as never })),
        (tx: Transaction) => tx.tokens.insert(token(user("ada"), { id: "tok_x", nextCounter: -1 })),
        (tx: Transaction) => tx.policies.remove(defaultPolicy.id),
        (tx: Transaction) => tx.bundles.upsert(bundle(endpoint("none"), user("ada"))),
      ];
      for (const attempt of nonsense) {
        await expect(store.transaction(attempt)).rejects.toMatchObject({ code: "storage-failed" });
      }
      const second = { ...defaultPolicy, id: "pol_2", name: "Second" };
      await expect(store.transaction((tx) => tx.policies.insert(second))).rejects.toMatchObject({
        code: "storage-duplicate",
      });
    });
  });

  describe("records", () => {
    test("come back as they went in", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const desk = endpoint("desk", {
        profile: { name: "wlm" },
        previousNonce: "before",
        contactsTaken: [{ number: 7, drawn: "at random", nonce: "before", atMs: startMs }],
        lastContactAtMs: startMs,
      });
      const held = bundle(desk, user("ada"), {
        tokenId: "tok_ada",
        handedThrough: 29,
        refillKey: desk.deviceKey,
        reportedRemaining: 12,
        acknowledgedSequence: 1,
        freshSignInNeeded: true,
      });
      const revocation: RevocationRow = {
        id: "rev_1",
        endpointId: desk.id,
        userId: "usr_ada",
        revocation: {
          version: 1,
          id: "rev_1",
          endpointId: desk.id,
          userId: "usr_ada",
          tokenId: "tok_ada",
          reason: "token-revoked",
          issuedAtMs: startMs,
        },
        createdAtMs: startMs,
        doneAtMs: null,
      };
      const alert: AlertRow = {
        id: "al_1",
        kind: "same-counter-twice",
        atMs: startMs,
        userId: "usr_ada",
        endpointId: desk.id,
        detail: { counter: 3 },
        status: "open",
      };
      const key = {
        id: "key_1",
        name: "vpn",
        keyHash: "hash",
        scopes: ["sign-in"],
        madeBy: "usr_ada",
        createdAtMs: startMs,
        revokedAtMs: null,
      };
      const server = {
        id: "server-1",
        url: "https://one.example",
        site: "main",
        startedAtMs: startMs,
        lastSeenAtMs: startMs,
      };
      await store.transaction(async (tx) => {
        await tx.endpoints.insert(desk);
        await tx.bundles.upsert(bundle(desk, user("ada")));
        await tx.bundles.upsert(held);
        await tx.revocations.insert(revocation);
        await tx.alerts.insert(alert);
        await tx.apiKeys.insert(key);
        await tx.servers.upsert({ ...server, site: "other" });
        await tx.servers.upsert(server);
        await tx.settings.set("epoch", "1");
        await tx.settings.set("epoch", "2");
      });
      await store.read(async (tx) => {
        expect(await tx.policies.list()).toEqual([defaultPolicy]);
        expect(await tx.policies.byName("Default")).toEqual(defaultPolicy);
        expect(await tx.endpoints.get(desk.id)).toEqual(desk);
        expect(await tx.endpoints.byThumbprint("thumbprint-desk")).toEqual(desk);
        expect(await tx.bundles.get(desk.id, "usr_ada")).toEqual(held);
        expect(await tx.bundles.ofEndpoint(desk.id)).toEqual([held]);
        expect(await tx.revocations.pending(desk.id)).toEqual([revocation]);
        expect(await tx.revocations.list({ userId: "usr_ada" })).toEqual([revocation]);
        expect(await tx.alerts.list({ status: "open" })).toEqual([alert]);
        expect(await tx.apiKeys.byHash("hash")).toEqual(key);
        expect(await tx.servers.list()).toEqual([server]);
        expect(await tx.settings.get("epoch")).toBe("2");
        expect(await tx.tokens.ofUser("usr_ada")).toEqual([token(user("ada"))]);
        expect(await tx.users.state("usr_ada")).toMatchObject({ failures: 0 });
      });
      await store.transaction(async (tx) => {
        expect(await tx.revocations.done("rev_1", "ep_other", startMs + 1), "of another endpoint").toBe(
          false,
        );
        expect(await tx.revocations.done("rev_1", desk.id, startMs + 1)).toBe(true);
        expect(await tx.revocations.done("rev_1", desk.id, startMs + 2), "again").toBe(false);
        expect(await tx.alerts.close("al_1")).toBe(true);
        expect(await tx.alerts.close("al_1")).toBe(false);
        expect(await tx.apiKeys.revoke("key_1", startMs)).toBe(true);
        expect(await tx.apiKeys.revoke("key_1", startMs)).toBe(false);
        await tx.settings.remove("epoch");
        await tx.servers.remove("server-1");
      });
      await store.read(async (tx) => {
        expect(await tx.revocations.pending(desk.id)).toEqual([]);
        expect(await tx.revocations.list({ endpointId: desk.id })).toEqual([
          { ...revocation, doneAtMs: startMs + 1 },
        ]);
        expect(await tx.alerts.list({})).toEqual([{ ...alert, status: "closed" }]);
        expect(await tx.apiKeys.list()).toEqual([{ ...key, revokedAtMs: startMs }]);
        expect(await tx.settings.get("epoch")).toBeNull();
        expect(await tx.servers.list()).toEqual([]);
      });
    });

    test("what an endpoint was ever handed of each token stays known, and never falls", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const [desk, ada] = [endpoint("desk"), user("ada")];
      await store.transaction(async (tx) => {
        await tx.endpoints.insert(desk);
        await tx.endpoints.insert(endpoint("ward"));
        await tx.tokens.insert(token(ada, { id: "tok_new" }));
        for (const [tokenId, handedThrough] of [
          ["tok_ada", 24],
          ["tok_ada", 29],
          ["tok_new", 9],
          ["tok_ada", 12],
          [null, -1],
          ["tok_new", -1],
        ] as const)
          await tx.bundles.upsert(bundle(desk, ada, { tokenId, handedThrough }));
      });
      const handedOut = (id: string) => store.read((tx) => tx.bundles.handedOut(id));
      expect(await handedOut("ep_desk")).toEqual([
        { endpointId: "ep_desk", tokenId: "tok_ada", handedThrough: 29 },
        { endpointId: "ep_desk", tokenId: "tok_new", handedThrough: 9 },
      ]);
      expect(await handedOut("ep_ward")).toEqual([]);
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await handedOut("ep_desk")).toEqual([]);
    });

    test("a removed user takes tokens and bundles along; the audit stays", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        await tx.endpoints.insert(endpoint("desk"));
        await tx.bundles.upsert(bundle(endpoint("desk"), user("ada"), { tokenId: "tok_ada" }));
      });
      await store.commitSignIn(success(await factsOf(store, "ada")));
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.signInFacts("ada")).toBeNull();
      await store.read(async (tx) => {
        expect(await tx.tokens.get("tok_ada")).toBeNull();
        expect(await tx.bundles.ofEndpoint("ep_desk")).toEqual([]);
        expect(await tx.consumptions.ofToken("tok_ada", 0)).toEqual([]);
      });
      expect((await store.audit({ userId: "usr_ada", limit: 5 })).items).toHaveLength(1);
    });

    test("consumptions of a token come by time", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        for (const counter of [5, 1, 3]) {
          const row = { tokenId: "tok_ada", counter, source: "ep_x", attemptId: "a", userId: "usr_ada" };
          await tx.consumptions.insert({ ...row, atMs: startMs + counter });
        }
      });
      const rows = await store.read((tx) => tx.consumptions.ofToken("tok_ada", startMs + 3));
      expect(rows.map((row) => row.counter)).toEqual([3, 5]);
    });

    test("an enrolment code is ended once, and not after it was used", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const code = (id: string, changes: object = {}) => ({
        id,
        secretHash: "hash",
        name: "desk",
        site: "main",
        profile: { name: "wlm" as const },
        createdBy: "test",
        createdAtMs: startMs,
        expiresAtMs: startMs + 1000,
        usedAtMs: null,
        endpointId: null,
        ...changes,
      });
      await store.transaction(async (tx) => {
        await tx.endpoints.insert(endpoint("desk"));
        for (const id of ["enr_1", "enr_2", "enr_3"]) await tx.enrolments.insert(code(id));
        expect(await tx.enrolments.redeem("enr_2", "ep_desk", startMs)).toBe(true);
      });
      await store.transaction(async (tx) => {
        expect(await tx.enrolments.end("enr_1", startMs + 5)).toBe(true);
        expect(await tx.enrolments.end("enr_1", startMs + 6), "again").toBe(false);
        expect(await tx.enrolments.redeem("enr_1", "ep_desk", startMs + 6)).toBe(false);
        expect(await tx.enrolments.end("enr_2", startMs + 5), "used").toBe(false);
        expect(await tx.enrolments.end("enr_3", startMs + 1000), "expired").toBe(false);
        expect(await tx.enrolments.end("enr_none", startMs)).toBe(false);
        expect(await tx.enrolments.get("enr_1")).toEqual(code("enr_1", { expiresAtMs: startMs + 5 }));
      });
    });

    test("users are listed by prefix, in code point order, page by page", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const names = [
        "ab",
        "aB",
        "a_b",
        "a%b",
        "b",
        "á",
        "\ud7ff",
        "\ue000",
        "\u{10ffff}",
        "a\u{10ffff}",
        "a\u{10ffff}z",
        "a😀",
      ];
      await populate(store);
      await store.transaction(async (tx) => {
        await tx.policies.insert({ ...defaultPolicy, id: "pol_2", name: "Second", isDefault: false });
        for (const [index, name] of names.entries()) {
          const policyId = index % 2 ? "pol_2" : defaultPolicy.id;
          await tx.users.insert(user(name, { id: `usr_${index}`, displayName: "x", policyId }));
        }
      });
      const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
      for (const prefix of ["", "a", "a_", "a\u{10ffff}", "\u{10ffff}", "\ud7ff", "none"]) {
        const expected = names.filter((name) => name.startsWith(prefix)).sort(byCodePoint);
        for (const limit of [2, 100]) {
          const listed = await allPages((after) =>
            store.read((tx) => tx.users.list({ prefix, limit, ...after })),
          );
          expect(listed.map((row) => row.name)).toEqual(expected);
        }
      }
      await store.transaction((tx) => tx.users.update(user("ab", { id: "usr_0", status: "disabled" })));
      const disabled = await store.read((tx) => tx.users.list({ status: "disabled", limit: 100 }));
      expect(disabled.items.map((row) => row.name)).toEqual(["ab"]);
      const second = await store.read((tx) => tx.users.list({ policyId: "pol_2", limit: 100 }));
      expect(second.items.map((row) => row.name)).toEqual(
        names.filter((_, index) => index % 2).sort(byCodePoint),
      );
    });

    test("endpoints are listed by name and tokens by id, page by page", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob", "cyd");
      await store.transaction(async (tx) => {
        for (const id of ["ep_3", "ep_1", "ep_2", "ep_0"]) {
          await tx.endpoints.insert(endpoint(id, { id, name: id === "ep_0" ? "z" : 'same "name"' }));
        }
      });
      const endpoints = await allPages((after) =>
        store.read((tx) => tx.endpoints.list({ limit: 1, ...after })),
      );
      expect(endpoints.map((row) => row.id)).toEqual(["ep_1", "ep_2", "ep_3", "ep_0"]);
      const tokens = await allPages((after) => store.read((tx) => tx.tokens.list({ limit: 2, ...after })));
      expect(tokens.map((row) => row.id)).toEqual(["tok_ada", "tok_bob", "tok_cyd"]);
      await store.transaction(async (tx) => {
        await tx.endpoints.update(endpoint("ep_2", { id: "ep_2", name: 'same "name"', status: "revoked" }));
        await tx.endpoints.update(endpoint("ep_0", { id: "ep_0", name: "z", site: "North" }));
      });
      const those = async (filter: { name?: string; site?: string; status?: "active" | "revoked" }) =>
        (
          await allPages((after) => store.read((tx) => tx.endpoints.list({ limit: 1, ...filter, ...after })))
        ).map((row) => row.id);
      expect(await those({ name: 'same "name"' })).toEqual(["ep_1", "ep_2", "ep_3"]);
      expect(await those({ name: 'same "name"', status: "active" })).toEqual(["ep_1", "ep_3"]);
      expect(await those({ site: "North" })).toEqual(["ep_0"]);
      expect(await those({ status: "revoked" })).toEqual(["ep_2"]);
      const broken = store.read((tx) => tx.endpoints.list({ limit: 1, after: "broken" }));
      await expect(broken).rejects.toMatchObject({ code: "cursor-invalid" });
    });

    test("of tokens: those of one user, kind and status, each with its floor (OTP-15)", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await store.transaction(async (tx) => {
        for (const id of ["tok_ada_2", "tok_ada_3"]) await tx.tokens.insert(token(user("ada"), { id }));
        await tx.tokens.update(token(user("ada"), { id: "tok_ada_2", status: "revoked" }));
      });
      await store.commitSignIn(success(await factsOf(store, "ada")));
      const ids = async (query: Omit<Parameters<Transaction["tokens"]["list"]>[0], "limit">) => {
        const rows = await allPages((after) =>
          store.read((tx) => tx.tokens.list({ limit: 1, ...query, ...after })),
        );
        return rows.map(({ id }) => id);
      };
      expect(await ids({ userId: "usr_ada" })).toEqual(["tok_ada", "tok_ada_2", "tok_ada_3"]);
      expect(await ids({ userId: "usr_nobody" })).toEqual([]);
      expect(await ids({ kinds: ["hotp"] })).toEqual(["tok_ada", "tok_ada_2", "tok_ada_3", "tok_bob"]);
      expect(await ids({ kinds: [] })).toEqual([]);
      expect(await ids({ status: "revoked" })).toEqual(["tok_ada_2"]);
      expect(await ids({ userId: "usr_ada", kinds: ["hotp"], status: "enabled" })).toEqual([
        "tok_ada",
        "tok_ada_3",
      ]);
      const [first] = (await store.read((tx) => tx.tokens.list({ userId: "usr_ada", limit: 1 }))).items;
      expect(first?.nextCounter).toBe(1);
    });
  });
}

async function allPages<T>(read: (after: { after?: string }) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let next: string | null = null;
  do {
    const page: Page<T> = await read(next === null ? {} : { after: next });
    rows.push(...page.items);
    next = page.next;
  } while (next !== null);
  return rows;
}
