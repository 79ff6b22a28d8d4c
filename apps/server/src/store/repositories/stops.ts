import type { StopRow, StopsStore } from "../stops-store.ts";
import type { Context } from "./context.ts";

export function stops({ db }: Context): StopsStore {
  return {
    async ofUser(userId) {
      const kept = await db
        .selectFrom("userStops")
        .selectAll()
        .where("userId", "=", userId)
        .orderBy("kind")
        .execute();
      return kept.map(
        ({ stoppedBy, detail, ...row }): StopRow => ({
          ...row,
          by: stoppedBy,
          detail: JSON.parse(detail),
        }),
      );
    },
    async put({ by, detail, ...row }) {
      const changes = { atMs: row.atMs, stoppedBy: by, reason: row.reason, detail: JSON.stringify(detail) };
      await db
        .insertInto("userStops")
        .values({ userId: row.userId, kind: row.kind, ...changes })
        .onConflict((conflict) => conflict.columns(["userId", "kind"]).doUpdateSet(changes))
        .execute();
    },
    async remove(userId, kind) {
      const gone = await db
        .deleteFrom("userStops")
        .where("userId", "=", userId)
        .where("kind", "=", kind)
        .executeTakeFirst();
      return gone.numDeletedRows > 0n;
    },
  };
}
