import { describe, expect, test } from "vitest";
import type { AlertRow } from "../alerts-store.ts";
import type { GroupRow, RoleRow } from "../authorization-store.ts";
import type { Store } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { audit, defaultPolicy, endpoint, startMs, token, user } from "./samples.ts";

const role = (name: string, changes: Partial<RoleRow> = {}): RoleRow => ({
  id: `role_${name}`,
  name,
  rights: ["users.read"],
  scope: "enterprise",
  createdAtMs: startMs,
  ...changes,
});
const group = (name: string): GroupRow => ({ id: `grp_${name}`, name, createdAtMs: startMs });
const [ada, ben, cem] = [user("ada"), user("ben"), user("cem")];
const [desk, ward] = [endpoint("desk"), endpoint("ward")];
const [east, west] = [group("east"), group("west")];

/** Ada and the desk are in the east, Ben in both, Cem and the ward's endpoint in none. */
async function populated(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.policies.insert(defaultPolicy);
    for (const one of [ada, ben, cem]) {
      await tx.users.insert(one);
      await tx.tokens.insert(token(one));
    }
    for (const one of [desk, ward]) await tx.endpoints.insert(one);
    const { groups } = tx.authorization;
    for (const one of [east, west]) await groups.insert(one);
    for (const [to, kind, id] of [
      [east, "user", ada.id],
      [east, "user", ben.id],
      [west, "user", ben.id],
      [east, "endpoint", desk.id],
    ] as const)
      expect(await groups.add(to.id, kind, id)).toBe(true);
  });
}

