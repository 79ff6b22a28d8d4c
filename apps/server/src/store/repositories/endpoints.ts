import { sql } from "kysely";
import type { Transaction } from "../store.ts";
import { alertCodec, bundleCodec, endpointCodec, enrolmentCodec, revocationCodec } from "../tables.ts";
import { touchEndpoints } from "./changed-endpoints.ts";
import { type Context, changed, page, pageLimit } from "./context.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { inGroups, reachIn } from "./group-filter.ts";
import { raiseUsedCounter } from "./sign-in-state.ts";

export function endpoints(context: Context): Transaction["endpoints"] {
  const { db } = context;
  return {
    async get(id) {
      const kept = await db.selectFrom("endpoints").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? endpointCodec.toRow(kept) : null;
    },
    async byThumbprint(thumbprint) {
      const kept = await db
        .selectFrom("endpoints")
        .selectAll()
        .where("deviceKeyThumbprint", "=", thumbprint)
        .executeTakeFirst();
      return kept ? endpointCodec.toRow(kept) : null;
    },
    async list({ name: wanted, site, status, groupIds, after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("endpoints")
        .selectAll()
        .orderBy("name")
        .orderBy("id")
        .limit(most + 1);
      if (wanted !== undefined) query = query.where("name", "=", wanted);
      if (site !== undefined) query = query.where("site", "=", site);
      if (groupIds !== undefined)
        query = query.where(inGroups("endpoints.id", "endpoint", await reachIn(db, groupIds)));
      if (status !== undefined) query = query.where("status", "=", status);
      if (after !== undefined) {
        const [name, id] = parseCursor(after, ["text", "text"]);
        query = query.where(sql<boolean>`(name, id) > (${name}, ${id})`);
      }
      return page((await query.execute()).map(endpointCodec.toRow), most, ({ name, id }) =>
        formatCursor(name, id),
      );
    },
    async insert(row) {
      await db.insertInto("endpoints").values(endpointCodec.toTable(row)).execute();
    },
    async update(row) {
      const { id, ...values } = endpointCodec.toTable(row);
      await db.updateTable("endpoints").set(values).where("id", "=", id).execute();
    },
    async touch(ids) {
      await touchEndpoints(context, ids);
    },
  };
}

export function enrolments({ db }: Context): Transaction["enrolments"] {
  return {
    async get(id) {
      const kept = await db.selectFrom("enrolments").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? enrolmentCodec.toRow(kept) : null;
    },
    async list() {
      return (await db.selectFrom("enrolments").selectAll().orderBy("id").execute()).map(
        enrolmentCodec.toRow,
      );
    },
    async insert(row) {
      await db.insertInto("enrolments").values(enrolmentCodec.toTable(row)).execute();
    },
    async redeem(id, endpointId, atMs) {
      const result = await db
        .updateTable("enrolments")
        .set({ usedAtMs: atMs, endpointId })
        .where("id", "=", id)
        .where("usedAtMs", "is", null)
        .where("expiresAtMs", ">", atMs)
        .executeTakeFirst();
      return changed(result);
    },
    async end(id, atMs) {
      const result = await db
        .updateTable("enrolments")
        .set({ expiresAtMs: atMs })
        .where("id", "=", id)
        .where("usedAtMs", "is", null)
        .where("expiresAtMs", ">", atMs)
        .executeTakeFirst();
      return changed(result);
    },
  };
}

export function bundles({ db }: Context): Transaction["bundles"] {
  return {
    async get(endpointId, userId) {
      const kept = await db
        .selectFrom("bundles")
        .selectAll()
        .where("endpointId", "=", endpointId)
        .where("userId", "=", userId)
        .executeTakeFirst();
      return kept ? bundleCodec.toRow(kept) : null;
    },
    async ofEndpoint(endpointId) {
      const kept = await db
        .selectFrom("bundles")
        .selectAll()
        .where("endpointId", "=", endpointId)
        .orderBy("userId")
        .execute();
      return kept.map(bundleCodec.toRow);
    },
    async ofUser(userId) {
      const kept = await db
        .selectFrom("bundles")
        .selectAll()
        .where("userId", "=", userId)
        .orderBy("endpointId")
        .execute();
      return kept.map(bundleCodec.toRow);
    },
    async upsert(row) {
      const kept = bundleCodec.toTable(row);
      const { endpointId: _endpoint, userId: _user, ...values } = kept;
      await db
        .insertInto("bundles")
        .values(kept)
        .onConflict((conflict) => conflict.columns(["endpointId", "userId"]).doUpdateSet(values))
        .execute();
      const { endpointId, tokenId, handedThrough } = row;
      if (tokenId === null || handedThrough < 0) return;
      await db
        .insertInto("handedOut")
        .values({ endpointId, tokenId, handedThrough })
        .onConflict((conflict) =>
          conflict
            .columns(["endpointId", "tokenId"])
            .doUpdateSet({ handedThrough })
            .where("handedOut.handedThrough", "<", handedThrough),
        )
        .execute();
    },
    async handedOut(endpointId) {
      return await db
        .selectFrom("handedOut")
        .selectAll()
        .where("endpointId", "=", endpointId)
        .orderBy("tokenId")
        .execute();
    },
  };
}

export function consumptions(context: Context): Transaction["consumptions"] {
  const { db } = context;
  return {
    async at(tokenId, counter) {
      return await db
        .selectFrom("consumptions")
        .selectAll()
        .where("tokenId", "=", tokenId)
        .where("counter", "=", counter)
        .orderBy("source")
        .execute();
    },
    async insert(row) {
      // Beforehand, since sign-ins lock the state first too: see `bump`.
      await raiseUsedCounter(context, row.tokenId, row.counter);
      const result = await db
        .insertInto("consumptions")
        .values(row)
        .onConflict((conflict) => conflict.columns(["tokenId", "counter", "source"]).doNothing())
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async ofToken(tokenId, fromMs) {
      return await db
        .selectFrom("consumptions")
        .selectAll()
        .where("tokenId", "=", tokenId)
        .where("atMs", ">=", fromMs)
        .orderBy("atMs")
        .orderBy("counter")
        .orderBy("source")
        .execute();
    },
  };
}

export function revocations(context: Context): Transaction["revocations"] {
  const { db } = context;
  return {
    async pending(endpointId) {
      const kept = await db
        .selectFrom("revocations")
        .selectAll()
        .where("endpointId", "=", endpointId)
        .where("doneAtMs", "is", null)
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      return kept.map(revocationCodec.toRow);
    },
    async insert(row) {
      await db.insertInto("revocations").values(revocationCodec.toTable(row)).execute();
      await touchEndpoints(context, [row.endpointId]);
    },
    async done(id, endpointId, atMs) {
      const result = await db
        .updateTable("revocations")
        .set({ doneAtMs: atMs })
        .where("id", "=", id)
        .where("endpointId", "=", endpointId)
        .where("doneAtMs", "is", null)
        .executeTakeFirst();
      return changed(result);
    },
    async list({ userId, endpointId }) {
      let query = db.selectFrom("revocations").selectAll().orderBy("createdAtMs", "desc").orderBy("id");
      if (userId !== undefined) query = query.where("userId", "=", userId);
      if (endpointId !== undefined) query = query.where("endpointId", "=", endpointId);
      return (await query.execute()).map(revocationCodec.toRow);
    },
  };
}

export function alerts({ db }: Context): Transaction["alerts"] {
  return {
    async insert(row) {
      await db.insertInto("alerts").values(alertCodec.toTable(row)).execute();
    },
    async get(id) {
      const kept = await db.selectFrom("alerts").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? alertCodec.toRow(kept) : null;
    },
    async list({ status }) {
      let query = db.selectFrom("alerts").selectAll().orderBy("atMs", "desc").orderBy("id");
      if (status !== undefined) query = query.where("status", "=", status);
      return (await query.execute()).map(alertCodec.toRow);
    },
    async close(id) {
      const result = await db
        .updateTable("alerts")
        .set({ status: "closed" })
        .where("id", "=", id)
        .where("status", "=", "open")
        .executeTakeFirst();
      return changed(result);
    },
  };
}
