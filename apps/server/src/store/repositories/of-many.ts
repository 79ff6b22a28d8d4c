import type { OfManyStore } from "../of-many-store.ts";
import { authenticatorCodec, endpointCodec, policyCodec, revocationCodec } from "../tables.ts";
import { actorNames } from "./actor-names.ts";
import { roleOf } from "./authorization.ts";
import type { Context } from "./context.ts";
import { tokenOf, tokenSelection } from "./people.ts";
import { stateColumns } from "./sign-in-state.ts";

export function ofMany({ db }: Context): OfManyStore {
  return {
    async users(ids) {
      if (ids.length === 0) return new Map();
      const kept = await db.selectFrom("users").selectAll().where("id", "in", distinct(ids)).execute();
      return byKey(kept, ({ id }) => id);
    },
    async policies(ids) {
      if (ids.length === 0) return new Map();
      const kept = await db.selectFrom("policies").selectAll().where("id", "in", distinct(ids)).execute();
      return byKey(kept.map(policyCodec.toRow), ({ id }) => id);
    },
    async endpoints(ids) {
      if (ids.length === 0) return new Map();
      const kept = await db.selectFrom("endpoints").selectAll().where("id", "in", distinct(ids)).execute();
      return byKey(kept.map(endpointCodec.toRow), ({ id }) => id);
    },
    async signInStates(userIds) {
      if (userIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("signInStates")
        .select(stateColumns)
        .where("userId", "in", distinct(userIds))
        .execute();
      return byKey(kept, ({ userId }) => userId);
    },
    async tokens(userIds) {
      if (userIds.length === 0) return new Map();
      const kept = await tokenSelection(db)
        .where("userId", "in", distinct(userIds))
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      return Map.groupBy(kept.map(tokenOf), ({ userId }) => userId);
    },
    async authenticators(userIds) {
      if (userIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("authenticators")
        .selectAll()
        .where("userId", "in", distinct(userIds))
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      return Map.groupBy(kept.map(authenticatorCodec.toRow), ({ userId }) => userId);
    },
    async roles(ids) {
      if (ids.length === 0) return new Map();
      const kept = await db.selectFrom("roles").selectAll().where("id", "in", distinct(ids)).execute();
      return byKey(kept.map(roleOf), ({ id }) => id);
    },
    async roleIds(userIds) {
      if (userIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("administrators")
        .select(["userId", "roleId"])
        .where("userId", "in", distinct(userIds))
        .execute();
      return new Map(kept.map(({ userId, roleId }) => [userId, roleId]));
    },
    async holders(roleIds) {
      if (roleIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("administrators")
        .select((from) => ["roleId", from.fn.countAll<number>().as("people")])
        .where("roleId", "in", distinct(roleIds))
        .groupBy("roleId")
        .execute();
      return new Map(kept.map(({ roleId, people }) => [roleId, Number(people)]));
    },
    async groups(kind, memberIds) {
      if (memberIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("groupMembers")
        .innerJoin("memberGroups", "memberGroups.id", "groupMembers.groupId")
        .select(["memberId", "memberGroups.id", "name", "createdAtMs"])
        .where("memberId", "in", distinct(memberIds))
        .where("kind", "=", kind)
        .orderBy("name")
        .execute();
      const found = Map.groupBy(kept, ({ memberId }) => memberId);
      return new Map(
        [...found].map(([memberId, rows]) => [memberId, rows.map(({ memberId: _, ...group }) => group)]),
      );
    },
    async members(groupIds) {
      if (groupIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("groupMembers")
        .select((from) => ["groupId", "kind", from.fn.countAll<number>().as("members")])
        .where("groupId", "in", distinct(groupIds))
        .groupBy(["groupId", "kind"])
        .execute();
      const counted = (groupId: string, kind: "user" | "endpoint") =>
        Number(kept.find((row) => row.groupId === groupId && row.kind === kind)?.members ?? 0);
      return new Map(
        distinct(groupIds).map((id) => [
          id,
          { users: counted(id, "user"), endpoints: counted(id, "endpoint") },
        ]),
      );
    },
    async pendingRevocations(endpointIds) {
      if (endpointIds.length === 0) return new Map();
      const kept = await db
        .selectFrom("revocations")
        .selectAll()
        .where("endpointId", "in", distinct(endpointIds))
        .where("doneAtMs", "is", null)
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
      return Map.groupBy(kept.map(revocationCodec.toRow), ({ endpointId }) => endpointId);
    },
    actorNames: (actors, groupIds) => actorNames(db, actors, groupIds),
    async settings(keys) {
      if (keys.length === 0) return new Map();
      const kept = await db.selectFrom("settings").selectAll().where("key", "in", distinct(keys)).execute();
      return new Map(kept.map(({ key, value }) => [key, value]));
    },
  };
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function byKey<T>(rows: readonly T[], key: (row: T) => string): Map<string, T> {
  return new Map(rows.map((row) => [key(row), row]));
}
