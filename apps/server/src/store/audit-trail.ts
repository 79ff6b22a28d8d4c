import { type Kysely, type RawBuilder, sql } from "kysely";
import { type ChainHead, emptyChain, type Link, linkProblem } from "./audit-chain.ts";
import type { AuditFilter, AuditRow } from "./audit-rows.ts";
import { nextTurn } from "./next-turn.ts";
import type { Page } from "./page.ts";
import { page, pageLimit } from "./repositories/context.ts";
import { aboutGroups, reachIn } from "./repositories/group-filter.ts";
import { atMost, columnsOf, selectPage, whereAll } from "./repositories/plain-rows.ts";
import { StorageError } from "./storage-error.ts";
import type { Tables } from "./tables.ts";

/** How a database answers with the newest rows about a user; `where` says so too. */
export type AuditPages = (asked: {
  readonly userId: string;
  readonly columns: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  readonly rows: number;
}) => RawBuilder<unknown>;

/**
 * Newest first by when it happened, which for an endpoint's event is before it arrived. Each filter has an index in
 * page order, so a page costs the same at ten rows and at ten million; where a database has something better for a user's
 * pages, it comes as `pagesOfUser`.
 */
export async function readAudit(
  db: Kysely<Tables>,
  filter: AuditFilter,
  pagesOfUser: AuditPages | null = null,
): Promise<Page<AuditRow>> {
  const { userId, endpointId, attemptId, type, mode, fromMs, toMs, groupIds, after, limit } = filter;
  const most = pageLimit(limit);
  const before = after === undefined ? null : parseCursor(after);
  const where = whereAll(
    userId === undefined ? null : sql`subject_user_id = ${userId}`,
    endpointId === undefined ? null : sql`endpoint_id = ${endpointId}`,
    attemptId === undefined ? null : sql`attempt_id = ${attemptId}`,
    type === undefined ? null : sql`type = ${type}`,
    // The index by type leaves out sign-ins; said literally, or the planner could not know that it fits.
    type === undefined || type === "sign-in" ? null : sql`type <> 'sign-in'`,
    // Likewise: the index of what happened offline.
    mode === undefined ? null : mode === "offline" ? sql`mode = 'offline'` : sql`mode = 'online'`,
    fromMs === undefined ? null : sql`at_ms >= ${fromMs}`,
    toMs === undefined ? null : sql`at_ms <= ${toMs}`,
    groupIds === undefined
      ? null
      : aboutGroups("audit.subject_user_id", "audit.endpoint_id", await reachIn(db, groupIds)),
    before === null ? null : sql`(at_ms, id) < (${before.atMs}, ${before.id})`,
  );
  // An attempt has a row or two, whomever they are about.
  const query =
    pagesOfUser !== null && userId !== undefined && attemptId === undefined
      ? pagesOfUser({ userId, columns: auditColumns, where, rows: most + 1 })
      : sql`${selectPage} ${auditColumns} FROM audit ${where} ORDER BY at_ms DESC, id DESC ${atMost(most + 1)}`;
  const { rows } = await (query as RawBuilder<Tables["audit"] & { id: number }>).execute(db.withoutPlugins());
  for (const row of rows) row.detail = JSON.parse(row.detail);
  return page(rows as unknown as AuditRow[], most, (last) => `${last.atMs}.${last.id}`);
}

const auditColumns = columnsOf<AuditRow>({
  id: true,
  chain: true,
  sequence: true,
  atMs: true,
  receivedAtMs: true,
  type: true,
  actor: true,
  subjectUserId: true,
  endpointId: true,
  attemptId: true,
  outcome: true,
  reason: true,
  mode: true,
  detail: true,
  mac: true,
  previousHash: true,
  hash: true,
});

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

/** `differingCopy`: where a database keeps copies of rows, the first of these whose copy is not the row. */
export async function verifyAuditChain(
  db: Kysely<Tables>,
  chain: string,
  differingCopy: (chain: string, after: number, through: number) => Promise<number | null> = async () => null,
): Promise<ChainVerdict> {
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
    const after = head.sequence;
    for (const link of links) {
      const why = linkProblem(head, link);
      if (why !== null) return { kind: "broken", at: head.sequence + 1, why };
      head = link;
    }
    const differs = await differingCopy(chain, after, head.sequence);
    if (differs !== null)
      return {
        kind: "broken",
        at: differs,
        why: `the copy of row ${differs} for its user's pages is missing or another`,
      };
    if (links.length < rowsPerStep) return { kind: "whole", through: head.sequence };
    await nextTurn();
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
