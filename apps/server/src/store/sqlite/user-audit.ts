import type { DatabaseSync } from "node:sqlite";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { AuditPages } from "../audit-trail.ts";
import { nextTurn } from "../next-turn.ts";
import { atMost, selectPage } from "../repositories/plain-rows.ts";
import type { Tables } from "../tables.ts";

/**
 * The copy of the audit in the order of users' pages (migrations/v1-user-audit.ts). What is not in it yet has its id in
 * `sign_in_states.recent_audit` or in `user_audit_waiting`; a row is in one of the three.
 */

const columns = `subject_user_id, at_ms, id, chain, sequence, received_at_ms, type, actor, endpoint_id, attempt_id,
  outcome, reason, mode, detail, mac, previous_hash, hash`;

/** Ids in `recent_audit`, as rows. No row of the audit has the id 0. */
const idsIn = (recent: string) => `(SELECT value FROM json_each('[0' || ${recent} || ']'))`;

/** How many ids gather beside the state: few enough to be looked up for a page, enough to share what moving them writes. */
const mostRecent = 8;
/** One sign-in in so many looks how many they are. By chance, so that no rhythm of sign-ins escapes it for ever. */
const looksInOne = 2;
/** Of nine rows each or some more: some milliseconds, after which others have their turn. */
const copiedAtOnce = 16;

export type UserAuditWriter = {
  /** The id that the next row of the audit gets. Holds inside of the open transaction. */
  nextId(): number;
  /** What to add to `recent_audit` for a row. */
  recent(id: number): string;
  /** Copies a row that is about a user and not among his recent ones. */
  copy(id: number): void;
  /** Has the user's recent rows wait for `copyWaiting` now and then. Called once their newest is in the audit. */
  moveRecent(userId: string, newestId: number): void;
  /** Copies some of what waits, in a transaction of its own. False: nothing did. */
  copyWaiting(): boolean;
};

