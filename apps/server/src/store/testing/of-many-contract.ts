import { describe, expect, test } from "vitest";
import type { RevocationRow } from "../revocations-store.ts";
import type { MakePlace } from "./place.ts";
import { defaultPolicy, endpoint, startMs, token, user } from "./samples.ts";

/** What pages ask for all their rows at once is what each row's own question would bring. */
export function ofManyContract(makePlace: MakePlace): void {
  describe("of many at once", () => {
    test("each gets what is his, in the order of the single question; nobody else's, nothing twice", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [ada, ben, cay] = [user("ada"), user("ben"), user("cay")];
      const [desk, lab, out] = [endpoint("desk"), endpoint("lab"), endpoint("out")];
      await store.transaction(async (tx) => {
        await tx.policies.insert(defaultPolicy);
        for (const one of [ada, ben, cay]) await tx.users.insert(one);
        for (const one of [desk, lab, out]) await tx.endpoints.insert(one);
        await tx.tokens.insert(token(ada, { id: "tok_new", createdAtMs: startMs + 1 }));
        await tx.tokens.insert(token(ada, { id: "tok_old" }));
        await tx.tokens.insert(token(cay));
        await tx.consumptions.insert({
          ...{ tokenId: "tok_old", counter: 7, source: "server", attemptId: "attempt" },
          ...{ userId: ada.id, atMs: startMs },
        });
        await tx.authenticators.insert({
          ...{ id: "aut_1", userId: ben.id, kind: "pin", label: "PIN", status: "enabled", lookup: null },
          ...{ data: { hash: "x" }, version: 1, createdAtMs: startMs, lastUsedAtMs: null },
        });
        await tx.authorization.roles.insert({
          ...{ id: "role_1", name: "Help desk", rights: ["users.read"], scope: "enterprise" },
          createdAtMs: startMs,
        });
        for (const one of [ada, cay]) await tx.authorization.administrators.set(one.id, "role_1");
        for (const [id, name] of [
          ["grp_1", "West"],
          ["grp_2", "East"],
          ["grp_3", "Empty"],
        ] as const)
          await tx.authorization.groups.insert({ id, name, createdAtMs: startMs });
        for (const groupId of ["grp_1", "grp_2"]) await tx.authorization.groups.add(groupId, "user", ada.id);
        await tx.authorization.groups.add("grp_1", "user", ben.id);
        await tx.authorization.groups.add("grp_1", "endpoint", desk.id);
        for (const row of [order("rev_1", desk.id), order("rev_2", desk.id), order("rev_3", lab.id)])
          await tx.revocations.insert(row);
        await tx.revocations.done("rev_3", lab.id, startMs);
      });

      await store.transaction(async (tx) => {
        await tx.settings.set("kept", "1");
        await tx.apiKeys.insert({
          ...{ id: "key_1", name: "report", keyHash: "hash", scopes: ["read"], madeBy: cay.id },
          ...{ createdAtMs: startMs, revokedAtMs: null },
        });
        // A key that was revoked has done what it has done.
        await tx.apiKeys.revoke("key_1", startMs);
      });
      await store.read(async (tx) => {
        const people = [ada.id, ben.id, ada.id, "usr_nobody"];
        expect([...(await tx.ofMany.users(people))].toSorted()).toEqual([
          [ada.id, ada],
          [ben.id, ben],
        ]);
        expect((await tx.ofMany.policies([ada.policyId, ben.policyId])).get(ada.policyId)).toEqual(
          defaultPolicy,
        );
        const states = await tx.ofMany.signInStates(people);
        expect([states.size, states.get(ben.id)]).toEqual([2, await tx.users.state(ben.id)]);
        const tokens = await tx.ofMany.tokens(people);
        expect([...tokens]).toEqual([[ada.id, await tx.tokens.ofUser(ada.id)]]);
        expect(tokens.get(ada.id)?.map(({ id, nextCounter }) => [id, nextCounter])).toEqual([
          ["tok_old", 8],
          ["tok_new", 0],
        ]);
        expect([...(await tx.ofMany.authenticators(people))]).toEqual([
          [ben.id, await tx.authenticators.ofUser(ben.id)],
        ]);
        expect([...(await tx.ofMany.roleIds(people))]).toEqual([[ada.id, "role_1"]]);
        expect([...(await tx.ofMany.roles(["role_1", "role_2"]))]).toEqual([
          ["role_1", await tx.authorization.roles.get("role_1")],
        ]);
        expect([...(await tx.ofMany.holders(["role_1", "role_2"]))]).toEqual([["role_1", 2]]);
        const groups = await tx.ofMany.groups("user", people);
        expect(groups.get(ada.id)?.map(({ name }) => name)).toEqual(["East", "West"]);
        expect(groups.get(ben.id)).toEqual([await tx.authorization.groups.get("grp_1")]);
        expect((await tx.ofMany.groups("endpoint", [ada.id])).size, "a user is no endpoint").toBe(0);
        expect([...(await tx.ofMany.members(["grp_1", "grp_3"]))]).toEqual([
          ["grp_1", { users: 2, endpoints: 1 }],
          ["grp_3", { users: 0, endpoints: 0 }],
        ]);
        const places = [desk.id, lab.id];
        expect((await tx.ofMany.endpoints(places)).get(lab.id)).toEqual(lab);
        expect([...(await tx.ofMany.pendingRevocations(places))]).toEqual([
          [desk.id, await tx.revocations.pending(desk.id)],
        ]);
        const actors = [
          `user:${ada.id}`,
          `user:${cay.id}`,
          `endpoint:${lab.id}`,
          "api-key:key_1",
          "server",
          "x:",
        ];
        const nobody = { person: null };
        const key = { name: "report", person: cay.name };
        expect(Object.fromEntries(await tx.ofMany.actorNames(actors))).toEqual({
          [`user:${ada.id}`]: { name: ada.name, ...nobody },
          [`user:${cay.id}`]: { name: cay.name, ...nobody },
          [`endpoint:${lab.id}`]: { name: lab.name, ...nobody },
          "api-key:key_1": key,
        });
        expect(
          Object.fromEntries(await tx.ofMany.actorNames(actors, ["grp_1"])),
          "as far as groups reach",
        ).toEqual({
          [`user:${ada.id}`]: { name: ada.name, ...nobody },
          "api-key:key_1": { ...key, ...nobody },
        });
        expect([...(await tx.ofMany.settings(["kept", "not there"]))]).toEqual([["kept", "1"]]);
      });
    });

    test("of nobody there is nothing", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.read(async ({ ofMany }) => {
        const { groups, ...others } = ofMany;
        for (const [name, read] of Object.entries(others)) expect((await read([])).size, name).toBe(0);
        expect((await groups("user", [])).size).toBe(0);
      });
    });
  });
}

function order(id: string, endpointId: string): RevocationRow {
  return {
    id,
    endpointId,
    userId: null,
    revocation: {
      ...{ version: 1, id, issuedAtMs: startMs, endpointId },
      ...{ userId: null, tokenId: null, reason: "endpoint-revoked" },
    },
    createdAtMs: startMs,
    doneAtMs: null,
  };
}
