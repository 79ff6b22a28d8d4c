import type { PushRequestRow, PushStore, PushUserRow } from "../push-store.ts";
import type { Tables } from "../tables.ts";
import { type Context, changed } from "./context.ts";
import { bump, countOthers } from "./sign-in-state.ts";

export function push(context: Context): PushStore {
  return { users: users(context), requests: requests(context), subscriptions: subscriptions(context) };
}

function users(context: Context): PushStore["users"] {
  const { db } = context;
  return {
    async get(userId) {
      const kept = await db
        .selectFrom("pushUsers")
        .selectAll()
        .where("userId", "=", userId)
        .executeTakeFirst();
      return kept ? userOf(kept) : null;
    },
    async ofUsers(userIds) {
      if (userIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("pushUsers")
        .selectAll()
        .where("userId", "in", [...userIds])
        .execute();
      return new Map(kept.map((row) => [row.userId, userOf(row)]));
    },
    async put({ userId, ...row }) {
      await bump(context, userId);
      const values = { enabled: Number(row.enabled), requireBiometric: Number(row.requireBiometric) };
      await db
        .insertInto("pushUsers")
        .values({ userId, ...values, pendingId: null, pendingUntilMs: null })
        .onConflict((conflict) => conflict.column("userId").doUpdateSet(values))
        .execute();
      await countOthers(context, userId);
    },
    async count() {
      const { there } = await db
        .selectFrom("pushUsers")
        .select(({ fn }) => fn.countAll<number>().as("there"))
        .where("enabled", "=", 1)
        .executeTakeFirstOrThrow();
      return Number(there);
    },
  };
}

function requests({ db }: Context): PushStore["requests"] {
  const unanswered = { outcome: "withdrawn", phoneId: null, statement: null } as const;
  const free = { pendingId: null, pendingUntilMs: null };
  return {
    async claim(userId, id, nowMs, untilMs) {
      const result = await db
        .updateTable("pushUsers")
        .set({ pendingId: id, pendingUntilMs: untilMs })
        .where("userId", "=", userId)
        .where((is) => is.or([is("pendingUntilMs", "is", null), is("pendingUntilMs", "<=", nowMs)]))
        .executeTakeFirst();
      return changed(result);
    },
    async release(id) {
      await db.updateTable("pushUsers").set(free).where("pendingId", "=", id).execute();
    },
    async insert(row) {
      await db.insertInto("pushRequests").values(tableOf(row)).execute();
    },
    async get(id) {
      const kept = await db.selectFrom("pushRequests").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? requestOf(kept) : null;
    },
    async askedSince(userId, sinceMs, limit) {
      const kept = await db
        .selectFrom("pushRequests")
        .select("askedAtMs")
        .where("userId", "=", userId)
        .where("askedAtMs", ">", sinceMs)
        .orderBy("askedAtMs", "desc")
        .limit(limit)
        .execute();
      return kept.map(({ askedAtMs }) => askedAtMs).reverse();
    },
    async pendingOfUser(userId, nowMs) {
      const kept = await db
        .selectFrom("pushUsers")
        .innerJoin("pushRequests", "pushRequests.id", "pushUsers.pendingId")
        .selectAll("pushRequests")
        .where("pushUsers.userId", "=", userId)
        .where("pushRequests.outcome", "is", null)
        .where("pushRequests.expiresAtMs", ">", nowMs)
        .executeTakeFirst();
      return kept ? requestOf(kept) : null;
    },
    async withdrawnOfUser(userId, nowMs, limit) {
      const kept = await db
        .selectFrom("pushRequests")
        .selectAll()
        .where("userId", "=", userId)
        .where("outcome", "in", withdrawals)
        .where("expiresAtMs", ">", nowMs)
        .orderBy("askedAtMs", "desc")
        .limit(limit)
        .execute();
      return kept.map(requestOf);
    },
    async answer(id, { outcome, atMs, phoneId, statement }) {
      const result = await db
        .updateTable("pushRequests")
        .set({ outcome, answeredAtMs: atMs, phoneId, statement })
        .where("id", "=", id)
        .where((is) =>
          is.or([
            is("outcome", "is", null),
            ...(outcome === "reported" ? [is("outcome", "in", withdrawals)] : []),
          ]),
        )
        .where("expiresAtMs", ">", atMs)
        .executeTakeFirst();
      if (!changed(result)) return false;
      await db.updateTable("pushUsers").set(free).where("pendingId", "=", id).execute();
      return true;
    },
    async withdrawAll(of, atMs) {
      const waiting = db
        .updateTable("pushRequests")
        .set({ ...unanswered, answeredAtMs: atMs })
        .where("outcome", "is", null)
        .where("expiresAtMs", ">", atMs);
      const places = db.updateTable("pushUsers").set(free).where("pendingId", "is not", null);
      const [ended] =
        of === "everybody"
          ? [await waiting.executeTakeFirst(), await places.execute()]
          : [
              await waiting.where("userId", "=", of.userId).executeTakeFirst(),
              await places.where("userId", "=", of.userId).execute(),
            ];
      return Number(ended.numUpdatedRows);
    },
    async forget(askedBeforeMs) {
      const result = await db
        .deleteFrom("pushRequests")
        .where("askedAtMs", "<", askedBeforeMs)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
    async count(nowMs) {
      const { there } = await db
        .selectFrom("pushUsers")
        .select(({ fn }) => fn.countAll<number>().as("there"))
        .where("pendingUntilMs", ">", nowMs)
        .executeTakeFirstOrThrow();
      return Number(there);
    },
  };
}

const withdrawals = ["withdrawn", "signed-in-otherwise", "sign-in-ended"] as const;

function subscriptions({ db }: Context): PushStore["subscriptions"] {
  return {
    async get(phoneId) {
      const kept = await db
        .selectFrom("pushSubscriptions")
        .selectAll()
        .where("phoneId", "=", phoneId)
        .executeTakeFirst();
      return kept ?? null;
    },
    async ofPhones(phoneIds) {
      if (phoneIds.length === 0) return [];
      return db
        .selectFrom("pushSubscriptions")
        .selectAll()
        .where("phoneId", "in", [...phoneIds])
        .execute();
    },
    async put(row) {
      const { phoneId: _, ...values } = row;
      await db
        .insertInto("pushSubscriptions")
        .values(row)
        .onConflict((conflict) => conflict.column("phoneId").doUpdateSet(values))
        .execute();
    },
    async remove(phoneId, endpoint) {
      const of = db.deleteFrom("pushSubscriptions").where("phoneId", "=", phoneId);
      const result = await (endpoint === undefined
        ? of
        : of.where("endpoint", "=", endpoint)
      ).executeTakeFirst();
      return Number(result.numDeletedRows) > 0;
    },
  };
}

function userOf({ userId, enabled, requireBiometric }: Tables["pushUsers"]): PushUserRow {
  return { userId, enabled: enabled === 1, requireBiometric: requireBiometric === 1 };
}

function tableOf({ order, details, requireBiometric, ...row }: PushRequestRow): Tables["pushRequests"] {
  return {
    ...row,
    details: JSON.stringify(details),
    orderShown: order === null ? null : JSON.stringify(order),
    requireBiometric: Number(requireBiometric),
  };
}

function requestOf({
  orderShown,
  details,
  requireBiometric,
  ...row
}: Tables["pushRequests"]): PushRequestRow {
  return {
    ...row,
    details: JSON.parse(details),
    order: orderShown === null ? null : JSON.parse(orderShown),
    requireBiometric: requireBiometric === 1,
  };
}
