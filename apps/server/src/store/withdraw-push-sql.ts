import type { Dialect } from "./migrations/migration.ts";

/** What the end of a sign-in does to the push request that waits for it, in its commit: two statements. */
export function withdrawPushSql(dialect: Dialect): { readonly request: string; readonly place: string } {
  const of = (text: string) => (dialect === "sqlite" ? text.replaceAll("$", "?") : text);
  return {
    // $1: the request, $2: what became of it, $3: when.
    request: of(
      "UPDATE push_requests SET outcome = $2, answered_at_ms = $3 WHERE id = $1 AND outcome IS NULL",
    ),
    // $1: the request.
    place: of("UPDATE push_users SET pending_id = NULL, pending_until_ms = NULL WHERE pending_id = $1"),
  };
}
