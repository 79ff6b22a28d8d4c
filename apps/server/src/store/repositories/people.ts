import { sql } from "kysely";
import type { Transaction } from "../store.ts";
import { policyCodec, type Tables, tokenCodec } from "../tables.ts";
import type { TokenRow } from "../tokens-store.ts";
import type { UserRow } from "../users-store.ts";
import { touchEndpointsOfPolicy, touchEndpointsOfUser } from "./changed-endpoints.ts";
import { type Context, page, pageLimit } from "./context.ts";
import { inGroups, reachIn } from "./group-filter.ts";
import { atMost, columnsOf, selectPage, whereAll } from "./plain-rows.ts";
import { prefixEnd } from "./prefix.ts";
import { bump, countOthers, stateColumns } from "./sign-in-state.ts";

export function policies(context: Context): Transaction["policies"] {
  const { db } = context;
  return {
    async get(id) {
      const kept = await db.selectFrom("policies").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? policyCodec.toRow(kept) : null;
    },
    async byName(name) {
      const kept = await db.selectFrom("policies").selectAll().where("name", "=", name).executeTakeFirst();
      return kept ? policyCodec.toRow(kept) : null;
    },
    async default() {
      const kept = await db.selectFrom("policies").selectAll().where("isDefault", "=", 1).executeTakeFirst();
      if (!kept) throw new Error("the store has no default policy");
      return policyCodec.toRow(kept);
    },
    async list() {
      const kept = await db.selectFrom("policies").selectAll().orderBy("name").execute();
      return kept.map(policyCodec.toRow);
    },
    async insert(row) {
      await db.insertInto("policies").values(policyCodec.toTable(row)).execute();
    },
    async update(row) {
      const { id, ...values } = policyCodec.toTable(row);
      await db.updateTable("policies").set(values).where("id", "=", id).execute();
      await touchEndpointsOfPolicy(context, id);
    },
    async remove(id) {
      await db.deleteFrom("policies").where("id", "=", id).execute();
    },
  };
}

const userColumns = columnsOf<UserRow>({
  id: true,
  name: true,
  displayName: true,
  status: true,
  policyId: true,
  offlineSalt: true,
  passwordVerifier: true,
  credentialEpoch: true,
  cacheSize: true,
  createdAtMs: true,
});

export function users(context: Context): Transaction["users"] {
  const { db } = context;
  return {
    async get(id) {
      return (await db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst()) ?? null;
    },
    async byName(name) {
      return (await db.selectFrom("users").selectAll().where("name", "=", name).executeTakeFirst()) ?? null;
    },
    async list({ prefix = "", policyId, status, groupIds, after, limit }) {
      const end = prefixEnd(prefix);
      const most = pageLimit(limit);
      const where = whereAll(
        prefix === "" ? null : sql`name >= ${prefix}`,
        end === null ? null : sql`name < ${end}`,
        policyId === undefined ? null : sql`policy_id = ${policyId}`,
        groupIds === undefined ? null : inGroups("users.id", "user", await reachIn(db, groupIds)),
        status === undefined ? null : sql`status = ${status}`,
        after === undefined ? null : sql`name > ${after}`,
      );
      const query = sql<UserRow>`${selectPage} ${userColumns} FROM users ${where} ORDER BY name ${atMost(most + 1)}`;
      return page((await query.execute(context.plain())).rows, most, (last) => last.name);
    },
    async insert(row) {
      await db.insertInto("users").values(row).execute();
      await db
        .insertInto("signInStates")
        .values({
          userId: row.id,
          version: 1,
          failures: 0,
          failuresSinceLock: 0,
          lockedUntilMs: null,
          remoteFailures: 0,
          remoteFailuresSinceLock: 0,
          remoteLockedUntilMs: null,
          otherAuthenticators: 0,
          enrolmentPostponed: 0,
          remoteEnrolmentPostponed: 0,
          temporaryCode: 0,
        })
        .execute();
    },
    async update(row) {
      await bump(context, row.id);
      const { id, ...values } = row;
      await db.updateTable("users").set(values).where("id", "=", id).execute();
      await touchEndpointsOfUser(context, id);
    },
    async remove(id) {
      await touchEndpointsOfUser(context, id);
      // The state first, as everywhere: see `bump`.
      await db.deleteFrom("signInStates").where("userId", "=", id).execute();
      await db.deleteFrom("users").where("id", "=", id).execute();
      await db.deleteFrom("groupMembers").where("memberId", "=", id).where("kind", "=", "user").execute();
    },
    async bump(id) {
      await bump(context, id);
    },
    async state(id) {
      const row = await db
        .selectFrom("signInStates")
        .select(stateColumns)
        .where("userId", "=", id)
        .executeTakeFirst();
      if (!row) throw new Error(`there is no user ${id}`);
      return row;
    },
    async setLockout(id, { counter, failures, failuresSinceLock, lockedUntilMs }) {
      const lockout =
        counter === "common"
          ? { failures, failuresSinceLock, lockedUntilMs }
          : {
              remoteFailures: failures,
              remoteFailuresSinceLock: failuresSinceLock,
              remoteLockedUntilMs: lockedUntilMs,
            };
      await db
        .updateTable("signInStates")
        .set((row) => ({ version: row("version", "+", 1), ...lockout }))
        .where("userId", "=", id)
        .execute();
    },
  };
}

export function tokens(context: Context): Transaction["tokens"] {
  const { db } = context;
  return {
    async get(id) {
      const kept = await tokenSelection(db).where("id", "=", id).executeTakeFirst();
      return kept ? tokenOf(kept) : null;
    },
    async ofUser(userId) {
      const kept = await tokenSelection(db)
        .where("userId", "=", userId)
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      return kept.map(tokenOf);
    },
    async insert(row) {
      await bump(context, row.userId);
      await db.insertInto("tokens").values(tokenCodec.toTable(row)).execute();
      if (row.kind === "totp") await countOthers(context, row.userId);
    },
    async update(row) {
      await bump(context, row.userId);
      const { id, userId, ...values } = tokenCodec.toTable(row);
      await db.updateTable("tokens").set(values).where("id", "=", id).where("userId", "=", userId).execute();
      if (row.kind === "totp") await countOthers(context, userId);
    },
    async list({ userId, kinds, status, groupIds, after, limit }) {
      const most = pageLimit(limit);
      if (kinds?.length === 0) return { items: [], next: null };
      let query = tokenSelection(db)
        .orderBy("id")
        .limit(most + 1);
      if (userId !== undefined) query = query.where("userId", "=", userId);
      if (groupIds !== undefined)
        query = query.where(inGroups("tokens.userId", "user", await reachIn(db, groupIds)));
      if (kinds !== undefined) query = query.where("kind", "in", kinds);
      if (status !== undefined) query = query.where("status", "=", status);
      if (after !== undefined) query = query.where("id", ">", after);
      return page((await query.execute()).map(tokenOf), most, (last) => last.id);
    },
  };
}

/** A code that anybody has used is below the floor, whether or not the token's own row says so. */
export function tokenSelection(db: Context["db"]) {
  return db
    .selectFrom("tokens")
    .selectAll("tokens")
    .select((from) =>
      from
        .selectFrom("consumptions")
        .select((used) => used.fn.max("consumptions.counter").as("used"))
        .whereRef("consumptions.tokenId", "=", "tokens.id")
        .as("used"),
    );
}

export function tokenOf({ used, ...kept }: Tables["tokens"] & { used: number | null }): TokenRow {
  const row = tokenCodec.toRow(kept);
  return { ...row, nextCounter: Math.max(row.nextCounter, used === null ? 0 : used + 1) };
}
