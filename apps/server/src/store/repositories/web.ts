import { sessionCodec } from "../tables.ts";
import type { WebStore } from "../web-store.ts";
import { type Context, changed } from "./context.ts";

export function sessions({ db }: Context): WebStore["sessions"] {
  return {
    async byTokenHash(hash) {
      const kept = await db
        .selectFrom("sessions")
        .selectAll()
        .where("tokenHash", "=", hash)
        .executeTakeFirst();
      return kept ? sessionCodec.toRow(kept) : null;
    },
    async get(id) {
      const kept = await db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? sessionCodec.toRow(kept) : null;
    },
    async ofUser(userId) {
      const kept = await db
        .selectFrom("sessions")
        .selectAll()
        .where("userId", "=", userId)
        .where("endedAtMs", "is", null)
        .orderBy("createdAtMs", "desc")
        .orderBy("id")
        .execute();
      return kept.map(sessionCodec.toRow);
    },
    async insert(row) {
      await db.insertInto("sessions").values(sessionCodec.toTable(row)).execute();
    },
    async renew(id, { tokenHash, factors, freshAtMs, credentialEpoch }) {
      const result = await db
        .updateTable("sessions")
        .set({
          tokenHash,
          factors: JSON.stringify(factors),
          freshAtMs,
          credentialEpoch,
          lastSeenAtMs: freshAtMs,
        })
        .where("id", "=", id)
        .where("endedAtMs", "is", null)
        .executeTakeFirst();
      return changed(result);
    },
    async seen(id, atMs) {
      await db
        .updateTable("sessions")
        .set({ lastSeenAtMs: atMs })
        .where("id", "=", id)
        .where("lastSeenAtMs", "<", atMs)
        .where("endedAtMs", "is", null)
        .execute();
    },
    async keepUp(id, credentialEpoch) {
      await db.updateTable("sessions").set({ credentialEpoch }).where("id", "=", id).execute();
    },
    async enrolled(userId) {
      await db
        .updateTable("sessions")
        .set({ enrolmentDue: 0 })
        .where("userId", "=", userId)
        .where("enrolmentDue", "=", 1)
        .execute();
    },
    async renewed(userId) {
      await db
        .updateTable("sessions")
        .set({ renewalDue: 0 })
        .where("userId", "=", userId)
        .where("renewalDue", "=", 1)
        .execute();
    },
    async end(id, atMs) {
      const result = await db
        .updateTable("sessions")
        .set({ endedAtMs: atMs })
        .where("id", "=", id)
        .where("endedAtMs", "is", null)
        .executeTakeFirst();
      return changed(result);
    },
    async endOfUser(userId, atMs, except = "") {
      const ended = await db
        .updateTable("sessions")
        .set({ endedAtMs: atMs })
        .where("userId", "=", userId)
        .where("endedAtMs", "is", null)
        .where("id", "<>", except)
        .returning("id")
        .execute();
      return ended.map(({ id }) => id);
    },
    async counts() {
      const rows = await db
        .selectFrom("sessions")
        .select(({ fn }) => ["app" as const, fn.countAll<number>().as("open")])
        .where("endedAtMs", "is", null)
        .groupBy("app")
        .execute();
      const of = (app: string) => Number(rows.find((row) => row.app === app)?.open ?? 0);
      return { console: of("console"), portal: of("portal") };
    },
    async forget(beforeMs) {
      const result = await db.deleteFrom("sessions").where("createdAtMs", "<", beforeMs).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

export function appPasswords({ db }: Context): WebStore["appPasswords"] {
  return {
    async ofUser(userId) {
      return await db
        .selectFrom("appPasswords")
        .selectAll()
        .where("userId", "=", userId)
        .orderBy("name")
        .execute();
    },
    async byHash(hash) {
      const kept = await db
        .selectFrom("appPasswords")
        .selectAll()
        .where("passwordHash", "=", hash)
        .executeTakeFirst();
      return kept ?? null;
    },
    async insert(row) {
      await db.insertInto("appPasswords").values(row).execute();
    },
    async used(id, atMs) {
      await db.updateTable("appPasswords").set({ lastUsedAtMs: atMs }).where("id", "=", id).execute();
    },
    async remove(userId, id) {
      const gone = await db
        .deleteFrom("appPasswords")
        .where("userId", "=", userId)
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      return gone ?? null;
    },
  };
}