export function createUserAuditWriter(database: DatabaseSync): UserAuditWriter {
  const last = database.prepare("SELECT max(id) AS id FROM audit");
  const copyOne = database.prepare(
    `INSERT INTO user_audit (${columns}) SELECT ${columns} FROM audit WHERE id = ?`,
  );
  const areMany = database.prepare(`SELECT 1 FROM sign_in_states WHERE user_id = ?
    AND length(recent_audit) - length(replace(recent_audit, ',', '')) >= ${mostRecent}`);
  const moveThem = database.prepare(`INSERT INTO user_audit_waiting (user_id, newest_id, ids)
    SELECT user_id, ?2, recent_audit FROM sign_in_states WHERE user_id = ?1`);
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const waiting = database.prepare(
    `SELECT user_id, newest_id, ids FROM user_audit_waiting ORDER BY user_id, newest_id LIMIT ${copiedAtOnce}`,
  );
  const copyThem = database.prepare(`INSERT INTO user_audit (${columns}) SELECT ${columns} FROM audit
    WHERE id IN ${idsIn("?")}`);
  const waitsNoMore = database.prepare("DELETE FROM user_audit_waiting WHERE user_id = ? AND newest_id = ?");
  const forgetThem = database.prepare("UPDATE sign_in_states SET recent_audit = '' WHERE user_id = ?");

  return {
    nextId: () => Number(last.get()?.id ?? 0) + 1,
    recent: (id) => `,${id}`,
    copy: (id) => void copyOne.run(id),
    moveRecent(userId, newestId) {
      if (Math.random() * looksInOne >= 1 || areMany.get(userId) === undefined) return;
      moveThem.run(userId, newestId);
      forgetThem.run(userId);
    },
    copyWaiting() {
      begin.run();
      try {
        const some = waiting.all();
        for (const { user_id: userId = "", newest_id: newestId = 0, ids = "" } of some) {
          copyThem.run(ids);
          waitsNoMore.run(userId, newestId);
        }
        commit.run();
        return some.length > 0;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}

/** Copies everything about users, where the copy is empty: after the audit was written past the store. */
export function fillUserAudit(database: DatabaseSync): void {
  database.exec(`INSERT INTO user_audit (${columns}) SELECT ${columns} FROM audit WHERE subject_user_id IS NOT NULL
    ORDER BY subject_user_id, at_ms, id`);
}

/** A user's pages come from the copy, and from the audit itself as far as it is not there yet. */
export const userAuditPages: AuditPages = ({ userId, columns: shown, where, rows }) => sql`
  ${selectPage} ${shown} FROM user_audit AS audit ${where}
  UNION ALL
  SELECT ${shown} FROM audit ${where} AND id IN ${recentOf(userId)}
  ORDER BY "atMs" DESC, id DESC ${atMost(rows)}`;

function recentOf(userId: string): RawBuilder<unknown> {
  return sql`(SELECT value FROM json_each('[0'
    || coalesce((SELECT recent_audit FROM sign_in_states WHERE user_id = ${userId}), '')
    || coalesce((SELECT group_concat(ids, '') FROM user_audit_waiting WHERE user_id = ${userId}), '') || ']'))`;
}

/**
 * The first of these rows of a chain whose copy is missing or says something else, or null. What the chain proves, it
 * then proves for users' pages too.
 */
export async function differingCopy(
  db: Kysely<Tables>,
  chain: string,
  after: number,
  through: number,
): Promise<number | null> {
  const same = sql.raw(columns.replaceAll(/\w+/g, (column) => `u.${column}`));
  const original = sql.raw(columns.replaceAll(/\w+/g, (column) => `a.${column}`));
  const { rows } = await sql<{ sequence: number }>`
    SELECT a.sequence FROM audit a LEFT JOIN user_audit u
      ON u.subject_user_id = a.subject_user_id AND u.at_ms = a.at_ms AND u.id = a.id
    WHERE a.chain = ${chain} AND a.sequence > ${after} AND a.sequence <= ${through} AND a.subject_user_id IS NOT NULL
      AND CASE WHEN u.id IS NULL
        THEN NOT EXISTS (SELECT 1 FROM sign_in_states s, json_each('[0' || s.recent_audit || ']') r
            WHERE s.user_id = a.subject_user_id AND r.value = a.id)
          AND NOT EXISTS (SELECT 1 FROM user_audit_waiting w, json_each('[0' || w.ids || ']') r
            WHERE w.user_id = a.subject_user_id AND r.value = a.id)
        ELSE (${same}) IS NOT (${original}) END
    ORDER BY a.sequence LIMIT 1`.execute(db.withoutPlugins());
  return rows[0]?.sequence ?? null;
}

/**
 * What users' pages show beyond the rows of the audit, or null. Each row about a user is in one place; `differingCopy`
 * finds those that are in none, so that where there are as many places as rows nothing was added. That is counted first,
 * because to look each copy's row up takes half as long again as the whole check of the chains.
 */
export async function addedToPages(db: Kysely<Tables>): Promise<string | null> {
  const plain = db.withoutPlugins();
  // One statement sees one state. What it counts in the copy are pages of the file, not rows.
  const { rows } = await sql<{ places: number; newestId: number }>`
    SELECT (SELECT count(*) FROM user_audit)
        + (SELECT coalesce(sum(length(recent_audit) - length(replace(recent_audit, ',', ''))), 0) FROM sign_in_states)
        + (SELECT coalesce(sum(length(ids) - length(replace(ids, ',', ''))), 0) FROM user_audit_waiting) AS places,
      (SELECT coalesce(max(id), 0) FROM audit) AS "newestId"`.execute(plain);
  const { places, newestId } = rows[0] ?? { places: 0, newestId: 0 };
  let originals = 0;
  for (let after = 0; after < newestId; after += countedAtOnce) {
    const through = Math.min(newestId, after + countedAtOnce);
    const counted = await sql<{ rows: number }>`
      SELECT count(subject_user_id) AS rows FROM audit WHERE id > ${after} AND id <= ${through}`.execute(
      plain,
    );
    originals += counted.rows[0]?.rows ?? 0;
    await nextTurn();
  }
  if (places <= originals) return null;
  return (await addedCopy(plain)) ?? `users' pages show ${places - originals} rows twice`;
}

const countedAtOnce = 5000;

type Key = { userId: string; atMs: number; id: number };

/**
 * The first copy that is of no row, or null. That a copy's key is its row's is enough, because `differingCopy` has compared whatever is kept under the key of a row.
 */
async function addedCopy(plain: Kysely<Tables>): Promise<string | null> {
  let after: Key = { userId: "", atMs: -1, id: 0 };
  for (;;) {
    const next: Key | undefined = await keyAfter(plain, after, copiesAtOnce);
    const through = next
      ? sql`AND (u.subject_user_id, u.at_ms, u.id) <= (${next.userId}, ${next.atMs}, ${next.id})`
      : sql``;
    const { rows } = await sql<{ userId: string; chain: string; sequence: number }>`
      SELECT u.subject_user_id AS "userId", u.chain, u.sequence FROM user_audit u LEFT JOIN audit a ON a.id = u.id
      WHERE (u.subject_user_id, u.at_ms, u.id) > (${after.userId}, ${after.atMs}, ${after.id}) ${through}
        AND (a.subject_user_id IS NOT u.subject_user_id OR a.at_ms IS NOT u.at_ms)
      ORDER BY u.subject_user_id, u.at_ms, u.id LIMIT 1`.execute(plain);
    const [added] = rows;
    if (added)
      return `the pages of user ${added.userId} show a row that no chain has; it says that it is row ${added.sequence} of ${added.chain}`;
    if (!next) return null;
    after = next;
    await nextTurn();
  }
}

const copiesAtOnce = 1000;

async function keyAfter(db: Kysely<Tables>, after: Key, rows: number): Promise<Key | undefined> {
  const found = await sql<Key>`
    SELECT subject_user_id AS "userId", at_ms AS "atMs", id FROM user_audit
    WHERE (subject_user_id, at_ms, id) > (${after.userId}, ${after.atMs}, ${after.id})
    ORDER BY subject_user_id, at_ms, id LIMIT 1 OFFSET ${rows - 1}`.execute(db);
  return found.rows[0];
}
