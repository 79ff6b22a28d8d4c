import { type Kysely, sql } from "kysely";
import { type ChainHead, emptyChain, type Link, linkProblem } from "./audit-chain.ts";
import { page, pageLimit } from "./repositories/context.ts";
import { aboutGroups, reachIn } from "./repositories/group-filter.ts";
import { StorageError } from "./storage-error.ts";
import type { AuditFilter, AuditRow, Page } from "./store.ts";
import type { Tables } from "./tables.ts";

/**
 * Newest first by when it happened, which for an endpoint's event is before it arrived. Each filter has an index in
 * page order, so a page costs the same at ten rows and at ten million.
 */
export async function readAudit(db: Kysely<Tables>, filter: AuditFilter): Promise<Page<AuditRow>> {
  const most = pageLimit(filter.limit);
  let query = db
    .selectFrom("audit")
    .selectAll()
    .orderBy("atMs", "desc")
    .orderBy("id", "desc")
    .limit(most + 1);
  if (filter.userId !== undefined) query = query.where("subjectUserId", "=", filter.userId);
  if (filter.endpointId !== undefined) query = query.where("endpointId", "=", filter.endpointId);
  if (filter.attemptId !== undefined) query = query.where("attemptId", "=", filter.attemptId);
  if (filter.type !== undefined) {
    query = query.where("type", "=", filter.type);
    // The index by type leaves out sign-ins; said literally, or the planner could not know that it fits.
    if (filter.type !== "sign-in") query = query.where(sql<boolean>`type <> 'sign-in'`);
  }
  if (filter.mode === "offline") query = query.where(sql<boolean>`mode = 'offline'`);
  if (filter.mode === "online") query = query.where("mode", "=", "online");
  if (filter.fromMs !== undefined) query = query.where("atMs", ">=", filter.fromMs);
  if (filter.toMs !== undefined) query = query.where("atMs", "<=", filter.toMs);
  if (filter.groupIds !== undefined)
    query = query.where(
      aboutGroups("audit.subjectUserId", "audit.endpointId", await reachIn(db, filter.groupIds)),
    );
  if (filter.after !== undefined) {
    const { atMs, id } = parseCursor(filter.after);
    query = query.where(sql<boolean>`(at_ms, id) < (${atMs}, ${id})`);
  }
  const rows = (await query.execute()).map(
    ({ detail, ...kept }): AuditRow => ({ ...kept, detail: JSON.parse(detail) }),
  );
  return page(rows, most, (last) => `${last.atMs}.${last.id}`);
}

/** The last row of a chain; null for one that has none. */
export async function chainHead(db: Kysely<Tables>, chain: string): Promise<ChainHead | null> {
  const row = await db
    .selectFrom("audit")
    .select(["sequence", "hash"])
    .where("chain", "=", chain)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Every chain's name, by one step through the index per chain and not per row. */
export async function listChains(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ chain: string }>`
    WITH RECURSIVE names (chain) AS (
      SELECT min(chain) FROM audit
      UNION ALL
      SELECT (SELECT min(audit.chain) FROM audit WHERE audit.chain > names.chain) FROM names WHERE names.chain IS NOT NULL
    )
    SELECT chain FROM names WHERE chain IS NOT NULL`.execute(db);
  return rows.map((row) => row.chain);
}

export type ChainVerdict = { kind: "whole"; through: number } | { kind: "broken"; at: number; why: string };

export async function verifyAuditChain(db: Kysely<Tables>, chain: string): Promise<ChainVerdict> {
  let head: ChainHead = emptyChain;
  for (;;) {
    const links: Link[] = await db
      .selectFrom("audit")
      .selectAll()
      .where("chain", "=", chain)
      .where("sequence", ">", head.sequence)
      .orderBy("sequence")
      .limit(rowsPerStep)
      .execute();
    for (const link of links) {
      const why = linkProblem(head, link);
      if (why !== null) return { kind: "broken", at: head.sequence + 1, why };
      head = link;
    }
    if (links.length < rowsPerStep) return { kind: "whole", through: head.sequence };
    // SQLite answers at once: without this, a long chain would keep everything else waiting.
    await new Promise((resume) => setImmediate(resume));
  }
}

const rowsPerStep = 500;

export async function insertLinks(db: Kysely<Tables>, links: readonly Link[]): Promise<void> {
  // SQLite takes 32,766 parameters in a statement; a row has 16.
  for (let start = 0; start < links.length; start += rowsPerStep) {
    await db
      .insertInto("audit")
      .values(links.slice(start, start + rowsPerStep))
      .execute();
  }
}

function parseCursor(cursor: string): { atMs: number; id: number } {
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (!match) throw new StorageError("cursor-invalid", "this is no cursor of the audit");
  return { atMs: Number(match[1]), id: Number(match[2]) };
}
