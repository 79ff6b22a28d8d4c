import type { IdempotencyStore } from "../idempotency-store.ts";
import type { Context } from "./context.ts";

export function idempotency({ db }: Context): IdempotencyStore {
  return {
    async claim(row, expiredBeforeMs) {
      const { caller: _caller, key: _key, ...again } = row;
      const result = await db
        .insertInto("idempotentRequests")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(["caller", "key"])
            .doUpdateSet(again)
            .where("idempotentRequests.atMs", "<", expiredBeforeMs),
        )
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async get(caller, key) {
      const row = await db
        .selectFrom("idempotentRequests")
        .selectAll()
        .where("caller", "=", caller)
        .where("key", "=", key)
        .executeTakeFirst();
      return row ?? null;
    },
    async answered(id, sealed) {
      await db
        .updateTable("idempotentRequests")
        .set({ sealed, state: "answered" })
        .where("id", "=", id)
        .execute();
    },
    async release(id) {
      await db.deleteFrom("idempotentRequests").where("id", "=", id).execute();
    },
    async forget(beforeMs) {
      const result = await db
        .deleteFrom("idempotentRequests")
        .where("atMs", "<", beforeMs)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}
