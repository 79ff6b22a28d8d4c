import type { PhoneRegistrationRow, PhoneRow, PhonesStore } from "../phones-store.ts";
import type { Tables } from "../tables.ts";
import { phoneCodec, phoneRegistrationCodec } from "../tables.ts";
import { type Context, changed } from "./context.ts";
import { bump } from "./sign-in-state.ts";

const open = ["waiting", "scanned", "finishing"];

export function phones(context: Context): PhonesStore {
  const { db } = context;
  const live = () => db.selectFrom("phones").selectAll().where("status", "<>", "revoked");
  const touch = async (ids: readonly string[]) => {
    if (ids.length === 0) return;
    const mark = await context.nextEndpointMark();
    await db
      .insertInto("phoneChanges")
      .values([...new Set(ids)].sort().map((phoneId) => ({ phoneId, mark })))
      .onConflict((conflict) => conflict.column("phoneId").doUpdateSet({ mark }))
      .execute();
  };

  return {
    async get(id) {
      const kept = await db.selectFrom("phones").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? phoneCodec.toRow(kept) : null;
    },
    async ofUser(userId) {
      const kept = await live().where("userId", "=", userId).orderBy("createdAtMs").orderBy("id").execute();
      return kept.map(phoneCodec.toRow);
    },
    async ofUsers(userIds) {
      const of = new Map(userIds.map((userId) => [userId, [] as PhoneRow[]]));
      if (userIds.length === 0) return of;
      const kept = await live()
        .where("userId", "in", [...userIds])
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      for (const row of kept) of.get(row.userId)?.push(phoneCodec.toRow(row));
      return of;
    },
    async byThumbprint(thumbprint) {
      const kept = await db
        .selectFrom("phones")
        .selectAll()
        .where("requestKeyThumbprint", "=", thumbprint)
        .executeTakeFirst();
      return kept ? phoneCodec.toRow(kept) : null;
    },
    async insert(row) {
      await bump(context, row.userId);
      await db.insertInto("phones").values(phoneCodec.toTable(row)).execute();
    },
    async update(row) {
      await bump(context, row.userId);
      const { id, userId, ...values } = phoneCodec.toTable(row);
      await db.updateTable("phones").set(values).where("id", "=", id).where("userId", "=", userId).execute();
      await touch([id]);
    },
    async synced(id, lastSyncMs, appVersion) {
      await db.updateTable("phones").set({ lastSyncMs, appVersion }).where("id", "=", id).execute();
    },
    touch,
    async counts() {
      const rows = await db
        .selectFrom("phones")
        .select(({ fn }) => ["mode" as const, fn.countAll<number>().as("there")])
        .where("status", "<>", "revoked")
        .groupBy("mode")
        .execute();
      const of = (mode: string) => Number(rows.find((row) => row.mode === mode)?.there ?? 0);
      return { offline: of("offline"), online: of("online") };
    },
    registrations: registrations(context),
  };
}

function registrations({ db }: Context): PhonesStore["registrations"] {
  const all = () => db.selectFrom("phoneRegistrations").selectAll();
  return {
    async get(id) {
      const kept = await all().where("id", "=", id).executeTakeFirst();
      return kept ? registrationOf(kept) : null;
    },
    async openOfUser(userId) {
      const kept = await all().where("userId", "=", userId).where("state", "in", open).execute();
      return kept.map(registrationOf);
    },
    async open(limit) {
      const kept = await all().where("state", "in", open).orderBy("id").limit(limit).execute();
      return kept.map(registrationOf);
    },
    async insert(row) {
      await db.insertInto("phoneRegistrations").values(tableOf(row)).execute();
    },
    async update(row) {
      const { id, ...values } = tableOf({ ...row, version: row.version + 1 });
      const result = await db
        .updateTable("phoneRegistrations")
        .set(values)
        .where("id", "=", id)
        .where("version", "=", row.version)
        .executeTakeFirst();
      return changed(result);
    },
    async forget(beforeMs) {
      const result = await db
        .deleteFrom("phoneRegistrations")
        .where("createdAtMs", "<", beforeMs)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

function tableOf(row: PhoneRegistrationRow): Tables["phoneRegistrations"] {
  const { state, expiresAtMs } = row.decision;
  return { ...phoneRegistrationCodec.toTable(row), state, expiresAtMs };
}

function registrationOf({ state: _, expiresAtMs: __, ...kept }: Tables["phoneRegistrations"]) {
  return phoneRegistrationCodec.toRow(kept);
}
