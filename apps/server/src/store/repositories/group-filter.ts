import { type Kysely, type RawBuilder, sql } from "kysely";
import type { MemberKind } from "../authorization-store.ts";
import type { Tables } from "../tables.ts";

/** Groups that a list is kept to. `few`: so few members that it is best to begin with them. */
export type Reach = { readonly groupIds: readonly string[]; readonly few: boolean };

/**
 * Two ways to the same page: from the members to what is theirs, which is then sorted, or along the page's order,
 * leaving out what is not theirs. The first is slow for many members, the second for few; each by a factor of hundreds.
 */
export async function reachIn(db: Kysely<Tables>, groupIds: readonly string[]): Promise<Reach> {
  if (groupIds.length === 0) return { groupIds, few: true };
  const found = await db
    .selectFrom("groupMembers")
    .select("memberId")
    .where("groupId", "in", [...groupIds])
    .limit(fewMembers + 1)
    .execute();
  return { groupIds, few: found.length <= fewMembers };
}

const fewMembers = 1000;

/**
 * True where what `column` names is in one of these groups: for lists that show an administrator what his role reaches,
 * in the query, so that pages are full and nothing of the rest is counted. Ids of users and endpoints never coincide.
 */
export function inGroups(
  column: string,
  kind: MemberKind,
  reach: Reach | readonly string[],
): RawBuilder<boolean> {
  const { groupIds, few } = "few" in reach ? reach : { groupIds: reach, few: false };
  if (groupIds.length === 0) return sql<boolean>`1 = 0`;
  const member = sql`kind = ${sql.lit(kind)} AND group_id IN (${sql.join([...groupIds])})`;
  return few
    ? sql<boolean>`${sql.ref(column)} IN (SELECT member_id FROM group_members WHERE ${member})`
    : sql<boolean>`EXISTS (SELECT 1 FROM group_members WHERE member_id = ${sql.ref(column)} AND ${member})`;
}

/** Of what speaks of a user, an endpoint or both: at least one of them is in the groups. */
export function aboutGroups(
  userColumn: string,
  endpointColumn: string,
  reach: Reach | readonly string[],
): RawBuilder<boolean> {
  return sql<boolean>`(${inGroups(userColumn, "user", reach)} OR ${inGroups(endpointColumn, "endpoint", reach)})`;
}
