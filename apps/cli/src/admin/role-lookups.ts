import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { GroupView, RoleView } from "@holdfast/protocol/roles-api";
import { groupPage, rolePage } from "@holdfast/protocol/roles-api";
import type { Answer } from "../frame/outcome.ts";
import { ok } from "../frame/outcome.ts";
import type { Api } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { nothing } from "./lookups.ts";

/** What people type for a role or a group: its name or its id. */

export async function findRole(api: Api, typed: string): Promise<Answer<RoleView>> {
  const roles = await everyPage(api, rolePage, "/roles", { doing: `find the role ${typed}` });
  if (roles.kind === "refused") return roles;
  const found = byNameOrId(roles.value.items, typed);
  return found ? ok(found) : nothing("role", typed, "holdfast admin roles list");
}

export async function findGroup(api: Api, typed: string): Promise<Answer<GroupView>> {
  const groups = await everyPage(api, groupPage, "/groups", { doing: `find the group ${typed}` });
  if (groups.kind === "refused") return groups;
  const found = byNameOrId(groups.value.items, typed);
  return found ? ok(found) : nothing("group", typed, "holdfast admin groups list");
}

/** Names of all groups by their ids. */
export async function everyGroup(api: Api): Promise<Answer<Map<string, string>>> {
  const groups = await everyPage(api, groupPage, "/groups", { doing: "list the groups" });
  return groups.kind === "refused"
    ? groups
    : ok(new Map(groups.value.items.map(({ id, name }) => [id, name])));
}

/** For what is added: the groups that it is in from the beginning. */
export const newMemberOptions = defineOptions({
  group: option({
    type: "list",
    flag: "--group",
    default: [],
    help: "A group to be in from the beginning, by name or id; repeat it for several.",
  }),
});

export async function groupIdsOf(api: Api, typed: readonly string[]): Promise<Answer<string[]>> {
  const ids: string[] = [];
  for (const one of typed) {
    const group = await findGroup(api, one);
    if (group.kind === "refused") return group;
    ids.push(group.value.id);
  }
  return ok(ids);
}

function byNameOrId<T extends { id: string; name: string }>(
  items: readonly T[],
  typed: string,
): T | undefined {
  return items.find(({ name }) => name === typed) ?? items.find(({ id }) => id === typed);
}
