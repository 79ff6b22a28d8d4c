import type { Columns } from "./columns.ts";

/**
 * SQLite keeps what happened to a user together, as a second copy in the order of his pages: looked up one by one in the
 * audit, each of his rows is a page of the file to read. PostgreSQL has an index instead, whose pages its own cache holds.
 *
 * A sign-in, which writes the user's state anyway, only adds its row's id to `recent_audit` there (",7,9"). Some ten of
 * them go to `user_audit_waiting`, and are copied when nobody signs in. A sign-in so writes less than an index would cost
 * it.
 */
export function recentAuditColumn({ sqlite }: Columns): string {
  return sqlite ? "recent_audit text NOT NULL DEFAULT ''," : "";
}

export function userAuditTables({ sqlite, clustered, count }: Columns): string[] {
  if (!sqlite) return [];
  return [
    // What a row may be, the audit has checked.
    `CREATE TABLE user_audit (
      subject_user_id text NOT NULL,
      ${count("at_ms")},
      id integer NOT NULL,
      chain text NOT NULL,
      sequence integer NOT NULL,
      received_at_ms integer NOT NULL,
      type text NOT NULL,
      actor text NOT NULL,
      endpoint_id text,
      attempt_id text,
      outcome text NOT NULL,
      reason text,
      mode text,
      detail text NOT NULL,
      mac text,
      previous_hash text NOT NULL,
      hash text NOT NULL,
      PRIMARY KEY (subject_user_id, at_ms, id)
    ) ${clustered}`,
    `CREATE TABLE user_audit_waiting (
      user_id text NOT NULL,
      newest_id integer NOT NULL,
      ids text NOT NULL,
      PRIMARY KEY (user_id, newest_id)
    ) ${clustered}`,
    // Whoever is removed stays in the audit, and so on its pages.
    `CREATE TRIGGER user_audit_of_removed BEFORE DELETE ON sign_in_states WHEN OLD.recent_audit <> '' BEGIN
      INSERT INTO user_audit (subject_user_id, at_ms, id, chain, sequence, received_at_ms, type, actor, endpoint_id,
        attempt_id, outcome, reason, mode, detail, mac, previous_hash, hash)
      SELECT subject_user_id, at_ms, id, chain, sequence, received_at_ms, type, actor, endpoint_id,
        attempt_id, outcome, reason, mode, detail, mac, previous_hash, hash
      FROM audit WHERE id IN (SELECT value FROM json_each('[0' || OLD.recent_audit || ']'));
    END`,
    ...["UPDATE", "DELETE"].map(
      (change) => `CREATE TRIGGER user_audit_no_${change.toLowerCase()} BEFORE ${change} ON user_audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
    ),
  ];
}
