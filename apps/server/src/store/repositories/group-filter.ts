import { type RawBuilder, sql } from "kysely";
import type { MemberKind } from "../authorization-store.ts";

/**
 * True where what `column` names is in one of these groups: for lists that show an administrator what his role reaches,
 * in the query, so that pages are full and nothing of the rest is counted. Ids of users and endpoints never coincide.
 */
export function inGroups(column: string, kind: MemberKind, groupIds: readonly string[]): RawBuilder<boolean> {
  if (groupIds.length === 0) return sql<boolean>`1 = 0`;
  return sql<boolean>`EXISTS (
    SELECT 1 FROM group_members
    WHERE group_members.member_id = ${sql.ref(column)} AND group_members.kind = ${sql.lit(kind)}
      AND group_members.group_id IN (${sql.join([...groupIds])}))`;
}

/** Of what speaks of a user, an endpoint or both: at least one of them is in the groups. */
export function aboutGroups(
  userColumn: string,
  endpointColumn: string,
  groupIds: readonly string[],
): RawBuilder<boolean> {
  return sql<boolean>`(${inGroups(userColumn, "user", groupIds)} OR ${inGroups(endpointColumn, "endpoint", groupIds)})`;
}
