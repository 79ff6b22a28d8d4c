import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditFilter, AuditRow } from "../audit-rows.ts";
import type { Store } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { audit, endpoint, factsOf, populate, startMs, success } from "./samples.ts";

export function auditContract(makePlace: MakePlace): void {
  describe("the audit", () => {
    test("UNI-5: an endpoint's events are taken once, in order, with its own MAC", async () => {
      await using place = await makePlace();
      const store = await place.open({ now: () => startMs + 5000 });
      const take = (sequence: number) =>
        store.transaction((tx) =>
          tx.endpointEvent(
            "ep_desk",
            sequence,
            audit({ mode: "offline", detail: { n: sequence } }),
            `mac-${sequence}`,
          ),
        );
      expect(await take(1)).toBe(true);
      expect(await take(2)).toBe(true);
      expect(await take(1), "again").toBe(false);
      await expect(take(4)).rejects.toMatchObject({ code: "chain-gap" });
      expect(await take(3)).toBe(true);
      const { items } = await store.audit({ endpointId: "ep_desk", limit: 10 });
      expect(items.map((row) => [row.chain, row.sequence, row.mac, row.detail, row.receivedAtMs])).toEqual(
        [3, 2, 1].map((n) => ["endpoint:ep_desk", n, `mac-${n}`, { n }, startMs + 5000]),
      );
      expect(await store.verifyChain("endpoint:ep_desk")).toEqual({ kind: "whole", through: 3 });
      const macs = (from: number, through: number) =>
        store.transaction((tx) => tx.endpointMacs("ep_desk", from, through));
      expect(await macs(2, 9)).toEqual(
        new Map([
          [2, "mac-2"],
          [3, "mac-3"],
        ]),
      );
      expect(await macs(4, 9)).toEqual(new Map());
      expect(await store.verifyChain("endpoint:ep_none")).toEqual({ kind: "whole", through: 0 });
    });

    test("the same events sent twice at once are taken once", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const upload = () =>
        store.transaction(async (tx) => {
          const taken: boolean[] = [];
          for (const sequence of [1, 2, 3])
            taken.push(await tx.endpointEvent("ep_desk", sequence, audit(), "mac"));
          return taken;
        });
      const uploads = await Promise.all([upload(), upload(), upload()]);
      expect(uploads.flat().filter(Boolean)).toHaveLength(3);
      expect(await store.verifyChain("endpoint:ep_desk")).toEqual({ kind: "whole", through: 3 });
    });

    test("filters and pages agree with a plain filter over everything", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const all = await fill(store);
      const filters: Omit<AuditFilter, "limit">[] = [
        {},
        { userId: "usr_1" },
        { endpointId: "ep_2" },
        { userId: "usr_1", endpointId: "ep_2" },
        { type: "sign-in" },
        { type: "user-changed", userId: "usr_0" },
        { mode: "offline" },
        { mode: "online", userId: "usr_2" },
        { attemptId: "attempt-7" },
        { fromMs: startMs + 20, toMs: startMs + 40 },
        { userId: "usr_1", fromMs: startMs + 20 },
        { userId: "usr_nobody" },
      ];
      for (const filter of filters) {
        for (const limit of [1, 7, 500]) {
          expect(await pages(store, { ...filter, limit }), JSON.stringify(filter)).toEqual(
            all.filter((row) => fits(row, filter)),
          );
        }
      }
      await expect(store.audit({ limit: 5, after: "1; DROP TABLE audit" })).rejects.toMatchObject({
        code: "cursor-invalid",
      });
    });

    test("UNI-7: a user's pages have all his rows, however they came and whatever became of him", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "ben");
      const signIn = async (name: string, attemptId: string) =>
        expect(await store.commitSignIn(success(await factsOf(store, name), attemptId))).toBe("committed");
      // More sign-ins than any store gathers before it puts them elsewhere, and between them what comes by other ways:
      // administrators' changes, notes without a state, and late news from endpoints.
      for (let n = 0; n < 70; n++) {
        await signIn("ada", `ada-${n}`);
        if (n % 9 === 0) await signIn("ben", `ben-${n}`);
        if (n % 10 === 0) await store.transaction((tx) => tx.audit(audit({ type: "user-changed" })));
        if (n % 15 === 0) await store.note([audit({ type: "note", atMs: startMs - n })]);
        if (n % 20 === 0)
          await store.transaction((tx) =>
            tx.endpointEvent("ep_desk", n / 20 + 1, audit({ mode: "offline", atMs: startMs - 7 * n }), "mac"),
          );
      }
      const check = async (userId: string, count: number) => {
        const everything = await pages(store, { limit: 500 });
        const his = everything.filter((row) => row.subjectUserId === userId);
        expect(his).toHaveLength(count);
        for (const filter of [{}, { mode: "offline" as const }, { type: "sign-in" }, { fromMs: startMs }])
          for (const limit of [1, 13, 500])
            expect(await pages(store, { ...filter, userId, limit })).toEqual(
              his.filter((row) => fits(row, filter)),
            );
      };
      await check("usr_ada", 70 + 7 + 5 + 4);
      await check("usr_ben", 8);
      expect((await store.audit({ userId: "usr_ada", attemptId: "ada-3", limit: 5 })).items).toHaveLength(1);
      expect((await store.audit({ userId: "usr_ben", attemptId: "ada-3", limit: 5 })).items).toEqual([]);
      expect(await store.verifyChain(store.chain)).toMatchObject({ kind: "whole" });

      await store.transaction((tx) => tx.users.remove("usr_ada"));
      await check("usr_ada", 70 + 7 + 5 + 4);
      expect(await store.verifyChain(store.chain)).toMatchObject({ kind: "whole" });
    });

    test("keeps text that a database cannot, so that its chain still verifies", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.note([
        audit({ actor: "a\0b", reason: "\ud800", detail: { "\udfff": "\0\ud800", n: 1.5 } }),
      ]);
      const [row] = (await store.audit({ limit: 1 })).items;
      expect(row).toMatchObject({
        actor: "a\ufffdb",
        reason: "\ufffd",
        detail: { "\udfff": "\0\ud800", n: 1.5 },
      });
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 1 });
    });

    test("is append-only for the server itself", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.note([audit()]);
      await expect(place.sql("UPDATE audit SET outcome = 'refused'")).rejects.toThrow("append-only");
      await expect(place.sql("DELETE FROM audit")).rejects.toThrow("append-only");
    });

    test("its chain shows every edited, removed or moved row", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.note(
        Array.from({ length: 12 }, (_, n) =>
          audit({ attemptId: `attempt-${n}`, reason: "why", detail: { n } }),
        ),
      );
      await store.transaction(async (tx) => {
        for (let n = 1; n <= 4; n += 1)
          await tx.endpointEvent("ep_desk", n, audit({ reason: "why", attemptId: "a" }), `mac-${n}`);
      });
      await place.sql(
        store.dialect === "sqlite"
          ? "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete"
          : "DROP TRIGGER audit_append_only ON audit",
      );
      await place.sql("CREATE TABLE kept AS SELECT * FROM audit");
      const chains = [
        { chain: store.chain, rows: 12 },
        { chain: "endpoint:ep_desk", rows: 4 },
      ];
      const edits = [
        ...["at_ms", "received_at_ms"].map((column) => `${column} = ${column} + 1`),
        ...[
          "type",
          "actor",
          "subject_user_id",
          "endpoint_id",
          "attempt_id",
          "reason",
          "detail",
          "previous_hash",
          "hash",
        ].map((column) => `${column} = ${column} || 'x'`),
        "mac = coalesce(mac, '') || 'x'",
        "outcome = 'refused'",
        "mode = NULL",
        "subject_user_id = NULL",
        "chain = 'elsewhere'",
        "sequence = sequence + 1000",
      ];
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...chains),
          fc.nat(),
          fc.constantFrom<string | null>(...edits, null),
          async ({ chain, rows }, place_, edit) => {
            // The end of a chain can be cut off or moved away unseen: documented in audit-chain.ts.
            const keepsPlace = edit !== null && !/^(chain|sequence) /.test(edit);
            const sequence = 1 + (place_ % (keepsPlace ? rows : rows - 1));
            const where = `WHERE chain = '${chain}' AND sequence = ${sequence}`;
            await place.sql(
              edit === null ? `DELETE FROM audit ${where}` : `UPDATE audit SET ${edit} ${where}`,
            );
            expect(await store.verifyChain(chain)).toEqual({
              kind: "broken",
              at: sequence,
              why: expect.any(String),
            });
            await place.sql(
              `DELETE FROM audit; INSERT INTO audit ${store.dialect === "sqlite" ? "" : "OVERRIDING SYSTEM VALUE "}SELECT * FROM kept`,
            );
            expect(await store.verifyChain(chain)).toEqual({ kind: "whole", through: rows });
          },
        ),
        { numRuns: 60 },
      );
    });

    test("a long chain is walked to its end", async () => {
      await using place = await makePlace();
      const store = await place.open();
      for (let batch = 0; batch < 3; batch += 1) await store.note(Array.from({ length: 500 }, () => audit()));
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 1500 });
    });

    test("another server's chain is its own", async () => {
      await using place = await makePlace();
      const [one, two] = [
        await place.open({ serverId: "server-1" }),
        await place.open({ serverId: "server-2" }),
      ];
      await one.note([audit()]);
      await two.note([audit(), audit()]);
      await one.transaction((tx) => tx.endpoints.insert(endpoint("desk")));
      expect(await one.chains()).toEqual(["server-1", "server-2"]);
      expect(await one.verifyChain("server-2")).toEqual({ kind: "whole", through: 2 });
    });
  });
}

