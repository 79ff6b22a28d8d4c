import { describe, expect, test } from "vitest";
import type { KindOfPeople, MaintenanceWindowRow } from "../outage-store.ts";
import type { MakePlace } from "./place.ts";
import { audit, bundle, defaultPolicy, endpoint, startMs, token, user } from "./samples.ts";

const window: MaintenanceWindowRow = {
  id: "mw_1",
  name: "Upgrade",
  site: null,
  fromMs: startMs + 1000,
  toMs: startMs + 2000,
  announcedBy: "api-key:key_1",
  announcedAtMs: startMs,
  cancelledAtMs: null,
};

export function outageContract(makePlace: MakePlace): void {
  describe("outages", () => {
    test("UNI-3: what every active endpoint holds, page by page, with orders that are on their way", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [ada, ben, cem] = [user("ada"), user("ben", { status: "disabled" }), user("cem")];
      const [north, south, gone] = [
        endpoint("north"),
        endpoint("south"),
        endpoint("gone", { status: "revoked" }),
      ];
      await store.transaction(async (tx) => {
        await tx.policies.insert(defaultPolicy);
        for (const one of [ada, ben, cem]) await tx.users.insert(one);
        for (const one of [north, south, gone]) await tx.endpoints.insert(one);
        for (const [at, owner] of [
          [north, ada],
          [north, ben],
          [south, ada],
          [south, cem],
          [gone, ada],
        ] as const)
          await tx.bundles.upsert(bundle(at, owner));
        const order = { version: 1, issuedAtMs: startMs, tokenId: null, reason: "user-disabled" } as const;
        const row = { createdAtMs: startMs, doneAtMs: null };
        for (const [id, at, owner, reason] of [
          ["rev_1", north, ben, "user-disabled"],
          ["rev_2", south, ada, "password-changed"],
          ["rev_3", south, cem, "user-disabled"],
        ] as const)
          await tx.revocations.insert({
            ...row,
            id,
            endpointId: at.id,
            userId: owner.id,
            revocation: { ...order, id, endpointId: at.id, userId: owner.id, reason },
          });
        await tx.revocations.done("rev_3", south.id, startMs);
      });
      const all = await store.read((tx) => tx.outage.held({ limit: 10 }));
      expect(
        all.map(({ endpointId, userId, userActive, revocationPending }) => [
          endpointId,
          userId,
          userActive,
          revocationPending,
        ]),
      ).toEqual([
        [north.id, ada.id, true, false],
        [north.id, ben.id, false, true],
        [south.id, ada.id, true, false],
        [south.id, cem.id, true, false],
      ]);
      expect(all[0]).toMatchObject({
        maxSignIns: 30,
        freshSignInNeeded: false,
        status: "active",
      });
      const rest = await store.read((tx) =>
        tx.outage.held({ after: { endpointId: north.id, userId: ada.id }, limit: 2 }),
      );
      expect(rest).toEqual(all.slice(1, 3));
      await store.transaction((tx) => tx.endpoints.touch([north.id]));
    });

    test("who has what it takes, and who has no bundle at all", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [ada, ben, cem] = [user("ada"), user("ben", { passwordVerifier: null }), user("cem")];
      const north = endpoint("north");
      await store.transaction(async (tx) => {
        await tx.policies.insert(defaultPolicy);
        for (const one of [ada, ben, cem, user("dee", { status: "disabled" })]) await tx.users.insert(one);
        await tx.tokens.insert(token(ada));
        await tx.tokens.insert(token(cem, { status: "revoked" }));
        await tx.endpoints.insert(north);
        await tx.bundles.upsert(bundle(north, ada));
      });
      const people = await store.read((tx) => tx.outage.people({ limit: 10 }));
      expect(
        people.map(({ name, hasPassword, hasEventToken, hasBundle }) => [
          name,
          hasPassword,
          hasEventToken,
          hasBundle,
        ]),
      ).toEqual([
        ["ada", true, true, true],
        ["ben", false, false, false],
        ["cem", true, false, false],
      ]);
      expect(await store.read((tx) => tx.outage.people({ after: "ada", limit: 1 }))).toEqual([people[1]]);
      expect(await store.read((tx) => tx.outage.people({ ids: [cem.id], limit: 9 }))).toEqual([people[2]]);
      expect(await store.read((tx) => tx.outage.people({ ids: [], limit: 9 }))).toEqual([]);
      const { kinds, next } = await store.read((tx) => tx.outage.kindsOfPeople({ limit: 9 }));
      expect(next).toBeNull();
      expect(kinds.sort((a, b) => rank(a) - rank(b))).toEqual([
        {
          policyId: defaultPolicy.id,
          hasPassword: false,
          hasEventToken: false,
          hasTimeToken: false,
          hasPhone: false,
          hasPasskey: false,
          hasBundle: false,
          people: 1,
        },
        {
          policyId: defaultPolicy.id,
          hasPassword: true,
          hasEventToken: false,
          hasTimeToken: false,
          hasPhone: false,
          hasPasskey: false,
          hasBundle: false,
          people: 1,
        },
        {
          policyId: defaultPolicy.id,
          hasPassword: true,
          hasEventToken: true,
          hasTimeToken: false,
          hasPhone: false,
          hasPasskey: false,
          hasBundle: true,
          people: 1,
        },
      ]);
      const first = await store.read((tx) => tx.outage.kindsOfPeople({ limit: 2 }));
      const rest = await store.read((tx) => tx.outage.kindsOfPeople({ limit: 2, after: first.next ?? "" }));
      expect([first.next, rest.next]).toEqual(["ben", null]);
      expect([...first.kinds, ...rest.kinds].sort((a, b) => rank(a) - rank(b))).toEqual(kinds);
      expect(await store.read((tx) => tx.outage.activeEndpoints({}))).toBe(1);
    });

    test("a role that reaches some groups is shown those, and counts no others (SECURITY §3)", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [ada, ben] = [user("ada"), user("ben")];
      const [north, south] = [endpoint("north"), endpoint("south")];
      await store.transaction(async (tx) => {
        await tx.policies.insert(defaultPolicy);
        for (const one of [ada, ben]) await tx.users.insert(one);
        for (const one of [north, south]) await tx.endpoints.insert(one);
        for (const [at, owner] of [
          [north, ben],
          [south, ada],
          [south, ben],
        ] as const)
          await tx.bundles.upsert(bundle(at, owner));
        await tx.authorization.groups.insert({ id: "grp_1", name: "North", createdAtMs: startMs });
        await tx.authorization.groups.add("grp_1", "user", ada.id);
        await tx.authorization.groups.add("grp_1", "endpoint", north.id);
        await tx.outage.connections.set(
          [north, south].map(({ id }) => ({
            endpointId: id,
            serverId: "srv",
            connected: true,
            sinceMs: startMs,
          })),
        );
      });
      const reach = { groupIds: ["grp_1"] };
      const seen = await store.read(async (tx) => ({
        held: await tx.outage.held({ ...reach, limit: 9 }),
        people: await tx.outage.people({ ...reach, limit: 9 }),
        endpoints: await tx.outage.endpoints({ ...reach, limit: 9 }),
        active: await tx.outage.activeEndpoints(reach),
        connected: await tx.outage.connections.count(["srv"], reach),
        nothing: await tx.outage.people({ groupIds: [], limit: 9 }),
        kinds: (await tx.outage.kindsOfPeople({ ...reach, limit: 9 })).kinds,
      }));
      expect(
        seen.held.map(({ endpointId, userId, endpointInReach, userInReach }) => [
          endpointId,
          userId,
          endpointInReach,
          userInReach,
        ]),
      ).toEqual([
        [north.id, ben.id, true, false],
        [south.id, ada.id, false, true],
      ]);
      expect(seen.people.map(({ name }) => name)).toEqual(["ada"]);
      expect(seen.endpoints.map(({ name }) => name)).toEqual(["north"]);
      expect(seen.active).toBe(1);
      expect([seen.connected, seen.nothing]).toEqual([1, []]);
      expect(seen.kinds.map(({ hasBundle, people }) => [hasBundle, people])).toEqual([[true, 1]]);
    });

    test("marks move with every audit event and every alert", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const marks = () => store.read((tx) => tx.outage.marks());
      const first = await marks();
      await store.note([audit()]);
      const second = await marks();
      expect(second.audit).toBeGreaterThan(first.audit);
      expect(second.alerts).toBe(first.alerts);
      const alert = {
        kind: "clone-suspected",
        atMs: startMs,
        userId: null,
        endpointId: null,
        detail: {},
      } as const;
      await store.transaction((tx) => tx.alerts.insert({ id: "alt_1", status: "open", ...alert }));
      const third = await marks();
      await store.transaction((tx) => tx.alerts.insert({ id: "alt_2", status: "open", ...alert }));
      const fourth = await marks();
      await store.transaction((tx) => tx.alerts.close("alt_1"));
      const seen = [second, third, fourth].map(({ alerts }) => alerts);
      expect(new Set(seen).size).toBe(3);
      expect((await marks()).alerts).not.toBe(fourth.alerts);
    });

    test("a connection is where it was last reported, and every change of one shows", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [north, south] = [endpoint("north"), endpoint("south", { site: "South" })];
      await store.transaction(async (tx) => {
        await tx.endpoints.insert(north);
        await tx.endpoints.insert(south);
      });
      const set = (endpointId: string, serverId: string, connected: boolean, sinceMs: number) =>
        store.transaction((tx) => tx.outage.connections.set([{ endpointId, serverId, connected, sinceMs }]));
      const mark = () => store.read((tx) => tx.outage.connections.mark());
      const marks = [await mark()];
      await set(north.id, "srv_a", true, startMs);
      marks.push(await mark());
      await set(south.id, "srv_b", true, startMs);
      marks.push(await mark());
      await set(north.id, "srv_a", false, startMs);
      marks.push(await mark());
      expect(new Set(marks).size).toBe(4);
      expect(await mark()).toBe(marks[3]);
      expect(await store.read((tx) => tx.outage.connections.of([north.id, south.id, "ep_none"]))).toEqual([
        { endpointId: north.id, serverId: "srv_a", connected: false, sinceMs: startMs },
        { endpointId: south.id, serverId: "srv_b", connected: true, sinceMs: startMs },
      ]);
      expect(await store.read((tx) => tx.outage.connections.count(["srv_a", "srv_b"], {}))).toBe(1);
      expect(await store.read((tx) => tx.outage.connections.count(["srv_a"], {}))).toBe(0);
      expect(await store.read((tx) => tx.outage.connections.count([], {}))).toBe(0);
      await store.transaction((tx) => tx.outage.connections.lost("srv_b", startMs + 9));
      expect(await store.read((tx) => tx.outage.connections.of([south.id]))).toEqual([
        { endpointId: south.id, serverId: "srv_b", connected: false, sinceMs: startMs + 9 },
      ]);
      const listed = await store.read((tx) => tx.outage.endpoints({ limit: 5 }));
      expect(listed.map(({ name }) => name)).toEqual(["north", "south"]);
      expect(
        await store.read((tx) => tx.outage.endpoints({ limit: 5, after: { name: "north", id: north.id } })),
      ).toEqual([listed[1]]);
      expect(await store.read((tx) => tx.outage.endpoints({ limit: 5, site: "South" }))).toEqual([listed[1]]);
    });

    test("MDA-35: windows that were announced, by their beginning, until they end or are cancelled", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const earlier = { ...window, id: "mw_0", site: "South", fromMs: startMs };
      await store.transaction(async (tx) => {
        await tx.outage.maintenanceWindows.insert(window);
        await tx.outage.maintenanceWindows.insert(earlier);
      });
      const list = (endsAfterMs: number, limit = 10, after?: string) =>
        store.read((tx) =>
          tx.outage.maintenanceWindows.list({
            endsAfterMs,
            limit,
            ...(after === undefined ? {} : { after }),
          }),
        );
      expect(await list(startMs)).toEqual({ items: [earlier, window], next: null });
      expect((await list(window.toMs)).items).toEqual([]);
      const first = await list(startMs, 1);
      expect(first.items).toEqual([earlier]);
      expect(await list(startMs, 1, first.next ?? "")).toEqual({ items: [window], next: null });
      const open = () => store.read((tx) => tx.outage.maintenanceWindows.countOpen(startMs));
      expect(await open()).toBe(2);
      const cancel = (atMs: number) =>
        store.transaction((tx) => tx.outage.maintenanceWindows.cancel(window.id, atMs));
      expect([await cancel(5), await cancel(6)]).toEqual([true, false]);
      expect(await open()).toBe(1);
      expect(await store.read((tx) => tx.outage.maintenanceWindows.get(window.id))).toEqual({
        ...window,
        cancelledAtMs: 5,
      });
      await expect(
        store.transaction((tx) =>
          tx.outage.maintenanceWindows.insert({ ...window, id: "mw_2", toMs: window.fromMs }),
        ),
      ).rejects.toThrow();
    });
  });
}

function rank({ hasPassword, hasBundle }: KindOfPeople): number {
  return Number(hasPassword) + Number(hasBundle);
}
