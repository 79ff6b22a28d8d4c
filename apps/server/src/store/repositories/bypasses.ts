import { sql } from "kysely";
import type { BypassesStore } from "../bypasses-store.ts";
import { bypassCodec } from "../tables.ts";
import type { Context } from "./context.ts";

export function bypasses({ db }: Context): BypassesStore {
  return {
    async get(endpointId, userId) {
      const kept = await db
        .selectFrom("bypasses")
        .selectAll()
        .where("endpointId", "=", endpointId)
        .where("userId", "=", userId)
        .executeTakeFirst();
      return kept ? bypassCodec.toRow(kept) : null;
    },
    async ofUser(userId) {
      const kept = await db
        .selectFrom("bypasses")
        .selectAll()
        .where("userId", "=", userId)
        .orderBy("endpointId")
        .execute();
      return kept.map(bypassCodec.toRow);
    },
    async put(row) {
      const { endpointId, userId, ...changes } = bypassCodec.toTable(row);
      await db
        .insertInto("bypasses")
        .values({ endpointId, userId, ...changes })
        .onConflict((conflict) => conflict.columns(["endpointId", "userId"]).doUpdateSet(changes))
        .execute();
    },
    async endAll() {
      await db
        .updateTable("bypasses")
        .set({ floor: sql<number>`number + 1` })
        .whereRef("floor", "<=", "number")
        .execute();
    },
  };
}
