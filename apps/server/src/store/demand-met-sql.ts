import type { Dialect } from "./migrations/migration.ts";

/** What an online sign-in does where a fresh one was demanded of this user, in its commit. */
export function demandMetSql(dialect: Dialect): string {
  const [endpoint, user] = dialect === "sqlite" ? ["?", "?"] : ["$1", "$2"];
  return `UPDATE bundles SET fresh_sign_in_needed = 0 WHERE endpoint_id = ${endpoint} AND user_id = ${user}`;
}
