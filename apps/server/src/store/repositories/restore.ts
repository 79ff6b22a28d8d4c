import type { RestoreItemRow, RestoreStore } from "../restore-store.ts";
import type { Tables } from "../tables.ts";
import { type Context, changed } from "./context.ts";

export function restoreItems({ db }: Context): RestoreStore {
  const toRow = (kept: Tables["restoreItems"]): RestoreItemRow => ({
    ...kept,
    detail: JSON.parse(kept.detail),
  });
  return {
    async get(kind, subjectId) {
      const kept = await db
        .selectFrom("restoreItems")
        .selectAll()
        .where("kind", "=", kind)
        .where("subjectId", "=", subjectId)
        .executeTakeFirst();
      return kept ? toRow(kept) : null;
    },
    async put(row) {
      const values = { ...row, detail: JSON.stringify(row.detail) };
      const { kind: _, subjectId: __, ...rest } = values;
      await db
        .insertInto("restoreItems")
        .values(values)
        .onConflict((conflict) => conflict.columns(["kind", "subjectId"]).doUpdateSet(rest))
        .execute();
    },
    async list({ status }) {
      let query = db.selectFrom("restoreItems").selectAll();
      if (status !== undefined) query = query.where("status", "=", status);
      const kept = await query.orderBy("status").orderBy("kind").orderBy("subjectId").execute();
      return kept.map(toRow);
    },
    async end(kind, subjectId, status) {
      const result = await db
        .updateTable("restoreItems")
        .set({ status })
        .where("kind", "=", kind)
        .where("subjectId", "=", subjectId)
        .where("status", "=", "open")
        .executeTakeFirst();
      return changed(result);
    },
    async clear() {
      await db.deleteFrom("restoreItems").execute();
    },
  };
}
