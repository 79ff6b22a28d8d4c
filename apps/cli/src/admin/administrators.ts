import { administratorPage, administratorView } from "@holdfast/protocol/roles-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { table, wrap } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { findUser } from "./lookups.ts";
import { findRole } from "./role-lookups.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;

export const administratorCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "administrators", "list"],
    summary: "List users who have a role",
    arguments: [],
    options: {},
    examples: ["holdfast admin administrators list"],
    json: administratorPage,
    run: async (api, { screen }) => {
      const all = await everyPage(api, administratorPage, "/administrators", {
        doing: "list the administrators",
      });
      if (all.kind === "refused") return all;
      const { items } = all.value;
      if (items.length === 0)
        return done(all.value, "No user has a role. Give one: holdfast admin administrators set USER ROLE");
      const rows = items.map(({ userName, displayName, status, role, sinceMs }) => [
        printable(userName),
        printable(displayName),
        printable(role.name),
        status,
        dateTime(sinceMs),
      ]);
      const columns = [
        { title: "USER" },
        { title: "NAME", yields: 1 },
        { title: "ROLE", yields: 2 },
        { title: "STATUS" },
        { title: "SINCE" },
      ];
      const warnings = items.flatMap(({ userName, warnings: own }) =>
        own.map(({ message }) =>
          screen.paint("caution", wrap(`Warning: ${printable(userName)}: ${message}`, screen.width)),
        ),
      );
      return done(
        all.value,
        [table(columns, rows, screen), ...(warnings.length > 0 ? ["", ...warnings] : [])].join("\n"),
      );
    },
  }),

  adminCommand({
    words: ["admin", "administrators", "set"],
    summary: "Give a user a role, in the place of the one that he may have",
    about: [
      "You can give only what you have yourself, and never to yourself. The user enters the console with two factors; sessions under another role end.",
    ],
    arguments: [userArgument, { name: "ROLE", help: "The role's name or id.", required: true }],
    options: {},
    examples: ["holdfast admin administrators set bert 'Help desk'"],
    json: administratorView,
    run: async (api, { arguments: [typed = "", typedRole = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const role = await findRole(api, typedRole);
      if (role.kind === "refused") return role;
      const path = `/administrators/${segment(user.value.id)}` as const;
      const given = await api.send(
        administratorView,
        "PUT",
        path,
        { roleId: role.value.id },
        {
          doing: `give ${typed} the role ${typedRole}`,
          next: { conflict: "holdfast admin administrators list" },
        },
      );
      if (given.kind === "refused") return given;
      const { userName, role: has, warnings } = given.value;
      const lines = warnings.map(({ message }) =>
        screen.paint("caution", wrap(`Warning: ${message}`, screen.width)),
      );
      return done(
        given.value,
        [`${printable(userName)} is ${printable(has.name)} now.`, ...lines].join("\n"),
      );
    },
  }),

  adminCommand({
    words: ["admin", "administrators", "remove"],
    summary: "Take a user's role away",
    arguments: [userArgument],
    options: confirmationOptions,
    examples: ["holdfast admin administrators remove bert"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const { id, userName } = user.value;
      const repeat = commandLine("holdfast", "admin", "administrators", "remove", typed, "--yes");
      const no = await confirm(ports, values.yes, `Take the role of ${printable(userName)} away?`, repeat);
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/administrators/${segment(id)}`, undefined, {
        doing: `take the role of ${typed} away`,
        next: { conflict: "holdfast admin administrators list" },
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: id }, `${printable(userName)} is no administrator any more.`);
    },
  }),
];
