import { type Kysely, type RawBuilder, sql } from "kysely";
import type { ActorName } from "../of-many-store.ts";
import type { Tables } from "../tables.ts";
import { inGroups, reachIn } from "./group-filter.ts";

/**
 * The names of those whom the audit keeps as `kind:id`, by one statement for all of them. People and endpoints outside of
 * these groups stay ids; keys and RADIUS clients are the enterprise's, and are named to whoever may read the audit.
 */
export async function actorNames(
  db: Kysely<Tables>,
  actors: readonly string[],
  groupIds: readonly string[] | undefined,
): Promise<Map<string, ActorName>> {
  const ids = Map.groupBy(
    new Set(actors).values().map((actor) => actor.split(/:(.*)/s)),
    ([kind]) => kind,
  );
  const reach = groupIds === undefined ? null : await reachIn(db, groupIds);
  const reached = (column: string, kind: "user" | "endpoint") =>
    reach === null ? sql`` : sql`AND ${inGroups(column, kind, reach)}`;
  const parts: RawBuilder<unknown>[] = [];
  for (const [kind, given] of ids) {
    const these = sql.join(given.map(([, id = ""]) => id));
    const nobody = sql`CAST(NULL AS TEXT) AS maker`;
    if (kind === "user")
      parts.push(
        sql`SELECT 'user:' || id AS actor, name, ${nobody} FROM users WHERE id IN (${these}) ${reached("users.id", "user")}`,
      );
    if (kind === "endpoint")
      parts.push(
        sql`SELECT 'endpoint:' || id AS actor, name, ${nobody} FROM endpoints WHERE id IN (${these}) ${reached("endpoints.id", "endpoint")}`,
      );
    if (kind === "radius")
      parts.push(
        sql`SELECT 'radius:' || id AS actor, name, ${nobody} FROM radius_clients WHERE id IN (${these})`,
      );
    if (kind === "api-key")
      parts.push(
        sql`SELECT 'api-key:' || api_keys.id AS actor, api_keys.name AS name, users.name AS maker FROM api_keys
            LEFT JOIN users ON users.id = api_keys.made_by ${reached("users.id", "user")} WHERE api_keys.id IN (${these})`,
      );
    if (kind === "phone")
      parts.push(
        sql`SELECT 'phone:' || phones.id AS actor, phones.label AS name, users.name AS maker FROM phones
            JOIN users ON users.id = phones.user_id ${reached("users.id", "user")} WHERE phones.id IN (${these})`,
      );
  }
  if (parts.length === 0) return new Map();
  const { rows } = await sql<{ actor: string; name: string; maker: string | null }>`${sql.join(
    parts,
    sql` UNION ALL `,
  )}`.execute(db);
  return new Map(rows.map(({ actor, name, maker }) => [actor, { name, person: maker }]));
}
