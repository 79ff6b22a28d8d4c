import { temporaryCodeCodec } from "../tables.ts";
import type { TemporaryCodeStore } from "../temporary-codes-store.ts";
import type { Context } from "./context.ts";
import { bump } from "./sign-in-state.ts";

export function temporaryCodes(context: Context): TemporaryCodeStore {
  const { db } = context;
  const open = () => db.selectFrom("temporaryCodes").selectAll().where("endedAtMs", "is", null);
  /** Kept beside the sign-in state, so that a sign-in of somebody who has none, which is most, need not look for it. */
  const mark = async (userId: string, temporaryCode: 0 | 1) => {
    await db.updateTable("signInStates").set({ temporaryCode }).where("userId", "=", userId).execute();
  };
  return {
    async ofUser(userId) {
      const kept = await db
        .selectFrom("temporaryCodes")
        .selectAll()
        .where("userId", "=", userId)
        .executeTakeFirst();
      return kept ? temporaryCodeCodec.toRow(kept) : null;
    },
    async put(row) {
      await bump(context, row.userId);
      await mark(row.userId, 1);
      const values = temporaryCodeCodec.toTable(row);
      await db
        .insertInto("temporaryCodes")
        .values(values)
        .onConflict((conflict) => conflict.column("userId").doUpdateSet(values))
        .execute();
    },
    async end(userId, why, atMs) {
      await bump(context, userId);
      await mark(userId, 0);
      const ended = await db
        .updateTable("temporaryCodes")
        .set({ endedAtMs: atMs, endedWhy: why })
        .where("userId", "=", userId)
        .where("endedAtMs", "is", null)
        .returningAll()
        .executeTakeFirst();
      return ended ? temporaryCodeCodec.toRow(ended) : null;
    },
    async expired(nowMs, limit) {
      const kept = await open()
        .where("expiresAtMs", "<=", nowMs)
        .orderBy("expiresAtMs")
        .limit(limit)
        .execute();
      return kept.map(temporaryCodeCodec.toRow);
    },
    async forget(endedBeforeMs) {
      const { numDeletedRows } = await db
        .deleteFrom("temporaryCodes")
        .where("endedAtMs", "<", endedBeforeMs)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    async count(nowMs) {
      const { codes } = await db
        .selectFrom("temporaryCodes")
        .select(({ fn }) => fn.countAll<number>().as("codes"))
        .where("endedAtMs", "is", null)
        .where("expiresAtMs", ">", nowMs)
        .executeTakeFirstOrThrow();
      return Number(codes);
    },
    async live(limit) {
      const kept = await open().orderBy("userId").limit(limit).execute();
      return kept.map(temporaryCodeCodec.toRow);
    },
  };
}
