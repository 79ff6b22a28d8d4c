import { sql } from "kysely";
import type { AlertRow } from "../alerts-store.ts";
import type { ListsStore } from "../lists-store.ts";
import { alertCodec, apiKeyCodec, bundleCodec, enrolmentCodec, policyCodec } from "../tables.ts";
import { type Context, page, pageLimit } from "./context.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { aboutGroups, inGroups, reachIn } from "./group-filter.ts";

export function lists({ db }: Context): ListsStore {
  return {
    async policies({ after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("policies")
        .selectAll()
        .orderBy("name")
        .limit(most + 1);
      if (after !== undefined) {
        const [name] = parseCursor(after, ["text"]);
        query = query.where("name", ">", name);
      }
      return page((await query.execute()).map(policyCodec.toRow), most, ({ name }) => formatCursor(name));
    },

    async enrolments({ status, atMs, groupIds, after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("enrolments")
        .selectAll()
        .orderBy("createdAtMs", "desc")
        .orderBy("id", "desc")
        .limit(most + 1);
      if (status !== undefined) query = query.where("usedAtMs", status === "used" ? "is not" : "is", null);
      if (status === "open") query = query.where("expiresAtMs", ">", atMs);
      if (status === "ended") query = query.where("expiresAtMs", "<=", atMs);
      if (groupIds !== undefined)
        query = query.where(inGroups("enrolments.id", "enrolment", await reachIn(db, groupIds)));
      if (after !== undefined) {
        const [createdAtMs, id] = parseCursor(after, ["number", "text"]);
        query = query.where(sql<boolean>`(created_at_ms, id) < (${createdAtMs}, ${id})`);
      }
      return page((await query.execute()).map(enrolmentCodec.toRow), most, ({ createdAtMs, id }) =>
        formatCursor(createdAtMs, id),
      );
    },

    async apiKeys({ status, after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("apiKeys")
        .selectAll()
        .orderBy("createdAtMs")
        .orderBy("id")
        .limit(most + 1);
      if (status !== undefined)
        query = query.where("revokedAtMs", status === "active" ? "is" : "is not", null);
      if (after !== undefined) {
        const [createdAtMs, id] = parseCursor(after, ["number", "text"]);
        query = query.where(sql<boolean>`(created_at_ms, id) > (${createdAtMs}, ${id})`);
      }
      return page((await query.execute()).map(apiKeyCodec.toRow), most, ({ createdAtMs, id }) =>
        formatCursor(createdAtMs, id),
      );
    },

    async alerts({ status, kind, userId, endpointId, groupIds, after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("alerts")
        .selectAll()
        .orderBy("atMs", "desc")
        .orderBy("id", "desc")
        .limit(most + 1);
      if (status !== undefined) query = query.where("status", "=", status);
      if (kind !== undefined) query = query.where("kind", "=", kind as AlertRow["kind"]);
      if (userId !== undefined) query = query.where("userId", "=", userId);
      if (endpointId !== undefined) query = query.where("endpointId", "=", endpointId);
      if (groupIds !== undefined)
        query = query.where(aboutGroups("alerts.userId", "alerts.endpointId", await reachIn(db, groupIds)));
      if (after !== undefined) {
        const [atMs, id] = parseCursor(after, ["number", "text"]);
        query = query.where(sql<boolean>`(at_ms, id) < (${atMs}, ${id})`);
      }
      return page((await query.execute()).map(alertCodec.toRow), most, ({ atMs, id }) =>
        formatCursor(atMs, id),
      );
    },

    async bundles({ userId, endpointId, groupIds, after, limit }) {
      const most = pageLimit(limit);
      let query = db
        .selectFrom("bundles")
        .selectAll()
        .orderBy("endpointId")
        .orderBy("userId")
        .limit(most + 1);
      if (userId !== undefined) query = query.where("userId", "=", userId);
      if (endpointId !== undefined) query = query.where("endpointId", "=", endpointId);
      if (groupIds !== undefined)
        query = query.where(aboutGroups("bundles.userId", "bundles.endpointId", await reachIn(db, groupIds)));
      if (after !== undefined) {
        const [endpoint, user] = parseCursor(after, ["text", "text"]);
        query = query.where(sql<boolean>`(endpoint_id, user_id) > (${endpoint}, ${user})`);
      }
      return page((await query.execute()).map(bundleCodec.toRow), most, (last) =>
        formatCursor(last.endpointId, last.userId),
      );
    },
  };
}
