import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { policyPage, userPage } from "@holdfast/protocol/admin-answers";
import type { UserChange, UserCreation, UserView } from "@holdfast/protocol/admin-api";
import { userView } from "@holdfast/protocol/admin-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Outcome } from "../frame/outcome.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { moreLine, pageOptions } from "./lists.ts";
import { findPolicy, findUser } from "./lookups.ts";
import { groupIdsOf, newMemberOptions } from "./role-lookups.ts";
import { newPasswordFromTerminal, secretFromInput } from "./secrets.ts";
import { locksText, userText } from "./user-text.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;
const sizePattern = /^(?:[1-9]\d{0,3}|default)$/;

const personOptions = defineOptions({
  displayName: option({
    type: "string",
    flag: "--display-name",
    default: null,
    help: "What lists show beside the name.",
  }),
  policy: option({
    type: "string",
    flag: "--policy",
    default: null,
    help: "Name or id of the user's policy.",
  }),
  cacheSize: option({
    type: "string",
    flag: "--cache-size",
    pattern: sizePattern,
    default: null,
    help: "Codes handed to each endpoint for this user, or default for what policy and client say (OTP-9).",
  }),
});

const passwordOptions = defineOptions({
  passwordStdin: option({
    type: "boolean",
    flag: "--password-stdin",
    default: false,
    help: "Read the password from standard input instead of asking for it.",
  }),
});

