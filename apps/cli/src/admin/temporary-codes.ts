import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { durationSeconds, durationText } from "@holdfast/protocol/primitives";
import { settingsView } from "@holdfast/protocol/settings-api";
import type {
  ActiveTemporaryCode,
  TemporaryCodeSettings,
  TemporaryCodeView,
} from "@holdfast/protocol/temporary-codes-api";
import {
  LONGEST_TEMPORARY_CODE,
  temporaryCodeCreated,
  temporaryCodeSettings,
  temporaryCodeView,
} from "@holdfast/protocol/temporary-codes-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { actorText } from "../output/actor.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTime, dateTimeAndSpan } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;
const workflowNames = { workstation: "computers", "remote-access": "remote access" } as const;

const generationOptions = defineOptions({
  use: option({
    type: "enum",
    values: ["once", "multiple"],
    flag: "--use",
    default: "once",
    help: "Good for one sign-in, or for many until it expires.",
  }),
  for: option({
    type: "duration",
    min: 1,
    max: durationSeconds(LONGEST_TEMPORARY_CODE) ?? 0,
    flag: "--for",
    default: null,
    help: `How long it lasts, such as PT8H or P1D; ${LONGEST_TEMPORARY_CODE} at most. There is no default: ask how long it will take.`,
  }),
  workflows: option({
    type: "list",
    flag: "--workflow",
    default: null,
    help: "workstation or remote-access; both may be given. Default: all that the user's policy takes it for.",
  }),
  reason: option({
    type: "string",
    flag: "--reason",
    default: null,
    help: "How you know who is asking, and why it is needed; for the audit.",
  }),
});

const settingOptions = defineOptions({
  allow: option({
    type: "boolean",
    flag: "--allow",
    default: null,
    help: "Whether the help desk may give out temporary codes.",
  }),
  longest: option({
    type: "string",
    flag: "--longest",
    default: null,
    help: `The longest lifetime that may be chosen, such as PT8H; ${LONGEST_TEMPORARY_CODE} at most.`,
  }),
  onceOnly: option({
    type: "boolean",
    flag: "--once-only",
    default: null,
    help: "Codes are good for one sign-in only.",
  }),
  length: option({
    type: "integer",
    min: 8,
    max: 16,
    flag: "--length",
    default: null,
    help: "Symbols of a code.",
  }),
  alphabet: option({
    type: "enum",
    values: ["letters-and-digits", "digits"],
    flag: "--alphabet",
    default: null,
    help: "Letters and digits without look-alikes, or digits alone (10 or more).",
  }),
});

