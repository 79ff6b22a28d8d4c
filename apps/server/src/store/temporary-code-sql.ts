import type { Dialect } from "./migrations/migration.ts";
import type { TemporaryCodeChange } from "./temporary-codes-store.ts";

/**
 * What a sign-in's commit does to the user's temporary code: one statement, whatever was typed and whether there is a
 * code, so that the time of a refusal says nothing. `$1` is the user, the rest as each says.
 */
export function temporaryCodeSql(change: TemporaryCodeChange["change"], dialect: Dialect): string {
  const text = statementOf(change);
  return dialect === "sqlite" ? text.replaceAll("$", "?") : text;
}

function statementOf(change: TemporaryCodeChange["change"]): string {
  switch (change) {
    // $2: the code's id, $3: when, $4: when it ends by that, or null.
    case "used":
      return `UPDATE temporary_codes SET uses = uses + 1, last_used_at_ms = $3, ended_at_ms = CAST($4 AS bigint),
        ended_why = CASE WHEN CAST($4 AS bigint) IS NULL THEN NULL ELSE 'used-up' END
        WHERE user_id = $1 AND id = $2 AND ended_at_ms IS NULL`;
    case "refused":
      return "UPDATE temporary_codes SET refused_tries = refused_tries + 1 WHERE user_id = $1";
    // $2: why, $3: when.
    case "ended":
      return `UPDATE temporary_codes SET ended_why = $2, ended_at_ms = $3
        WHERE user_id = $1 AND ended_at_ms IS NULL`;
  }
}
