import type { ProofingRow, SigningStore } from "../signing-store.ts";
import type { Tables } from "../tables.ts";
import { type Context, changed } from "./context.ts";

export function signingRequests({ db }: Context): SigningStore["requests"] {
  return {
    async get(id) {
      return (await db.selectFrom("signings").selectAll().where("id", "=", id).executeTakeFirst()) ?? null;
    },
    async byRequest(applicationId, requestId) {
      const kept = await db
        .selectFrom("signings")
        .selectAll()
        .where("applicationId", "=", applicationId)
        .where("requestId", "=", requestId)
        .executeTakeFirst();
      return kept ?? null;
    },
    async pendingOfUser(userId, nowMs) {
      return await db
        .selectFrom("signings")
        .selectAll()
        .where("userId", "=", userId)
        .where("status", "=", "pending")
        .where("expiresAtMs", ">", nowMs)
        .orderBy("createdAtMs")
        .orderBy("id")
        .execute();
    },
    async insert(row) {
      await db.insertInto("signings").values(row).execute();
    },
    async end(id, { status, atMs, statement }) {
      const result = await db
        .updateTable("signings")
        .set({ status, endedAtMs: atMs, statement })
        .where("id", "=", id)
        .where("status", "=", "pending")
        .where("expiresAtMs", ">", atMs)
        .executeTakeFirst();
      return changed(result);
    },
    async voidPending(atMs) {
      const result = await db
        .updateTable("signings")
        .set({ status: "void", endedAtMs: atMs })
        .where("status", "=", "pending")
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    async forget(beforeMs) {
      const result = await db.deleteFrom("signings").where("expiresAtMs", "<", beforeMs).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

export function identityProofings({ db }: Context): SigningStore["proofings"] {
  return {
    async last(userId) {
      const kept = await db
        .selectFrom("identityProofings")
        .selectAll()
        .where("userId", "=", userId)
        .orderBy("recordedAtMs", "desc")
        .orderBy("id", "desc")
        .executeTakeFirst();
      return kept ? toRow(kept) : null;
    },
    async insert({ evidence, authenticatorIds, ...row }) {
      await db
        .insertInto("identityProofings")
        .values({
          ...row,
          evidence: JSON.stringify(evidence),
          authenticatorIds: JSON.stringify(authenticatorIds),
        })
        .execute();
    },
    async confirm(id, by) {
      const result = await db
        .updateTable("identityProofings")
        .set({ status: "confirmed", ...by })
        .where("id", "=", id)
        .where("status", "=", "recorded")
        .executeTakeFirst();
      return changed(result);
    },
    async end(id, endedWhy, endedAtMs) {
      const result = await db
        .updateTable("identityProofings")
        .set({ status: "ended", endedWhy, endedAtMs })
        .where("id", "=", id)
        .where("status", "<>", "ended")
        .executeTakeFirst();
      return changed(result);
    },
  };
}

function toRow({ evidence, authenticatorIds, ...kept }: Tables["identityProofings"]): ProofingRow {
  return { ...kept, evidence: JSON.parse(evidence), authenticatorIds: JSON.parse(authenticatorIds) };
}
