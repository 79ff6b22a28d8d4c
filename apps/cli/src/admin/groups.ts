import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { MemberChange } from "@holdfast/protocol/roles-api";
import { groupPage, groupView, memberPage } from "@holdfast/protocol/roles-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer, Outcome } from "../frame/outcome.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { facts, table } from "../output/table.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { findEndpoint, findUser } from "./lookups.ts";
import { findGroup } from "./role-lookups.ts";
import { adminCommand } from "./with-api.ts";

const groupArgument = { name: "GROUP", help: "The group's name or id.", required: true } as const;
const memberOptions = defineOptions({
  user: option({
    type: "list",
    flag: "--user",
    default: [],
    help: "A user, by name or id; repeat it for several.",
  }),
  endpoint: option({
    type: "list",
    flag: "--endpoint",
    default: [],
    help: "An endpoint, by name or id; repeat it for several.",
  }),
});

const groupShown = groupView.extend({
  members: z.strictObject({
    users: memberPage.shape.items,
    endpoints: memberPage.shape.items,
  }),
});

export const groupCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "groups", "list"],
    summary: "List groups of users and endpoints",
    arguments: [],
    options: {},
    examples: ["holdfast admin groups list"],
    json: groupPage,
    run: async (api, { screen }) => {
      const groups = await everyPage(api, groupPage, "/groups", { doing: "list the groups" });
      if (groups.kind === "refused") return groups;
      if (groups.value.items.length === 0)
        return done(groups.value, "No groups. Add one: holdfast admin groups add NAME");
      const rows = groups.value.items.map(({ id, name, users, endpoints }) => [
        printable(name),
        id,
        String(users),
        String(endpoints),
      ]);
      const columns = [
        { title: "GROUP", yields: 1 },
        { title: "ID" },
        { title: "USERS", align: "right" as const },
        { title: "ENDPOINTS", align: "right" as const },
      ];
      return done(groups.value, table(columns, rows, screen));
    },
  }),

  adminCommand({
    words: ["admin", "groups", "show"],
    summary: "Show a group and who and what is in it",
    arguments: [groupArgument],
    options: {},
    examples: ["holdfast admin groups show 'Ward 3'"],
    json: groupShown,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const group = await findGroup(api, typed);
      if (group.kind === "refused") return group;
      const path = `/groups/${segment(group.value.id)}/members` as const;
      const purpose = { doing: `list the members of ${typed}` };
      const users = await everyPage(api, memberPage, path, purpose, { kind: "user" });
      if (users.kind === "refused") return users;
      const endpoints = await everyPage(api, memberPage, path, purpose, { kind: "endpoint" });
      if (endpoints.kind === "refused") return endpoints;
      const members = { users: users.value.items, endpoints: endpoints.value.items };
      const names = (items: readonly { name: string }[]) =>
        items.length === 0 ? "none" : items.map(({ name }) => printable(name)).join("\n");
      return done(
        { ...group.value, members },
        facts([
          ["Group", screen.paint("heading", printable(group.value.name))],
          ["Id", group.value.id],
          ["Users", names(members.users)],
          ["Endpoints", names(members.endpoints)],
        ]),
      );
    },
  }),

  adminCommand({
    words: ["admin", "groups", "add"],
    summary: "Add a group, to which roles can be held",
    arguments: [{ name: "NAME", help: "The new group's name.", required: true }],
    options: {},
    examples: ["holdfast admin groups add 'Ward 3'"],
    json: groupView,
    run: async (api, { arguments: [name = ""] }) => {
      const added = await api.send(
        groupView,
        "POST",
        "/groups",
        { name },
        {
          doing: `add the group ${name}`,
          next: { conflict: commandLine("holdfast", "admin", "groups", "show", name) },
        },
      );
      if (added.kind === "refused") return added;
      const next = commandLine("holdfast", "admin", "groups", "put-in", name);
      return done(
        added.value,
        `Added the group ${printable(name)} (${added.value.id}).\nNext, its members: ${next} --user USER`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "groups", "rename"],
    summary: "Give a group another name",
    arguments: [groupArgument, { name: "NAME", help: "The new name.", required: true }],
    options: {},
    examples: ["holdfast admin groups rename 'Ward 3' 'Ward 3 north'"],
    json: groupView,
    run: async (api, { arguments: [typed = "", name = ""] }) => {
      const group = await findGroup(api, typed);
      if (group.kind === "refused") return group;
      const path = `/groups/${segment(group.value.id)}` as const;
      const renamed = await api.send(
        groupView,
        "PATCH",
        path,
        { name },
        { doing: `rename the group ${typed}` },
      );
      return renamed.kind === "refused"
        ? renamed
        : done(renamed.value, `The group is ${printable(name)} now.`);
    },
  }),

  adminCommand({
    words: ["admin", "groups", "put-in"],
    summary: "Put users and endpoints into a group",
    arguments: [groupArgument],
    options: memberOptions,
    examples: ["holdfast admin groups put-in 'Ward 3' --user anna --endpoint desk-31"],
    json: groupView,
    run: (api, { values, arguments: [typed = ""] }) => changeMembers(api, typed, "add", values),
  }),

  adminCommand({
    words: ["admin", "groups", "take-out"],
    summary: "Take users and endpoints out of a group",
    arguments: [groupArgument],
    options: memberOptions,
    examples: ["holdfast admin groups take-out 'Ward 3' --user anna"],
    json: groupView,
    run: (api, { values, arguments: [typed = ""] }) => changeMembers(api, typed, "remove", values),
  }),

  adminCommand({
    words: ["admin", "groups", "remove"],
    summary: "Delete a group that no role is held to; its members stay",
    arguments: [groupArgument],
    options: confirmationOptions,
    examples: ["holdfast admin groups remove 'Ward 3'"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const group = await findGroup(api, typed);
      if (group.kind === "refused") return group;
      const { id, name } = group.value;
      const repeat = commandLine("holdfast", "admin", "groups", "remove", typed, "--yes");
      const no = await confirm(ports, values.yes, `Delete the group ${printable(name)}?`, repeat);
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/groups/${segment(id)}`, undefined, {
        doing: `delete the group ${typed}`,
        next: { conflict: "holdfast admin roles list" },
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: id }, `Deleted the group ${printable(name)}.`);
    },
  }),
];

async function changeMembers(
  api: Api,
  typed: string,
  how: "add" | "remove",
  values: { readonly user: readonly string[]; readonly endpoint: readonly string[] },
): Promise<Outcome> {
  if (values.user.length + values.endpoint.length === 0)
    return usage("Nothing was changed.", "Name a user or an endpoint.", "holdfast admin groups --help");
  const group = await findGroup(api, typed);
  if (group.kind === "refused") return group;
  const userIds = await idsOf(values.user, (one) => findUser(api, one));
  if (userIds.kind === "refused") return userIds;
  const endpointIds = await idsOf(values.endpoint, (one) => findEndpoint(api, one));
  if (endpointIds.kind === "refused") return endpointIds;
  const body: MemberChange = { [how]: { userIds: userIds.value, endpointIds: endpointIds.value } };
  const path = `/groups/${segment(group.value.id)}/members` as const;
  const changed = await api.send(groupView, "PATCH", path, body, { doing: `change the group ${typed}` });
  if (changed.kind === "refused") return changed;
  const { name, users, endpoints } = changed.value;
  return done(changed.value, `${printable(name)} has ${users} users and ${endpoints} endpoints now.`);
}

async function idsOf(
  typed: readonly string[],
  find: (one: string) => Promise<Answer<{ id: string }>>,
): Promise<Answer<string[]>> {
  const ids: string[] = [];
  for (const one of typed) {
    const found = await find(one);
    if (found.kind === "refused") return found;
    ids.push(found.value.id);
  }
  return ok(ids);
}