/** Codes that the help desk gives to somebody who has no second factor at hand. */
export const temporaryCodeCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "temporary-codes", "show"],
    summary: "Show whether a user may have a temporary code, and what he has",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin temporary-codes show anna"],
    json: temporaryCodeView,
    run: async (api, { arguments: [typed = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const state = await api.get(temporaryCodeView, pathOf(user.value.id), {
        doing: `read the temporary code of ${typed}`,
      });
      return state.kind === "refused" ? state : done(state.value, viewText(state.value, typed));
    },
  }),

  adminCommand({
    words: ["admin", "temporary-codes", "generate"],
    summary: "Make a user a temporary code and show it once",
    about: [
      "It stands for the second factor, beside the password, for sign-in to computers and for remote access; it signs no orders. Make sure first that you know who is asking: the product takes no part in that. A code that the user had before is void.",
    ],
    arguments: [userArgument],
    options: generationOptions,
    examples: [
      "holdfast admin temporary-codes generate anna --for PT8H --use multiple --reason 'Phone at home, known by voice'",
    ],
    json: temporaryCodeCreated,
    run: async (api, { values, arguments: [typed = ""] }) => {
      const again = commandLine("holdfast", "admin", "temporary-codes", "generate", typed);
      if (values.for === null || values.reason === null) {
        const missing = values.for === null ? "--for says how long it lasts" : "--reason says why";
        return usage("No code was made.", `${missing}.`, `${again} --for PT8H --reason '…'`);
      }
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const body = {
        use: values.use,
        lifetime: durationText(values.for),
        reason: values.reason,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        ...(values.workflows === null ? {} : { workflows: values.workflows }),
      };
      const made = await api.send(temporaryCodeCreated, "POST", pathOf(user.value.id), body, {
        doing: `generate a temporary code for ${typed}`,
        next: { conflict: commandLine("holdfast", "admin", "temporary-codes", "show", typed) },
      });
      if (made.kind === "refused") return made;
      const { code, expiresAtMs, tell } = made.value;
      const head = `Temporary code of ${printable(user.value.userName)}, good until ${dateTime(expiresAtMs)}. It cannot be shown again:`;
      const points = tell.map((point) => `- ${printable(point)}`).join("\n");
      return done(made.value, `${head}\n\n  ${code}\n\nTell the user:\n${points}`);
    },
  }),

  adminCommand({
    words: ["admin", "temporary-codes", "revoke"],
    summary: "Revoke a user's temporary code",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin temporary-codes revoke anna"],
    json: z.strictObject({ revoked: z.string() }),
    run: async (api, { arguments: [typed = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const revoked = await api.send(z.null(), "DELETE", pathOf(user.value.id), undefined, {
        doing: `revoke the temporary code of ${typed}`,
        next: { "not-found": commandLine("holdfast", "admin", "temporary-codes", "show", typed) },
      });
      if (revoked.kind === "refused") return revoked;
      const name = user.value.userName;
      return done({ revoked: name }, `The temporary code of ${printable(name)} is refused from now on.`);
    },
  }),

  adminCommand({
    words: ["admin", "temporary-codes", "settings"],
    summary: "Show or change whether temporary codes are allowed, and their limits",
    about: [
      "Without an option it shows them. Switched off, codes that were given out are refused, and are good again once it is on before they expire.",
    ],
    arguments: [],
    options: settingOptions,
    examples: [
      "holdfast admin temporary-codes settings",
      "holdfast admin temporary-codes settings --allow --longest P3D",
    ],
    json: temporaryCodeSettings,
    run: async (api, { values, screen }) => {
      const read = await api.get(settingsView, "/settings", { doing: "read the settings" });
      if (read.kind === "refused") return read;
      const { temporaryCodes: before, version } = read.value;
      const { allow: allowed, longest, onceOnly, length, alphabet } = values;
      const change = said({ allowed, longest, onceOnly, length, alphabet });
      if (Object.keys(change).length === 0) return done(before, settingsText(before, screen));
      const wanted = temporaryCodeSettings.safeParse({ ...before, ...change });
      if (!wanted.success) {
        const [issue] = wanted.error.issues;
        const show = "holdfast admin temporary-codes settings";
        return usage("Nothing was changed.", `${issue?.path.join(".")}: ${issue?.message}.`, show);
      }
      const changed = await api.send(
        settingsView,
        "PUT",
        "/settings/temporary-codes",
        { temporaryCodes: wanted.data, version },
        { doing: "change the settings of temporary codes" },
      );
      if (changed.kind === "refused") return changed;
      const { temporaryCodes } = changed.value;
      return done(temporaryCodes, settingsText(temporaryCodes, screen));
    },
  }),
];

function pathOf(userId: string): string {
  return `/users/${segment(userId)}/temporary-code`;
}

/** What an option was given for. */
function said<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Partial<T>;
}

function viewText({ eligible, allowed, may, active, warnings }: TemporaryCodeView, typed: string): string {
  const name = printable(typed);
  const lines = [active === null ? whetherText({ eligible, allowed, may }, name) : activeText(active, name)];
  return [...lines, ...warnings.map(({ message }) => `Warning: ${printable(message)}`)].join("\n");
}

function whetherText(state: Pick<TemporaryCodeView, "eligible" | "allowed" | "may">, name: string): string {
  if (!state.eligible) return `${name} cannot have a temporary code: the policy takes none.`;
  if (!state.allowed)
    return "Temporary codes are disabled for this enterprise. Allow them: holdfast admin temporary-codes settings --allow";
  return state.may
    ? `${name} has no temporary code and may have one.`
    : `${name} has no temporary code, and you may not generate one.`;
}

function activeText(code: ActiveTemporaryCode, name: string): string {
  const { use, workflows, expiresAtMs, createdAtMs, uses, lastUsedAtMs, refusedTries, reason } = code;
  const last = lastUsedAtMs === null ? "never" : dateTime(lastUsedAtMs);
  return [
    `${name} has a temporary code, good ${use === "once" ? "once" : "many times"} until ${dateTimeAndSpan(expiresAtMs, Date.now())}.`,
    `  for          ${workflows.map((one) => workflowNames[one]).join(", ")}`,
    `  generated    ${dateTime(createdAtMs)} by ${actorText(code.createdBy, code.createdByName, code.createdByPerson)}: ${printable(reason)}`,
    `  used         ${uses} times, last ${last}; refused tries: ${refusedTries}`,
  ].join("\n");
}

function settingsText(settings: TemporaryCodeSettings, screen: Screen): string {
  const { allowed, longest, onceOnly, length, alphabet } = settings;
  const rows = [
    ["allowed", allowed ? "yes" : "no", "The help desk may give them out"],
    ["longest", longest, "The longest lifetime that may be chosen"],
    ["onceOnly", onceOnly ? "yes" : "no", "Good for one sign-in only"],
    ["length", String(length), "Symbols of a code"],
    ["alphabet", alphabet, "What it is made of"],
  ];
  return table([{ title: "SETTING" }, { title: "VALUE" }, { title: "MEANING", yields: 1 }], rows, screen);
}
