import type { AuthenticatorStore } from "../authenticators-store.ts";
import { authenticatorCodec } from "../tables.ts";
import type { Context } from "./context.ts";
import { bump, countOthers } from "./sign-in-state.ts";

export function authenticators(context: Context): AuthenticatorStore {
  const { db } = context;
  return {
    async get(id) {
      const kept = await db.selectFrom("authenticators").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? authenticatorCodec.toRow(kept) : null;
    },
    async ofUser(userId) {
      const kept = await db
        .selectFrom("authenticators")
        .selectAll()
        .where("userId", "=", userId)
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      return kept.map(authenticatorCodec.toRow);
    },
    async byLookup(kind, lookup) {
      const kept = await db
        .selectFrom("authenticators")
        .selectAll()
        .where("kind", "=", kind)
        .where("lookup", "=", lookup)
        .executeTakeFirst();
      return kept ? authenticatorCodec.toRow(kept) : null;
    },
    async insert(row) {
      await bump(context, row.userId);
      await db.insertInto("authenticators").values(authenticatorCodec.toTable(row)).execute();
      await countOthers(context, row.userId);
    },
    async update(row) {
      await bump(context, row.userId);
      const { id, userId, ...values } = authenticatorCodec.toTable(row);
      await db.updateTable("authenticators").set(values).where("id", "=", id).execute();
      await countOthers(context, userId);
    },
    async remove(row) {
      await bump(context, row.userId);
      await db.deleteFrom("authenticators").where("id", "=", row.id).execute();
      await countOthers(context, row.userId);
    },
    async forgetPostponed(userId) {
      await db
        .updateTable("signInStates")
        .set((row) => ({
          version: row("version", "+", 1),
          enrolmentPostponed: 0,
          remoteEnrolmentPostponed: 0,
        }))
        .where("userId", "=", userId)
        .execute();
    },
  };
}
