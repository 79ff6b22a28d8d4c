import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import {
  type AuthenticatorCreation,
  type AuthenticatorView,
  authenticatorEnrolment,
  authenticatorList,
  authenticatorView,
} from "@holdfast/protocol/authenticators-api";
import type { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { findUser } from "./lookups.ts";
import { removalCommand } from "./removal.ts";
import { newPasswordFromTerminal, secretFromInput } from "./secrets.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;
const authenticatorArgument = {
  name: "AUTHENTICATOR",
  help: "Its id, as `holdfast admin authenticators list` shows it.",
  required: true,
} as const;
const fromInput = defineOptions({
  stdin: option({
    type: "boolean",
    flag: "--stdin",
    default: false,
    help: "Read it from standard input instead of asking.",
  }),
});

export const authenticatorCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "authenticators", "list"],
    summary: "List what a user signs in with besides the password",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin authenticators list anna"],
    json: authenticatorList,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const list = await api.get(authenticatorList, pathOf(user.value.id), {
        doing: `list the authenticators of ${typed}`,
      });
      if (list.kind === "refused") return list;
      const { items } = list.value;
      if (items.length === 0) {
        const enroll = commandLine("holdfast", "admin", "tokens", "enroll", user.value.userName);
        return done(
          list.value,
          `${printable(user.value.userName)} has a password at most. Enrol a token: ${enroll}`,
        );
      }
      const columns = [
        { title: "AUTHENTICATOR" },
        { title: "KIND" },
        { title: "LABEL", yields: 1 },
        { title: "STATUS" },
        { title: "OFFLINE" },
        { title: "" },
      ];
      return done(list.value, table(columns, items.map(cells), screen));
    },
  }),

  adminCommand({
    words: ["admin", "authenticators", "recovery-codes"],
    summary: "Make a user a new set of recovery codes and show them once",
    about: [
      "Ten codes, each good once where the user's policy takes recovery codes: by default at the portal and the console. A set that was there before is void. Give them to the user alone.",
    ],
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin authenticators recovery-codes anna"],
    json: authenticatorEnrolment,
    run: async (api, { arguments: [typed = ""] }) => {
      const made = await enrol(api, typed, { kind: "recovery-code" });
      if (made.kind === "refused") return made;
      const codes = (made.value.codes ?? []).map((code) => `  ${code}`).join("\n");
      return done(
        made.value,
        `Recovery codes for ${printable(typed)}. They cannot be shown again:\n\n${codes}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "authenticators", "pin"],
    summary: "Set a user's PIN",
    about: ["Asked for twice at a terminal. It takes the place of a PIN that was there before."],
    arguments: [userArgument],
    options: fromInput,
    examples: ["holdfast admin authenticators pin anna"],
    json: authenticatorEnrolment,
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const pin = await secretOf(ports, values.stdin, "PIN", ["admin", "authenticators", "pin", typed]);
      if (pin.kind === "refused") return pin;
      const set = await enrol(api, typed, { kind: "pin", pin: pin.value });
      return set.kind === "refused" ? set : done(set.value, `Set the PIN of ${printable(typed)}.`);
    },
  }),

  adminCommand({
    words: ["admin", "authenticators", "card"],
    summary: "Enrol a card by its number",
    about: ["The number as the reader types it. The server keeps a keyed digest of it and never the number."],
    arguments: [userArgument],
    options: {
      ...fromInput,
      ...defineOptions({
        label: option({
          type: "string",
          flag: "--label",
          default: null,
          help: "What tells it from other cards.",
        }),
      }),
    },
    examples: ["holdfast admin authenticators card anna --label Badge"],
    json: authenticatorEnrolment,
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const number = await cardOf(ports, values.stdin, typed);
      if (number.kind === "refused") return number;
      const label = values.label === null ? {} : { label: values.label };
      const enrolled = await enrol(api, typed, { kind: "card", number: number.value, ...label });
      if (enrolled.kind === "refused") return enrolled;
      const { authenticator } = enrolled.value;
      return done(
        enrolled.value,
        `Enrolled the card "${printable(authenticator.label)}" (${authenticator.id}) for ${printable(typed)}.`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "authenticators", "set"],
    summary: "Rename, disable or enable an authenticator",
    arguments: [userArgument, authenticatorArgument],
    options: defineOptions({
      label: option({ type: "string", flag: "--label", default: null, help: "Its new name." }),
      status: option({
        type: "enum",
        values: ["enabled", "disabled"],
        flag: "--status",
        default: null,
        help: "A disabled one is not accepted and can be enabled again.",
      }),
    }),
    examples: ["holdfast admin authenticators set anna aut_x1 --status disabled"],
    json: authenticatorView,
    run: async (api, { values, arguments: [typed = "", id = ""] }) => {
      const { label, status } = values;
      const list = commandLine("holdfast", "admin", "authenticators", "list", typed);
      if (label === null && status === null)
        return usage("Nothing was changed.", "Say what: --label or --status.", list);
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const body = { ...(label === null ? {} : { label }), ...(status === null ? {} : { status }) };
      const changed = await api.send(
        authenticatorView,
        "PATCH",
        `${pathOf(user.value.id)}/${segment(id)}`,
        body,
        {
          doing: `change the authenticator ${id} of ${typed}`,
          next: { "not-found": list },
        },
      );
      if (changed.kind === "refused") return changed;
      return done(changed.value, `"${printable(changed.value.label)}" is ${changed.value.status}.`);
    },
  }),

  removalCommand({
    group: "authenticators",
    thing: "authenticator",
    summary: "Remove an authenticator for good",
    argument: authenticatorArgument,
    example: "anna aut_x1",
  }),
];

function pathOf(userId: string): string {
  return `/users/${segment(userId)}/authenticators`;
}

async function enrol(
  api: Api,
  typed: string,
  body: AuthenticatorCreation,
): Promise<Answer<z.infer<typeof authenticatorEnrolment>>> {
  const user = await findUser(api, typed);
  if (user.kind === "refused") return user;
  return api.send(authenticatorEnrolment, "POST", pathOf(user.value.id), body, {
    doing: `enrol an authenticator for ${typed}`,
    next: { conflict: commandLine("holdfast", "admin", "authenticators", "list", typed) },
  });
}

async function secretOf(
  ports: Ports,
  stdin: boolean,
  what: string,
  words: readonly string[],
): Promise<Answer<string>> {
  if (stdin) return secretFromInput(ports, what);
  const again = commandLine("holdfast", ...words);
  const asked = await newPasswordFromTerminal(ports, `New ${what}: `);
  if (asked.kind === "refused")
    return refused("refused", asked.code, `No ${what} was set.`, asked.why, again);
  if (asked.value.kind === "typed") return ok(asked.value.password);
  const why = asked.value.kind === "skipped" ? "It was left empty." : "Nobody is at a terminal to type it.";
  return usage(`No ${what} was set.`, why, `${again} --stdin`);
}

async function cardOf(ports: Ports, stdin: boolean, typed: string): Promise<Answer<string>> {
  if (stdin) return secretFromInput(ports, "card number");
  const number = await ports.ask("Hold the card to the reader, or type its number: ", "secret");
  if (number !== null && number.trim() !== "") return ok(number.trim());
  const again = commandLine("holdfast", "admin", "authenticators", "card", typed, "--stdin");
  return usage("No card was enrolled.", "No number came.", again);
}

function cells({
  id,
  kind,
  label,
  status,
  offlineCapable,
  cachedOffline,
  ...special
}: AuthenticatorView): string[] {
  return [
    id,
    kind,
    printable(label),
    status,
    cachedOffline ? "in use" : offlineCapable ? "capable" : "no",
    specialText(special),
  ];
}

function specialText({
  codesLeft,
  expiresAtMs,
  relyingPartyId,
  address,
}: Pick<AuthenticatorView, "codesLeft" | "expiresAtMs" | "relyingPartyId" | "address">): string {
  if (address !== null) return `to ${printable(address)}`;
  if (codesLeft !== null) return `${codesLeft} left`;
  if (expiresAtMs !== null) return `until ${dateTime(expiresAtMs)}`;
  return relyingPartyId === null ? "" : `at ${printable(relyingPartyId)}`;
}
