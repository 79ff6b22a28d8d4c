import type { Transaction } from "../store.ts";
import { apiKeyCodec } from "../tables.ts";
import { type Context, changed } from "./context.ts";

export function apiKeys({ db }: Context): Transaction["apiKeys"] {
  return {
    async byHash(hash) {
      const kept = await db.selectFrom("apiKeys").selectAll().where("keyHash", "=", hash).executeTakeFirst();
      return kept ? apiKeyCodec.toRow(kept) : null;
    },
    async insert(row) {
      await db.insertInto("apiKeys").values(apiKeyCodec.toTable(row)).execute();
    },
    async list() {
      return (await db.selectFrom("apiKeys").selectAll().orderBy("createdAtMs").orderBy("id").execute()).map(
        apiKeyCodec.toRow,
      );
    },
    async revoke(id, atMs) {
      const result = await db
        .updateTable("apiKeys")
        .set({ revokedAtMs: atMs })
        .where("id", "=", id)
        .where("revokedAtMs", "is", null)
        .executeTakeFirst();
      return changed(result);
    },
  };
}

export function settings({ db }: Context): Transaction["settings"] {
  return {
    async get(key) {
      const row = await db.selectFrom("settings").select("value").where("key", "=", key).executeTakeFirst();
      return row?.value ?? null;
    },
    async set(key, value) {
      await db
        .insertInto("settings")
        .values({ key, value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
    },
    async remove(key) {
      await db.deleteFrom("settings").where("key", "=", key).execute();
    },
  };
}

export function servers({ db }: Context): Transaction["servers"] {
  return {
    async list() {
      return await db.selectFrom("servers").selectAll().orderBy("id").execute();
    },
    async upsert(row) {
      const { id, ...values } = row;
      await db
        .insertInto("servers")
        .values({ id, ...values })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
        .execute();
    },
    async remove(id) {
      await db.deleteFrom("servers").where("id", "=", id).execute();
    },
  };
}