export const userCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "users", "add"],
    summary: "Add a user",
    about: [
      "The name is the operating-system account's. A password is asked for at a terminal; Enter alone leaves it for later.",
    ],
    arguments: [{ name: "NAME", help: "The account's name, as `id -un` shows it.", required: true }],
    options: { ...personOptions, ...passwordOptions, ...newMemberOptions },
    examples: [
      "holdfast admin users add anna --display-name 'Anna Berg' --policy Ward",
      "pwgen -s 20 1 | holdfast admin users add anna --password-stdin",
    ],
    json: userView,
    run: async (api, { values, arguments: [name = ""], ports, screen }) => {
      const body: UserCreation = { userName: name };
      if (values.displayName !== null) body.displayName = values.displayName;
      if (values.cacheSize !== null) body.cacheSize = cacheSizeOf(values.cacheSize);
      if (values.policy !== null) {
        const policy = await findPolicy(api, values.policy);
        if (policy.kind === "refused") return policy;
        body.policyId = policy.value.id;
      }
      const groups = await groupIdsOf(api, values.group);
      if (groups.kind === "refused") return groups;
      if (groups.value.length > 0) body.groupIds = groups.value;
      const password = await initialPassword(values.passwordStdin, ports, name);
      if (password.kind === "refused") return password;
      if (password.value !== null) body.password = password.value;
      const added = await api.send(userView, "POST", "/users", body, {
        doing: `add the user ${name}`,
        next: { conflict: commandLine("holdfast", "admin", "users", "show", name) },
      });
      if (added.kind === "refused") return added;
      const user = added.value;
      const next = user.hasPassword
        ? ""
        : `\nNo password yet: ${commandLine("holdfast", "admin", "users", "password", user.userName)}`;
      const enrol = commandLine("holdfast", "admin", "tokens", "enroll", user.userName);
      return done(
        user,
        `Added ${printable(user.userName)} (${user.id}).${next}\nNext, a token: ${screen.paint("heading", enrol)}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "users", "list"],
    summary: "List users",
    arguments: [],
    options: {
      ...defineOptions({
        prefix: option({
          type: "string",
          flag: "--prefix",
          default: null,
          help: "Only names that begin like this.",
        }),
        policy: option({
          type: "string",
          flag: "--policy",
          default: null,
          help: "Only users of this policy.",
        }),
        status: option({
          type: "enum",
          values: ["active", "disabled"],
          flag: "--status",
          default: null,
          help: "Only users in this state.",
        }),
      }),
      ...pageOptions,
    },
    examples: ["holdfast admin users list --prefix an"],
    json: userPage,
    run: async (api, { values, screen }) => {
      const doing = "list the users";
      const policies = await everyPage(api, policyPage, "/policies", { doing });
      if (policies.kind === "refused") return policies;
      const names = new Map(policies.value.items.map(({ id, name }) => [id, name]));
      const wanted = values.policy === null ? null : await findPolicy(api, values.policy);
      if (wanted?.kind === "refused") return wanted;
      const { prefix, status, limit, after } = values;
      const page = await api.get(
        userPage,
        "/users",
        { doing },
        { prefix, policyId: wanted?.value.id, status, limit, after },
      );
      if (page.kind === "refused") return page;
      const { items, next } = page.value;
      if (items.length === 0) {
        const none = prefix === null && wanted === null && status === null ? "No users" : "No users that fit";
        return done(page.value, `${none}. Add one: holdfast admin users add NAME`);
      }
      const rows = items.map((user) => [
        printable(user.userName),
        printable(user.displayName),
        user.status,
        printable(names.get(user.policyId) ?? user.policyId),
        user.hasPassword ? "set" : "none",
        String(user.tokens.filter(({ status }) => status === "enabled").length),
        locksText(user, screen.nowMs),
      ]);
      const columns = [
        { title: "USER", yields: 3 },
        { title: "NAME", yields: 1 },
        { title: "STATUS" },
        { title: "POLICY", yields: 2 },
        { title: "PASSWORD" },
        { title: "TOKENS", align: "right" as const },
        { title: "LOCK" },
      ];
      return done(
        page.value,
        table(columns, rows, screen) +
          moreLine(
            next,
            ...["holdfast", "admin", "users", "list"],
            ...(prefix === null ? [] : ["--prefix", prefix]),
            ...(values.policy === null ? [] : ["--policy", values.policy]),
            ...(status === null ? [] : ["--status", status]),
          ),
      );
    },
  }),

  adminCommand({
    words: ["admin", "users", "show"],
    summary: "Show a user with tokens, lock and warnings",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users show anna"],
    json: userView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const policies = await everyPage(api, policyPage, "/policies", { doing: `show the user ${typed}` });
      if (policies.kind === "refused") return policies;
      const policy = policies.value.items.find(({ id }) => id === user.value.policyId);
      return done(user.value, userText(user.value, policy?.name ?? user.value.policyId, screen));
    },
  }),

  adminCommand({
    words: ["admin", "users", "set"],
    summary: "Change a user's display name, policy or cache size",
    about: [
      "Moving to a policy without offline sign-in deletes what endpoints hold of the user, at their next contact.",
    ],
    arguments: [userArgument],
    options: personOptions,
    examples: [
      "holdfast admin users set anna --policy Ward",
      "holdfast admin users set anna --cache-size 54",
    ],
    json: userView,
    run: async (api, { values, arguments: [typed = ""] }) => {
      const change: UserChange = {};
      if (values.displayName !== null) change.displayName = values.displayName;
      if (values.cacheSize !== null) change.cacheSize = cacheSizeOf(values.cacheSize);
      if (values.policy !== null) {
        const policy = await findPolicy(api, values.policy);
        if (policy.kind === "refused") return policy;
        change.policyId = policy.value.id;
      }
      if (Object.keys(change).length === 0) {
        return usage("Nothing was changed.", "No change was given.", "holdfast admin users set --help");
      }
      return changeUser(api, typed, change, (user) => `Changed ${printable(user.userName)}.`);
    },
  }),

  adminCommand({
    words: ["admin", "users", "disable"],
    summary: "Disable a user, everywhere",
    about: [
      "Takes effect at every server at once, and at each endpoint with its next contact, where what it holds of the user is deleted. `holdfast admin outlook --user USER` shows which endpoints have not heard it yet.",
    ],
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users disable anna"],
    json: userView,
    run: (api, { arguments: [typed = ""] }) =>
      changeUser(api, typed, { status: "disabled" }, (user) => {
        const outlook = commandLine("holdfast", "admin", "outlook", "--user", user.userName);
        return `Disabled ${printable(user.userName)}. Endpoints that have not heard it yet: ${outlook}`;
      }),
  }),

  adminCommand({
    words: ["admin", "users", "enable"],
    summary: "Enable a user again",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users enable anna"],
    json: userView,
    run: (api, { arguments: [typed = ""] }) =>
      changeUser(
        api,
        typed,
        { status: "active" },
        (user) =>
          `Enabled ${printable(user.userName)}. Offline sign-in works again after one online sign-in on each endpoint.`,
      ),
  }),

  adminCommand({
    words: ["admin", "users", "password"],
    summary: "Set a user's password",
    about: ["Asked for twice at a terminal. Endpoints forget the old one at their next contact."],
    arguments: [userArgument],
    options: passwordOptions,
    examples: [
      "holdfast admin users password anna",
      "pwgen -s 20 1 | holdfast admin users password anna --password-stdin",
    ],
    json: userView,
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const again = commandLine("holdfast", "admin", "users", "password", typed);
      let password: string;
      if (values.passwordStdin) {
        const read = await secretFromInput(ports, "password");
        if (read.kind === "refused") return read;
        password = read.value;
      } else {
        const asked = await newPasswordFromTerminal(
          ports,
          `New password of ${printable(user.value.userName)}: `,
        );
        if (asked.kind === "refused") return { ...asked, next: again };
        if (asked.value.kind !== "typed") {
          const why =
            asked.value.kind === "skipped" ? "It was left empty." : "Nobody is at a terminal to type it.";
          return usage("No password was set.", why, `${again} --password-stdin`);
        }
        password = asked.value.password;
      }
      const path = `/users/${segment(user.value.id)}/password`;
      const set = await api.send(
        userView,
        "PUT",
        path,
        { password },
        { doing: `set the password of ${typed}`, next: { conflict: again } },
      );
      return set.kind === "refused"
        ? set
        : done(set.value, `Set the password of ${printable(set.value.userName)}.`);
    },
  }),

  adminCommand({
    words: ["admin", "users", "unlock"],
    summary: "End a user's lock and forget the failures",
    about: ["Endpoints that are offline keep their own lock until it ends or they make contact."],
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users unlock anna"],
    json: userView,
    run: async (api, { arguments: [typed = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const path = `/users/${segment(user.value.id)}/unlock`;
      const unlocked = await api.send(userView, "POST", path, undefined, { doing: `unlock ${typed}` });
      return unlocked.kind === "refused"
        ? unlocked
        : done(unlocked.value, `Unlocked ${printable(unlocked.value.userName)}.`);
    },
  }),

  adminCommand({
    words: ["admin", "users", "remove"],
    summary: "Delete a user with all tokens",
    about: ["For good. Endpoints delete what they hold of the user at their next contact."],
    arguments: [userArgument],
    options: confirmationOptions,
    examples: ["holdfast admin users remove anna"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const { id, userName } = user.value;
      const repeat = commandLine("holdfast", "admin", "users", "remove", typed, "--yes");
      const no = await confirm(
        ports,
        values.yes,
        `Delete ${printable(userName)} and all tokens for good?`,
        repeat,
      );
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/users/${segment(id)}`, undefined, {
        doing: `delete ${typed}`,
      });
      return removed.kind === "refused" ? removed : done({ removed: id }, `Deleted ${printable(userName)}.`);
    },
  }),
];

async function changeUser(
  api: Api,
  typed: string,
  change: UserChange,
  text: (user: UserView) => string,
): Promise<Outcome> {
  const user = await findUser(api, typed);
  if (user.kind === "refused") return user;
  const changed = await api.send(userView, "PATCH", `/users/${segment(user.value.id)}`, change, {
    doing: `change the user ${typed}`,
  });
  return changed.kind === "refused" ? changed : done(changed.value, text(changed.value));
}

async function initialPassword(
  fromInput: boolean,
  ports: Parameters<typeof secretFromInput>[0],
  name: string,
) {
  if (fromInput) return secretFromInput(ports, "password");
  const asked = await newPasswordFromTerminal(ports, `Password of ${printable(name)} (Enter for none yet): `);
  if (asked.kind === "refused") return asked;
  return ok(asked.value.kind === "typed" ? asked.value.password : null);
}

function cacheSizeOf(text: string): number | null {
  return text === "default" ? null : Number(text);
}
