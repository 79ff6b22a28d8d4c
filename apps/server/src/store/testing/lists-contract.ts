import { describe, expect, test } from "vitest";
import type { AlertRow } from "../alerts-store.ts";
import type { ListsStore } from "../lists-store.ts";
import type { Page } from "../page.ts";
import type { Store, Transaction } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { bundle, defaultPolicy, endpoint, startMs, user } from "./samples.ts";

/** The lists that people page through: whole, in order, nothing twice, whatever the size of a page. */
export function listsContract(makePlace: MakePlace): void {
  const filled = async (fill: (tx: Transaction) => Promise<void>) => {
    const place = await makePlace();
    const store = await place.open();
    await store.transaction(fill);
    return { place, store };
  };

  describe("lists", () => {
    test("policies by name", async () => {
      const names = ["Alpha", "Beta", "Gamma", "Ward \u{1f3e5} 'x'", "Zeta"];
      const { place, store } = await filled(async (tx) => {
        for (const [at, name] of names.entries())
          await tx.policies.insert({ ...defaultPolicy, id: `pol_${at}`, name, isDefault: at === 0 });
      });
      await using _ = place;
      const found = await everyPage(store, (lists, paging) => lists.policies(paging));
      expect(found.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    });

    test("enrolment codes newest first, by what became of them", async () => {
      const { place, store } = await filled(async (tx) => {
        await tx.endpoints.insert(endpoint("x"));
        for (const [id, changes] of [
          ["enr_a", { createdAtMs: 1 }],
          ["enr_b", { createdAtMs: 2 }],
          ["enr_c", { createdAtMs: 2, usedAtMs: 5, endpointId: "ep_x" }],
          ["enr_d", { createdAtMs: 3, expiresAtMs: 9 }],
        ] as const)
          await tx.enrolments.insert({ ...enrolment, id, ...changes });
      });
      await using _ = place;
      const ids = async (status?: "open" | "used" | "ended") =>
        (
          await everyPage(store, (lists, paging) =>
            lists.enrolments({ ...paging, atMs: 10, ...(status === undefined ? {} : { status }) }),
          )
        ).map(({ id }) => id);
      expect(await ids()).toEqual(["enr_d", "enr_c", "enr_b", "enr_a"]);
      expect([await ids("open"), await ids("used"), await ids("ended")]).toEqual([
        ["enr_b", "enr_a"],
        ["enr_c"],
        ["enr_d"],
      ]);
    });

    test("API keys oldest first, revoked or not", async () => {
      const { place, store } = await filled(async (tx) => {
        for (const [id, revokedAtMs] of [
          ["key_a", null],
          ["key_b", 7],
          ["key_c", null],
        ] as const)
          await tx.apiKeys.insert({
            id,
            name: id,
            keyHash: `hash ${id}`.padEnd(43, "x"),
            scopes: ["read"],
            madeBy: null,
            createdAtMs: startMs,
            revokedAtMs,
          });
      });
      await using _ = place;
      const ids = async (status?: "active" | "revoked") =>
        (
          await everyPage(store, (lists, paging) =>
            lists.apiKeys({ ...paging, ...(status === undefined ? {} : { status }) }),
          )
        ).map(({ id }) => id);
      expect([await ids(), await ids("active"), await ids("revoked")]).toEqual([
        ["key_a", "key_b", "key_c"],
        ["key_a", "key_c"],
        ["key_b"],
      ]);
    });

    test("alerts newest first, by state, kind, person and endpoint, and as far as groups reach", async () => {
      const { place, store } = await filled(async (tx) => {
        await tx.policies.insert(defaultPolicy);
        await tx.users.insert(user("ada"));
        await tx.endpoints.insert(endpoint("desk"));
        for (const one of [
          { id: "alt_1" },
          { id: "alt_2", userId: "usr_ada" },
          { id: "alt_3", endpointId: "ep_desk", kind: "chain-broken" },
          { id: "alt_4", userId: "usr_ada", status: "closed", atMs: startMs + 1 },
        ] as const)
          await tx.alerts.insert({ ...alert, ...one });
        await tx.authorization.groups.insert({ id: "grp_1", name: "Ward", createdAtMs: startMs });
        await tx.authorization.groups.add("grp_1", "user", "usr_ada");
        await tx.authorization.groups.insert({ id: "grp_2", name: "Desks", createdAtMs: startMs });
        await tx.authorization.groups.add("grp_2", "endpoint", "ep_desk");
      });
      await using _ = place;
      const ids = async (query: Omit<Parameters<ListsStore["alerts"]>[0], "limit">) =>
        (await everyPage(store, (lists, paging) => lists.alerts({ ...paging, ...query }))).map(
          ({ id }) => id,
        );
      expect(await ids({})).toEqual(["alt_4", "alt_3", "alt_2", "alt_1"]);
      expect(await ids({ status: "open", userId: "usr_ada" })).toEqual(["alt_2"]);
      expect(await ids({ kind: "chain-broken" })).toEqual(["alt_3"]);
      expect(await ids({ endpointId: "ep_desk" })).toEqual(["alt_3"]);
      expect(await ids({ groupIds: ["grp_1"] })).toEqual(["alt_4", "alt_2"]);
      expect(await ids({ groupIds: ["grp_1", "grp_2"] })).toEqual(["alt_4", "alt_3", "alt_2"]);
      expect(await ids({ groupIds: [] })).toEqual([]);
      expect(await store.read((tx) => tx.alerts.get("alt_2"))).toMatchObject({ userId: "usr_ada" });
      expect(await store.read((tx) => tx.alerts.get("alt_9"))).toBeNull();
    });

    test("what endpoints hold, by person and endpoint, and as far as groups reach", async () => {
      const { place, store } = await filled(async (tx) => {
        await tx.policies.insert(defaultPolicy);
        const [ada, ben] = [user("ada"), user("ben")];
        const [desk, lab] = [endpoint("desk"), endpoint("lab")];
        for (const one of [ada, ben]) await tx.users.insert(one);
        for (const one of [desk, lab]) await tx.endpoints.insert(one);
        for (const one of [bundle(desk, ada), bundle(desk, ben), bundle(lab, ada)])
          await tx.bundles.upsert(one);
        await tx.authorization.groups.insert({ id: "grp_1", name: "Lab", createdAtMs: startMs });
        await tx.authorization.groups.add("grp_1", "endpoint", "ep_lab");
        await tx.authorization.groups.add("grp_1", "user", "usr_ben");
      });
      await using _ = place;
      const held = async (query: Omit<Parameters<ListsStore["bundles"]>[0], "limit">) =>
        (await everyPage(store, (lists, paging) => lists.bundles({ ...paging, ...query }))).map(
          ({ endpointId, userId }) => `${endpointId} ${userId}`,
        );
      expect(await held({})).toEqual(["ep_desk usr_ada", "ep_desk usr_ben", "ep_lab usr_ada"]);
      expect(await held({ userId: "usr_ada" })).toEqual(["ep_desk usr_ada", "ep_lab usr_ada"]);
      expect(await held({ endpointId: "ep_desk" })).toEqual(["ep_desk usr_ada", "ep_desk usr_ben"]);
      expect(await held({ groupIds: ["grp_1"] })).toEqual(["ep_desk usr_ben", "ep_lab usr_ada"]);
    });

    test("a mark of another list, or made up, is refused", async () => {
      const { place, store } = await filled(async (tx) => tx.policies.insert(defaultPolicy));
      await using _ = place;
      const encoded = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");
      for (const after of ["", "x", encoded("x"), encoded(["x"]), encoded([1.5, "x"]), encoded([1, "\0"])])
        await expect(store.read((tx) => tx.lists.alerts({ after, limit: 1 }))).rejects.toMatchObject({
          code: "cursor-invalid",
        });
    });
  });
}

/** The same rows by pages of one, of two and at once. */
async function everyPage<T>(
  store: Store,
  read: (lists: ListsStore, paging: { after?: string; limit: number }) => Promise<Page<T>>,
): Promise<T[]> {
  const [all, ...others] = await Promise.all(
    [500, 2, 1].map(async (limit) => {
      const found: T[] = [];
      let after: string | undefined;
      do {
        const paging = { limit, ...(after === undefined ? {} : { after }) };
        const page = await store.read((tx) => read(tx.lists, paging));
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined);
      return found;
    }),
  );
  for (const other of others) expect(other).toEqual(all);
  return all ?? [];
}

const enrolment = {
  name: "desk",
  site: "main",
  profile: { name: "pam", buffer: 5 } as const,
  secretHash: "hash",
  createdBy: "api-key:key_1",
  createdAtMs: startMs,
  expiresAtMs: startMs + 1000,
  usedAtMs: null,
  endpointId: null,
};

const alert: Omit<AlertRow, "id"> = {
  kind: "counter-jump",
  atMs: startMs,
  userId: null,
  endpointId: null,
  detail: {},
  status: "open",
};