/** 120 rows of all kinds, some with the same instant, and late ones from endpoints. Newest first. */
async function fill(store: Store): Promise<AuditRow[]> {
  for (let n = 0; n < 100; n += 1) {
    await store.note([
      audit({
        atMs: startMs + Math.floor(n / 2),
        type: n % 5 === 0 ? "user-changed" : "sign-in",
        subjectUserId: n % 7 === 0 ? null : `usr_${n % 3}`,
        endpointId: n % 4 === 0 ? null : `ep_${n % 4}`,
        attemptId: `attempt-${n % 20}`,
        mode: n % 6 === 0 ? null : "online",
        detail: { n },
      }),
    ]);
  }
  await store.transaction(async (tx) => {
    for (let n = 1; n <= 20; n += 1) {
      const draft = audit({
        atMs: startMs + 2 * n,
        mode: "offline",
        endpointId: "ep_2",
        subjectUserId: `usr_${n % 3}`,
      });
      await tx.endpointEvent("ep_2", n, draft, "mac");
    }
  });
  const { items } = await store.audit({ limit: 1000 });
  expect(items).toHaveLength(120);
  const sorted = [...items].sort((a, b) => b.atMs - a.atMs || b.id - a.id);
  expect(items).toEqual(sorted);
  return items;
}

function fits(row: AuditRow, filter: Omit<AuditFilter, "limit">): boolean {
  return (
    (filter.userId === undefined || row.subjectUserId === filter.userId) &&
    (filter.endpointId === undefined || row.endpointId === filter.endpointId) &&
    (filter.attemptId === undefined || row.attemptId === filter.attemptId) &&
    (filter.type === undefined || row.type === filter.type) &&
    (filter.mode === undefined || row.mode === filter.mode) &&
    (filter.fromMs === undefined || row.atMs >= filter.fromMs) &&
    (filter.toMs === undefined || row.atMs <= filter.toMs)
  );
}

async function pages(store: Store, filter: AuditFilter): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  let after: string | null = null;
  do {
    const page = await store.audit(after === null ? filter : { ...filter, after });
    expect(page.items.length).toBeLessThanOrEqual(filter.limit);
    rows.push(...page.items);
    after = page.next;
  } while (after !== null);
  return rows;
}
