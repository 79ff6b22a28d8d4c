import type { SelectQueryBuilder } from "kysely";
import type { StockEntry, StockState, TokenStockStore } from "../token-stock-store.ts";
import { type Context, changed, page, pageLimit } from "./context.ts";
import { inGroups, reachIn } from "./group-filter.ts";
import { prefixEnd } from "./prefix.ts";

export function tokenStock({ db }: Context): TokenStockStore {
  return {
    async get(id) {
      return (await db.selectFrom("tokenStock").selectAll().where("id", "=", id).executeTakeFirst()) ?? null;
    },
    async bySerialKey(serialKey) {
      const query = db.selectFrom("tokenStock").selectAll().where("serialKey", "=", serialKey);
      return (await query.executeTakeFirst()) ?? null;
    },
    async bySerialKeys(serialKeys) {
      if (serialKeys.length === 0) return [];
      return db
        .selectFrom("tokenStock")
        .selectAll()
        .where("serialKey", "in", [...serialKeys])
        .execute();
    },
    async insert(row) {
      const result = await db
        .insertInto("tokenStock")
        .values(row)
        .onConflict((conflict) => conflict.column("serialKey").doNothing())
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async give(id, atMs) {
      const before = await db
        .selectFrom("tokenStock")
        .selectAll()
        .where("id", "=", id)
        .where("givenAtMs", "is", null)
        .executeTakeFirst();
      if (!before) return null;
      const taken = await db
        .updateTable("tokenStock")
        .set({ sealedSecret: null, givenAtMs: atMs })
        .where("id", "=", id)
        .where("givenAtMs", "is", null)
        .executeTakeFirst();
      return changed(taken) ? before : null;
    },
    async reseal(id, sealedSecret) {
      await db
        .updateTable("tokenStock")
        .set({ sealedSecret })
        .where("id", "=", id)
        .where("givenAtMs", "is", null)
        .execute();
    },
    async remove(id) {
      const removed = await db
        .deleteFrom("tokenStock")
        .where("id", "=", id)
        .where(({ or, not, exists, eb }) =>
          or([
            eb("givenAtMs", "is", null),
            not(
              exists(
                eb
                  .selectFrom("tokens")
                  .select("tokens.id")
                  .whereRef("tokens.id", "=", "tokenStock.id")
                  .where("tokens.status", "<>", "revoked"),
              ),
            ),
          ]),
        )
        .executeTakeFirst();
      return removed.numDeletedRows > 0n;
    },
    async list({ prefix = "", state, batchId, groupIds, after, limit }) {
      const most = pageLimit(limit);
      const end = prefixEnd(prefix);
      let query = db
        .selectFrom("tokenStock")
        .leftJoin("tokens", (join) =>
          join.onRef("tokens.id", "=", "tokenStock.id").on("tokens.status", "<>", "revoked"),
        )
        .leftJoin("users", "users.id", "tokens.userId")
        .selectAll("tokenStock")
        .select(["tokens.userId as userId", "users.name as userName"])
        .orderBy("tokenStock.serialKey")
        .limit(most + 1);
      if (prefix !== "") query = query.where("tokenStock.serialKey", ">=", prefix);
      if (prefix !== "" && end !== null) query = query.where("tokenStock.serialKey", "<", end);
      if (after !== undefined) query = query.where("tokenStock.serialKey", ">", after);
      if (batchId !== undefined) query = query.where("tokenStock.batchId", "=", batchId);
      if (state !== undefined) query = inState(query, state);
      if (groupIds !== undefined) {
        const theirs = inGroups("tokens.userId", "user", await reachIn(db, groupIds));
        query = query.where(({ or, eb }) => or([eb("tokenStock.givenAtMs", "is", null), theirs]));
      }
      const rows: StockEntry[] = await query.execute();
      return page(rows, most, ({ serialKey }) => serialKey);
    },
    async sealed({ after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("tokenStock")
        .selectAll()
        .where("givenAtMs", "is", null)
        .orderBy("id")
        .limit(most + 1);
      if (after !== undefined) query = query.where("id", ">", after);
      return page(await query.execute(), most, ({ id }) => id);
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: Kysely's type of a query with two joins says nothing that is used here
function inState<Query extends SelectQueryBuilder<any, any, any>>(query: Query, state: StockState): Query {
  if (state === "free") return query.where("tokenStock.givenAtMs", "is", null) as Query;
  const given = query.where("tokenStock.givenAtMs", "is not", null);
  return given.where("tokens.id", state === "given" ? "is not" : "is", null) as Query;
}
