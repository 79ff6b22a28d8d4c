import { sql } from "kysely";
import type { AuthorizationStore, RoleRow } from "../authorization-store.ts";
import type { Tables } from "../tables.ts";
import { type Context, page, pageLimit } from "./context.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { inGroups, reachIn } from "./group-filter.ts";
import { prefixEnd } from "./prefix.ts";

export function roles({ db }: Context): AuthorizationStore["roles"] {
  return {
    async get(id) {
      const kept = await db.selectFrom("roles").selectAll().where("id", "=", id).executeTakeFirst();
      return kept ? roleOf(kept) : null;
    },
    async byName(name) {
      const kept = await db.selectFrom("roles").selectAll().where("name", "=", name).executeTakeFirst();
      return kept ? roleOf(kept) : null;
    },
    async list() {
      return (await db.selectFrom("roles").selectAll().orderBy("name").execute()).map(roleOf);
    },
    async insert(row) {
      await db.insertInto("roles").values(toTable(row)).execute();
    },
    async update(row) {
      const { id, ...values } = toTable(row);
      await db.updateTable("roles").set(values).where("id", "=", id).execute();
    },
    async remove(id) {
      await db.deleteFrom("roles").where("id", "=", id).execute();
    },
  };
}

export function administrators({ db, now }: Context): AuthorizationStore["administrators"] {
  const selection = () =>
    db
      .selectFrom("administrators")
      .innerJoin("users", "users.id", "administrators.userId")
      .select(["userId", "roleId", "sinceMs", "name as userName", "displayName", "status"]);
  return {
    async get(userId) {
      return (await selection().where("userId", "=", userId).executeTakeFirst()) ?? null;
    },
    async roleId(userId) {
      const kept = await db
        .selectFrom("administrators")
        .select("roleId")
        .where("userId", "=", userId)
        .executeTakeFirst();
      return kept?.roleId ?? null;
    },
    async set(userId, roleId) {
      if (roleId === null) {
        await db.deleteFrom("administrators").where("userId", "=", userId).execute();
        return;
      }
      const values = { roleId, sinceMs: now() };
      await db
        .insertInto("administrators")
        .values({ userId, ...values })
        .onConflict((conflict) => conflict.column("userId").doUpdateSet(values))
        .execute();
    },
    async list({ roleId, groupIds, after, limit }) {
      const most = pageLimit(limit);
      let query = selection()
        .orderBy("name")
        .limit(most + 1);
      if (roleId !== undefined) query = query.where("roleId", "=", roleId);
      if (groupIds !== undefined)
        query = query.where(inGroups("users.id", "user", await reachIn(db, groupIds)));
      if (after !== undefined) query = query.where("name", ">", after);
      return page(await query.execute(), most, (last) => last.userName);
    },
    async count({ roleId, activeOnly, except }) {
      let query = db
        .selectFrom("administrators")
        .innerJoin("users", "users.id", "administrators.userId")
        .select((from) => from.fn.countAll<number>().as("people"))
        .where("roleId", "=", roleId);
      if (activeOnly) query = query.where("status", "=", "active");
      if (except !== undefined) query = query.where("userId", "<>", except);
      return Number((await query.executeTakeFirstOrThrow()).people);
    },
  };
}

export function groups({ db }: Context): AuthorizationStore["groups"] {
  return {
    async get(id) {
      return (
        (await db.selectFrom("memberGroups").selectAll().where("id", "=", id).executeTakeFirst()) ?? null
      );
    },
    async byName(name) {
      return (
        (await db.selectFrom("memberGroups").selectAll().where("name", "=", name).executeTakeFirst()) ?? null
      );
    },
    async list({ prefix = "", ids, after, limit }) {
      const most = pageLimit(limit);
      if (ids?.length === 0) return { items: [], next: null };
      const end = prefixEnd(prefix);
      let query = db
        .selectFrom("memberGroups")
        .selectAll()
        .orderBy("name")
        .limit(most + 1);
      if (prefix !== "") query = query.where("name", ">=", prefix);
      if (end !== null) query = query.where("name", "<", end);
      if (ids !== undefined) query = query.where("id", "in", [...ids]);
      if (after !== undefined) query = query.where("name", ">", after);
      return page(await query.execute(), most, (last) => last.name);
    },
    async insert(row) {
      await db.insertInto("memberGroups").values(row).execute();
    },
    async update({ id, ...values }) {
      await db.updateTable("memberGroups").set(values).where("id", "=", id).execute();
    },
    async remove(id) {
      await db.deleteFrom("memberGroups").where("id", "=", id).execute();
    },
    async of(kind, memberId) {
      const kept = await db
        .selectFrom("groupMembers")
        .select("groupId")
        .where("memberId", "=", memberId)
        .where("kind", "=", kind)
        .orderBy("groupId")
        .execute();
      return kept.map(({ groupId }) => groupId);
    },
    async members({ groupId, kind, after, limit }) {
      const most = pageLimit(limit);
      const table = kind === "user" ? "users" : "endpoints";
      const start = after === undefined ? null : parseCursor(after, ["text", "text"]);
      const { rows } = await sql<{ id: string; name: string }>`
        SELECT m.id, m.name FROM group_members g JOIN ${sql.table(table)} m ON m.id = g.member_id
        WHERE g.group_id = ${groupId} AND g.kind = ${kind}
          ${start === null ? sql`` : sql`AND (m.name, m.id) > (${start[0]}, ${start[1]})`}
        ORDER BY m.name, m.id LIMIT ${most + 1}`.execute(db);
      return page(rows, most, ({ name, id }) => formatCursor(name, id));
    },
    async add(groupId, kind, memberId) {
      const result = await db
        .insertInto("groupMembers")
        .values({ groupId, kind, memberId })
        .onConflict((conflict) => conflict.columns(["groupId", "kind", "memberId"]).doNothing())
        .executeTakeFirst();
      return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async drop(groupId, kind, memberId) {
      const result = await db
        .deleteFrom("groupMembers")
        .where("groupId", "=", groupId)
        .where("kind", "=", kind)
        .where("memberId", "=", memberId)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function toTable({ rights, scope, ...row }: RoleRow): Tables["roles"] {
  return { ...row, rights: JSON.stringify(rights), scope: JSON.stringify(scope) };
}

export function roleOf({ rights, scope, ...kept }: Tables["roles"]): RoleRow {
  return { ...kept, rights: JSON.parse(rights), scope: JSON.parse(scope) };
}
