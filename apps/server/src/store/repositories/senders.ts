import type { SentMessage } from "@holdfast/protocol/senders-api";
import type { SendersStore } from "../senders-store.ts";
import type { Context } from "./context.ts";

export function senders({ db }: Context): SendersStore {
  const since = (fromMs: number) => db.selectFrom("sentMessages").select("atMs").where("atMs", ">=", fromMs);
  const timesOf = (rows: readonly { atMs: number }[]) => rows.map(({ atMs }) => atMs);
  return {
    messages: {
      async insert({ to, ...row }) {
        await db
          .insertInto("sentMessages")
          .values({ ...row, sentTo: to })
          .execute();
      },
      async finish(id, state, why) {
        await db.updateTable("sentMessages").set({ state, why }).where("id", "=", id).execute();
      },
      async latest(limit) {
        const rows = await db
          .selectFrom("sentMessages")
          .select(["id", "channel", "purpose", "userId", "sentTo", "atMs", "state", "why"])
          .orderBy("atMs", "desc")
          .orderBy("id", "desc")
          .limit(limit)
          .execute();
        return rows.map(({ sentTo, ...row }): SentMessage => ({ ...row, to: sentTo }));
      },
      async times({ userId, addressMac, purpose, fromMs }) {
        const toAddress = since(fromMs).where("addressMac", "=", addressMac).where("purpose", "=", purpose);
        return {
          toUser: userId === null ? [] : timesOf(await since(fromMs).where("userId", "=", userId).execute()),
          toAddress: timesOf(await toAddress.execute()),
        };
      },
    },
    proofs: {
      async get(id) {
        const row = await db.selectFrom("addressProofs").selectAll().where("id", "=", id).executeTakeFirst();
        return row ?? null;
      },
      async latest(userId, kind) {
        const row = await db
          .selectFrom("addressProofs")
          .selectAll()
          .where("userId", "=", userId)
          .where("kind", "=", kind)
          .orderBy("sentAtMs", "desc")
          .orderBy("id", "desc")
          .limit(1)
          .executeTakeFirst();
        return row ?? null;
      },
      async insert(row) {
        await db.insertInto("addressProofs").values(row).execute();
      },
      async update({ id, ...row }) {
        await db.updateTable("addressProofs").set(row).where("id", "=", id).execute();
      },
    },
    async forget(beforeMs) {
      const messages = await db.deleteFrom("sentMessages").where("atMs", "<", beforeMs).executeTakeFirst();
      const proofs = await db.deleteFrom("addressProofs").where("sentAtMs", "<", beforeMs).executeTakeFirst();
      return Number(messages.numDeletedRows) + Number(proofs.numDeletedRows);
    },
  };
}
