import type { RadiusStore } from "../radius-store.ts";
import { radiusClientCodec } from "../tables.ts";
import type { Context } from "./context.ts";

export function radius({ db }: Context): RadiusStore {
  return {
    clients: {
      async list() {
        const kept = await db.selectFrom("radiusClients").selectAll().orderBy("name").execute();
        return kept.map(radiusClientCodec.toRow);
      },
      async get(id) {
        const kept = await db.selectFrom("radiusClients").selectAll().where("id", "=", id).executeTakeFirst();
        return kept ? radiusClientCodec.toRow(kept) : null;
      },
      async insert(row) {
        await db.insertInto("radiusClients").values(radiusClientCodec.toTable(row)).execute();
      },
      async update(row) {
        const { id, ...values } = radiusClientCodec.toTable(row);
        await db.updateTable("radiusClients").set(values).where("id", "=", id).execute();
      },
      async remove(id) {
        const result = await db.deleteFrom("radiusClients").where("id", "=", id).executeTakeFirst();
        return result.numDeletedRows > 0n;
      },
    },
    servers: {
      async list() {
        return await db.selectFrom("radiusServers").selectAll().orderBy("name").execute();
      },
      async byKey(apiKeyId) {
        const kept = await db
          .selectFrom("radiusServers")
          .selectAll()
          .where("apiKeyId", "=", apiKeyId)
          .executeTakeFirst();
        return kept ?? null;
      },
      async insert(row) {
        await db.insertInto("radiusServers").values(row).execute();
      },
      async remove(id) {
        const result = await db.deleteFrom("radiusServers").where("id", "=", id).executeTakeFirst();
        return result.numDeletedRows > 0n;
      },
    },
    challenges: {
      async insert(row) {
        await db.insertInto("radiusChallenges").values(row).execute();
      },
      async byHash(stateHash) {
        const kept = await db
          .selectFrom("radiusChallenges")
          .selectAll()
          .where("stateHash", "=", stateHash)
          .executeTakeFirst();
        return kept ?? null;
      },
      async forget(beforeMs) {
        const result = await db
          .deleteFrom("radiusChallenges")
          .where("expiresAtMs", "<", beforeMs)
          .executeTakeFirst();
        return Number(result.numDeletedRows);
      },
    },
  };
}