export function authorizationContract(makePlace: MakePlace): void {
  describe("authorization", () => {
    test("TC-15: roles are kept as they are, by name, and a name is had once", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [desk, ward] = [role("desk"), role("ward", { scope: { groupIds: ["grp_1"] } })];
      await store.transaction(async ({ authorization: { roles } }) => {
        await roles.insert(ward);
        await roles.insert(desk);
        await roles.update({ ...ward, rights: ["users.read", "users.unlock"] });
      });
      await store.read(async ({ authorization: { roles } }) => {
        expect(await roles.list()).toEqual([desk, { ...ward, rights: ["users.read", "users.unlock"] }]);
        expect(await roles.get(desk.id)).toEqual(desk);
        expect(await roles.byName("ward")).toMatchObject({ id: ward.id });
        expect(await roles.get("role_none")).toBeNull();
      });
      await expect(
        store.transaction((tx) => tx.authorization.roles.insert({ ...desk, id: "role_2" })),
      ).rejects.toThrow();
      await store.transaction((tx) => tx.authorization.roles.remove(desk.id));
      expect(await store.read((tx) => tx.authorization.roles.byName("desk"))).toBeNull();
    });

    test("an administrator has one role at a time, and none without being there", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populated(store);
      await store.transaction(async ({ authorization: { administrators } }) => {
        await administrators.set(cem.id, "first");
        await administrators.set(ada.id, "first");
        await administrators.set(ada.id, "second");
        await administrators.set(ben.id, "second");
        await administrators.set(ben.id, null);
        await administrators.set(ben.id, null);
      });
      const all = await store.read((tx) => tx.authorization.administrators.list({ limit: 1 }));
      expect(all).toEqual({
        items: [
          {
            userId: ada.id,
            roleId: "second",
            sinceMs: expect.any(Number),
            userName: "ada",
            displayName: "ADA",
            status: "active",
          },
        ],
        next: "ada",
      });
      await store.read(async ({ authorization: { administrators } }) => {
        const names = async (query: { roleId?: string; groupIds?: string[]; after?: string }) =>
          (await administrators.list({ ...query, limit: 9 })).items.map(({ userName }) => userName);
        expect(await names({ after: "ada" })).toEqual(["cem"]);
        expect(await names({ roleId: "first" })).toEqual(["cem"]);
        expect(await names({ groupIds: [east.id, west.id] })).toEqual(["ada"]);
        expect([await administrators.roleId(ada.id), await administrators.roleId(ben.id)]).toEqual([
          "second",
          null,
        ]);
        const counted = (query: { activeOnly: boolean; except?: string }) =>
          administrators.count({ roleId: "first", ...query });
        expect(await counted({ activeOnly: true })).toBe(1);
        expect(await counted({ activeOnly: true, except: cem.id })).toBe(0);
      });
      await store.transaction(async (tx) => {
        await tx.users.update({ ...cem, status: "disabled" });
        await tx.users.remove(ada.id);
      });
      await store.read(async ({ authorization: { administrators } }) => {
        expect(await administrators.roleId(ada.id), "goes with the user").toBeNull();
        expect(await administrators.count({ roleId: "first", activeOnly: true })).toBe(0);
        expect(await administrators.count({ roleId: "first", activeOnly: false })).toBe(1);
      });
    });

    test("groups hold users and endpoints, each once, and are listed by name", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populated(store);
      await store.read(async ({ authorization: { groups } }) => {
        expect(await groups.list({ limit: 1 })).toEqual({ items: [east], next: "east" });
        expect((await groups.list({ after: "east", limit: 9 })).items).toEqual([west]);
        expect((await groups.list({ prefix: "we", limit: 9 })).items).toEqual([west]);
        expect((await groups.list({ ids: [west.id], limit: 9 })).items).toEqual([west]);
        expect((await groups.list({ ids: [], limit: 9 })).items).toEqual([]);
        expect(await groups.of("user", ben.id)).toEqual([east.id, west.id]);
        expect(await groups.of("endpoint", desk.id)).toEqual([east.id]);
        expect(await groups.of("user", desk.id), "an endpoint is no user").toEqual([]);
        const first = await groups.members({ groupId: east.id, kind: "user", limit: 1 });
        expect(first.items).toEqual([{ id: ada.id, name: "ada" }]);
        const rest = { groupId: east.id, kind: "user", after: first.next ?? "", limit: 1 } as const;
        expect(await groups.members(rest)).toEqual({ items: [{ id: ben.id, name: "ben" }], next: null });
      });
      await store.transaction(async (tx) => {
        const { groups } = tx.authorization;
        expect(await groups.add(east.id, "user", ada.id), "already a member").toBe(false);
        expect(await groups.drop(east.id, "user", ada.id)).toBe(true);
        expect(await groups.drop(east.id, "user", ada.id), "no member any more").toBe(false);
        await tx.users.remove(ben.id);
        await groups.update({ ...west, name: "Far west" });
      });
      await store.read(async ({ authorization: { groups }, ofMany }) => {
        const left = await ofMany.members([east.id]);
        expect(left.get(east.id), "a user's memberships go with him").toEqual({ users: 0, endpoints: 1 });
        expect(await groups.byName("Far west")).toMatchObject({ id: west.id });
      });
      await store.transaction((tx) => tx.authorization.groups.remove(east.id));
      expect(await store.read((tx) => tx.authorization.groups.of("endpoint", desk.id))).toEqual([]);
    });

    test("lists keep to groups in the query, so that a page is full of what may be seen", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populated(store);
      const alert = (id: string, changes: Partial<AlertRow>): AlertRow => ({
        id,
        kind: "counter-jump",
        atMs: startMs,
        userId: null,
        endpointId: null,
        detail: {},
        status: "open",
        ...changes,
      });
      await store.transaction(async (tx) => {
        await tx.alerts.insert(alert("alr_1", { userId: ada.id }));
        await tx.alerts.insert(alert("alr_2", { userId: cem.id, endpointId: desk.id }));
        await tx.alerts.insert(alert("alr_3", { userId: cem.id, endpointId: ward.id }));
        await tx.alerts.insert(alert("alr_4", {}));
        for (const [subjectUserId, endpointId, type] of [
          [ada.id, ward.id, "one"],
          [cem.id, desk.id, "two"],
          [cem.id, ward.id, "three"],
          [null, null, "four"],
        ] as const)
          await tx.audit(audit({ subjectUserId, endpointId, type }));
      });
      const groupIds = [east.id];
      await store.read(async (tx) => {
        const users = await tx.users.list({ groupIds, limit: 1 });
        expect(users.items.map(({ name }) => name)).toEqual(["ada"]);
        const rest = await tx.users.list({ groupIds, after: users.next ?? "", limit: 1 });
        expect([rest.items.map(({ name }) => name), rest.next]).toEqual([["ben"], null]);
        expect((await tx.users.list({ groupIds: [], limit: 9 })).items, "no groups, nobody").toEqual([]);
        const twice = await tx.users.list({ groupIds: [east.id, west.id], limit: 9 });
        expect(
          twice.items.map(({ name }) => name),
          "nobody twice",
        ).toEqual(["ada", "ben"]);
        const tokens = await tx.tokens.list({ groupIds, limit: 9 });
        expect(tokens.items.map(({ userId }) => userId)).toEqual([ada.id, ben.id]);
        const endpoints = await tx.endpoints.list({ groupIds, limit: 9 });
        expect(endpoints.items.map(({ name }) => name)).toEqual(["desk"]);
      });
      const { items } = await store.audit({ groupIds, limit: 9 });
      expect(items.map(({ type }) => type).sort()).toEqual(["one", "two"]);
    });

    test("a group of many is listed in another way, with the same result", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populated(store);
      const see = async () => {
        const groupIds = [east.id];
        const [people, places] = await store.read(async (tx) => [
          await tx.users.list({ groupIds, limit: 1 }),
          await tx.endpoints.list({ groupIds, limit: 1 }),
        ]);
        return { people, places, audit: await store.audit({ groupIds, limit: 9 }) };
      };
      await store.note([
        audit({ subjectUserId: ada.id }),
        audit({ subjectUserId: cem.id, endpointId: null }),
      ]);
      const few = await see();
      expect([few.people.items.length, few.places.items.length, few.audit.items.length]).toEqual([1, 1, 1]);
      await store.transaction(async ({ authorization: { groups } }) => {
        for (let at = 0; at < 1001; at += 1) await groups.add(east.id, "enrolment", `enr_${at}`);
      });
      expect(await see()).toEqual(few);
    });
  });
}
