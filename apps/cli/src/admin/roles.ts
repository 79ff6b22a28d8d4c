import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { Right, RoleScope } from "@holdfast/protocol/rights";
import { right } from "@holdfast/protocol/rights";
import type { RoleChange, RoleView } from "@holdfast/protocol/roles-api";
import { rightSections, rolePage, roleView } from "@holdfast/protocol/roles-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts, table } from "../output/table.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { everyGroup, findRole, groupIdsOf } from "./role-lookups.ts";
import { adminCommand } from "./with-api.ts";

const roleArgument = { name: "ROLE", help: "The role's name or id.", required: true } as const;
const groupOption = option({
  type: "list",
  flag: "--group",
  default: [],
  help: "Hold the role to this group (name or id); repeat it for several. Absent: the whole enterprise.",
});

export const roleCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "roles", "list"],
    summary: "List administrator roles",
    arguments: [],
    options: {},
    examples: ["holdfast admin roles list"],
    json: rolePage,
    run: async (api, { screen }) => {
      const roles = await everyPage(api, rolePage, "/roles", { doing: "list the roles" });
      if (roles.kind === "refused") return roles;
      const rows = roles.value.items.map(({ id, name, builtIn, rights, scope, administrators }) => [
        printable(name),
        id,
        builtIn ? "every right, fixed" : String(rights.length),
        scope === "enterprise" ? "whole enterprise" : `${scope.groupIds.length} groups`,
        String(administrators),
      ]);
      const columns = [
        { title: "ROLE", yields: 1 },
        { title: "ID" },
        { title: "RIGHTS" },
        { title: "REACHES" },
        { title: "PEOPLE", align: "right" as const },
      ];
      return done(roles.value, table(columns, rows, screen));
    },
  }),

  adminCommand({
    words: ["admin", "roles", "show"],
    summary: "Show what a role may do and where",
    arguments: [roleArgument],
    options: {},
    examples: ["holdfast admin roles show 'Help desk'"],
    json: roleView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const role = await findRole(api, typed);
      return role.kind === "refused" ? role : shown(api, role.value, screen);
    },
  }),

  adminCommand({
    words: ["admin", "roles", "rights"],
    summary: "List every right that a role can have",
    arguments: [],
    options: {},
    examples: ["holdfast admin roles rights"],
    json: rightSections,
    run: async (api, { screen }) => {
      const sections = await api.get(rightSections, "/rights", { doing: "list the rights" });
      if (sections.kind === "refused") return sections;
      const rows = sections.value.items.flatMap(({ section, rights }) =>
        rights.map((one) => [section, one.right, one.text]),
      );
      const columns = [{ title: "SECTION" }, { title: "RIGHT" }, { title: "MEANING", yields: 1 }];
      return done(sections.value, table(columns, rows, screen));
    },
  }),

  adminCommand({
    words: ["admin", "roles", "add"],
    summary: "Add a role",
    about: [
      "You can give only rights that you have yourself. Who gets the role: holdfast admin administrators set.",
    ],
    arguments: [
      { name: "NAME", help: "The new role's name.", required: true },
      {
        name: "RIGHT",
        help: "What it may do; `holdfast admin roles rights` lists them.",
        required: false,
        many: true,
      },
    ],
    options: defineOptions({ group: groupOption }),
    examples: [
      "holdfast admin roles add 'Ward desk' users.read users.unlock users.password --group 'Ward 3'",
      "holdfast admin roles add Reporting audit.read audit.export",
    ],
    json: roleView,
    run: async (api, { values, arguments: [name = "", ...typed], screen }) => {
      const rights = rightsTyped(typed);
      if (rights.kind === "refused") return rights;
      const scope = await scopeTyped(api, values.group);
      if (scope.kind === "refused") return scope;
      const body = { name, rights: rights.value, scope: scope.value };
      const added = await api.send(roleView, "POST", "/roles", body, {
        doing: `add the role ${name}`,
        next: { conflict: commandLine("holdfast", "admin", "roles", "show", name) },
      });
      return added.kind === "refused" ? added : shown(api, added.value, screen);
    },
  }),

  adminCommand({
    words: ["admin", "roles", "set"],
    summary: "Change a role; who has it may do the new things at once",
    arguments: [roleArgument],
    options: defineOptions({
      name: option({ type: "string", flag: "--name", default: null, help: "Give the role this name." }),
      grant: option({
        type: "list",
        flag: "--grant",
        default: [],
        help: "Add this right; repeat it for several.",
      }),
      withdraw: option({
        type: "list",
        flag: "--withdraw",
        default: [],
        help: "Take this right away; repeat it for several.",
      }),
      group: groupOption,
      everywhere: option({
        type: "boolean",
        flag: "--everywhere",
        default: false,
        help: "Let the role reach the whole enterprise.",
      }),
    }),
    examples: [
      "holdfast admin roles set 'Help desk' --grant users.edit",
      "holdfast admin roles set 'Ward desk' --group 'Ward 3' --group 'Ward 4'",
    ],
    json: roleView,
    run: async (api, { values, arguments: [typed = ""], screen }) => {
      const { grant, withdraw, group, everywhere, name } = values;
      if (everywhere && group.length > 0)
        return usage(
          "Nothing was changed.",
          "--everywhere and --group contradict each other.",
          "holdfast admin roles set --help",
        );
      const [more, less] = [rightsTyped(grant), rightsTyped(withdraw)];
      if (more.kind === "refused") return more;
      if (less.kind === "refused") return less;
      const role = await findRole(api, typed);
      if (role.kind === "refused") return role;
      const change: RoleChange = {};
      if (name !== null) change.name = name;
      if (more.value.length + less.value.length > 0)
        change.rights = [...role.value.rights, ...more.value].filter((one) => !less.value.includes(one));
      if (everywhere || group.length > 0) {
        const scope = await scopeTyped(api, group);
        if (scope.kind === "refused") return scope;
        change.scope = scope.value;
      }
      if (Object.keys(change).length === 0)
        return usage("Nothing was changed.", "No change was given.", "holdfast admin roles set --help");
      const path = `/roles/${segment(role.value.id)}` as const;
      const changed = await api.send(roleView, "PATCH", path, change, { doing: `change the role ${typed}` });
      return changed.kind === "refused" ? changed : shown(api, changed.value, screen);
    },
  }),

  adminCommand({
    words: ["admin", "roles", "remove"],
    summary: "Delete a role that nobody has",
    arguments: [roleArgument],
    options: confirmationOptions,
    examples: ["holdfast admin roles remove Reporting"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const role = await findRole(api, typed);
      if (role.kind === "refused") return role;
      const { id, name } = role.value;
      const repeat = commandLine("holdfast", "admin", "roles", "remove", typed, "--yes");
      const no = await confirm(ports, values.yes, `Delete the role ${printable(name)}?`, repeat);
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/roles/${segment(id)}`, undefined, {
        doing: `delete the role ${typed}`,
        next: { conflict: "holdfast admin administrators list" },
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: id }, `Deleted the role ${printable(name)}.`);
    },
  }),
];

async function shown(api: Api, role: RoleView, screen: Screen) {
  const names = role.scope === "enterprise" ? ok(new Map<string, string>()) : await everyGroup(api);
  if (names.kind === "refused") return names;
  const reach =
    role.scope === "enterprise"
      ? "the whole enterprise"
      : role.scope.groupIds.map((id) => printable(names.value.get(id) ?? id)).join("\n");
  return done(
    role,
    facts([
      ["Role", screen.paint("heading", printable(role.name)) + (role.builtIn ? "  (fixed)" : "")],
      ["Id", role.id],
      ["Reaches", reach],
      ["People", String(role.administrators)],
      ["Rights", role.rights.length === 0 ? "none" : role.rights.join("\n")],
    ]),
  );
}

function rightsTyped(typed: readonly string[]): Answer<Right[]> {
  const rights: Right[] = [];
  for (const one of typed) {
    const parsed = right.safeParse(one);
    if (!parsed.success)
      return usage(
        "Nothing was changed.",
        `There is no right ${printable(one)}.`,
        "holdfast admin roles rights",
      );
    rights.push(parsed.data);
  }
  return ok(rights);
}

async function scopeTyped(api: Api, typed: readonly string[]): Promise<Answer<RoleScope>> {
  if (typed.length === 0) return ok("enterprise");
  const groupIds = await groupIdsOf(api, typed);
  return groupIds.kind === "refused" ? groupIds : ok({ groupIds: groupIds.value });
}
