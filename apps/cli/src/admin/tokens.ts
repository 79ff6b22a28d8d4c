import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { tokenPage } from "@holdfast/protocol/admin-answers";
import type { TokenChange, TokenView, UserView } from "@holdfast/protocol/admin-api";
import { tokenView } from "@holdfast/protocol/admin-api";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { moreLine, pageOptions } from "./lists.ts";
import { findToken, findUser } from "./lookups.ts";
import { tokenEnrolmentCommand } from "./token-enrolment.ts";
import { ownedTokenTable, tokenTable } from "./user-text.ts";
import { adminCommand } from "./with-api.ts";

const tokenArgument = {
  name: "TOKEN",
  help: "The token's id, or the user's name where that user has one token only.",
  required: true,
} as const;

const listOptions = defineOptions({
  offlineCapable: option({
    type: "boolean",
    flag: "--offline-capable",
    default: false,
    help: "Only tokens that offline sign-in can use: event-based ones (OTP-15).",
  }),
  status: option({
    type: "enum",
    values: ["enabled", "disabled", "revoked", "pending"],
    flag: "--status",
    default: null,
    help: "Only tokens in this state.",
  }),
  ...pageOptions,
});

const changeOptions = defineOptions({
  label: option({
    type: "string",
    flag: "--label",
    default: null,
    help: "What tells it from the user's other tokens.",
  }),
  status: option({
    type: "enum",
    values: ["enabled", "disabled"],
    flag: "--status",
    default: null,
    help: "A disabled token is not accepted and can be enabled again.",
  }),
  window: option({
    type: "string",
    flag: "--window",
    pattern: /^(?:[1-9]\d{0,3}|default)$/,
    default: null,
    help: "OTP window size (RFC 4226's look-ahead), or default for the policy's (OTP-19).",
  }),
  cache: option({
    type: "string",
    flag: "--cache",
    pattern: /^(?:[1-9]\d{0,3}|default)$/,
    default: null,
    help: "Codes handed to each endpoint, or default for what user, policy and client say (OTP-9).",
  }),
  confirmWindow: option({
    type: "boolean",
    flag: "--confirm-window",
    default: false,
    help: "Agree that a larger cache raises the window to cache + 5, which makes a guess more likely.",
  }),
});

export const tokenCommands: readonly AnyCommand[] = [
  tokenEnrolmentCommand,

  adminCommand({
    words: ["admin", "tokens", "list"],
    summary: "List a user's tokens, or everybody's",
    arguments: [{ name: "USER", help: "The user's name or id; everybody where left out.", required: false }],
    options: listOptions,
    examples: ["holdfast admin tokens list anna", "holdfast admin tokens list --offline-capable"],
    json: tokenPage,
    run: async (api, { values, arguments: [typed], screen }) => {
      const user = typed === undefined ? null : await findUser(api, typed);
      if (user?.kind === "refused") return user;
      const { offlineCapable, status, limit, after } = values;
      const page = await api.get(
        tokenPage,
        "/tokens",
        { doing: "list the tokens" },
        { userId: user?.value.id, offlineCapable: offlineCapable || null, status, limit, after },
      );
      if (page.kind === "refused") return page;
      const { items, next } = page.value;
      if (items.length === 0) return done(page.value, noTokensText(user?.value ?? null));
      const warnings = (user?.value.warnings ?? []).map(
        ({ message }) => `\n${screen.paint("caution", `Warning: ${printable(message)}`)}`,
      );
      const words = [
        ...(typed === undefined ? [] : [typed]),
        ...(offlineCapable ? ["--offline-capable"] : []),
      ];
      return done(
        page.value,
        (user === null ? ownedTokenTable(items, screen) : tokenTable(items, screen)) +
          warnings.join("") +
          moreLine(next, "holdfast", "admin", "tokens", "list", ...words, ...statusWords(status)),
      );
    },
  }),

  adminCommand({
    words: ["admin", "tokens", "show"],
    summary: "Show a token",
    arguments: [tokenArgument],
    options: {},
    examples: ["holdfast admin tokens show anna"],
    json: tokenView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const token = await findToken(api, typed);
      return token.kind === "refused" ? token : done(token.value, tokenText(token.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "tokens", "resync"],
    summary: "Find a token that was pressed too often, by two codes in a row",
    about: [
      "Never moves the token back, and changes nothing where the codes are not two in a row of this token (OTP-26).",
    ],
    arguments: [
      tokenArgument,
      { name: "FIRST", help: "A code, as the token shows it now.", required: true },
      { name: "SECOND", help: "The very next one.", required: true },
    ],
    options: {},
    examples: ["holdfast admin tokens resync anna 755224 287082"],
    json: tokenView,
    run: async (api, { arguments: [typed = "", first = "", second = ""] }) => {
      const token = await findToken(api, typed);
      if (token.kind === "refused") return token;
      const codes = { first: first.replaceAll(" ", ""), second: second.replaceAll(" ", "") };
      const path = `/tokens/${segment(token.value.id)}/resynchronisation`;
      const moved = await api.send(tokenView, "POST", path, codes, {
        doing: `resynchronise the token of ${typed}`,
        next: {
          conflict: `${commandLine("holdfast", "admin", "tokens", "resync", typed)} FIRST SECOND   (with two fresh codes, one right after the other)`,
        },
      });
      if (moved.kind === "refused") return moved;
      return done(
        moved.value,
        `The token is in step again: its next code is number ${moved.value.nextCounter}.`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "tokens", "set"],
    summary: "Change a token's label, status, window or cache size",
    arguments: [tokenArgument],
    options: changeOptions,
    examples: [
      "holdfast admin tokens set anna --cache 54 --confirm-window",
      "holdfast admin tokens set anna --window 60",
      "holdfast admin tokens set tok_… --status disabled",
    ],
    json: tokenView,
    run: async (api, { values, arguments: [typed = ""], screen }) => {
      const change: TokenChange = {};
      if (values.label !== null) change.label = values.label;
      if (values.status !== null) change.status = values.status;
      if (values.window !== null) change.windowSize = sizeOf(values.window);
      if (values.cache !== null) change.cacheSize = sizeOf(values.cache);
      if (Object.keys(change).length === 0) {
        return usage("Nothing was changed.", "No change was given.", "holdfast admin tokens set --help");
      }
      if (values.confirmWindow) change.confirmWindow = true;
      const token = await findToken(api, typed);
      if (token.kind === "refused") return token;
      const words = ["holdfast", "admin", "tokens", "set", typed];
      for (const [flag, value] of [
        ["--label", values.label],
        ["--status", values.status],
        ["--window", values.window],
        ["--cache", values.cache],
      ] as const) {
        if (value !== null) words.push(flag, value);
      }
      const changed = await api.send(tokenView, "PATCH", `/tokens/${segment(token.value.id)}`, change, {
        doing: `change the token of ${typed}`,
        next: values.confirmWindow ? {} : { conflict: commandLine(...words, "--confirm-window") },
      });
      if (changed.kind === "refused") return changed;
      return done(changed.value, tokenText(changed.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "tokens", "revoke"],
    summary: "Revoke a token for good",
    about: [
      "Every server refuses it at once; endpoints delete its codes at their next contact. `holdfast admin outlook` shows which have not heard it yet.",
    ],
    arguments: [tokenArgument],
    options: confirmationOptions,
    examples: ["holdfast admin tokens revoke anna"],
    json: tokenView,
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const token = await findToken(api, typed);
      if (token.kind === "refused") return token;
      const { id, label } = token.value;
      const repeat = commandLine("holdfast", "admin", "tokens", "revoke", typed, "--yes");
      const no = await confirm(
        ports,
        values.yes,
        `Revoke the token "${printable(label)}" (${id}) for good?`,
        repeat,
      );
      if (no) return no;
      const revoked = await api.send(tokenView, "POST", `/tokens/${segment(id)}/revocation`, undefined, {
        doing: `revoke the token of ${typed}`,
      });
      if (revoked.kind === "refused") return revoked;
      return done(
        revoked.value,
        `Revoked "${printable(label)}". Endpoints that have not heard it yet: holdfast admin outlook`,
      );
    },
  }),
];

function noTokensText(user: UserView | null): string {
  if (user === null) return "No tokens that fit. Enrol one: holdfast admin tokens enroll USER";
  const enroll = commandLine("holdfast", "admin", "tokens", "enroll", user.userName);
  return `${printable(user.userName)} has no tokens${user.tokens.length > 0 ? " that fit" : ""}. Enrol one: ${enroll}`;
}

function statusWords(status: string | null): string[] {
  return status === null ? [] : ["--status", status];
}

export function tokenText(token: TokenView, screen: Screen): string {
  const own = (value: number | null) =>
    value === null ? "as user, policy and client say" : `${value} codes`;
  const window =
    token.windowSize === null
      ? `${token.effectiveWindowSize} (the policy's)`
      : `${token.windowSize} (its own)`;
  const exposed = token.exposed.map(
    ({ from, through, endpointId }) =>
      `codes ${from} to ${through}: known to the revoked endpoint ${endpointId}`,
  );
  return facts([
    ["Token", `${screen.paint("heading", printable(token.label))}  ${token.id}`],
    ["Status", token.status],
    ["Kind", `${kindText(token)}, ${token.digits} digits, ${token.algorithm}`],
    ["Offline", offlineUse(token)],
    ...(token.kind === "totp"
      ? []
      : ([
          ["Next code", `number ${token.nextCounter}`],
          ["OTP window", window],
          ["Cache size", own(token.cacheSize)],
        ] as const)),
    ["Exposed", exposed.length === 0 ? "none" : exposed.join("\n")],
    ["Enrolled", dateTime(token.createdAtMs)],
  ]);
}

function kindText({ kind, periodSeconds }: TokenView): string {
  return kind === "hotp" ? "event-based (HOTP)" : `time-based (TOTP), a code every ${periodSeconds} seconds`;
}

function offlineUse({ offlineCapable, cachedOffline }: TokenView): string {
  if (!offlineCapable) return "not possible: its codes cannot be known beforehand (OTP-3)";
  return cachedOffline ? "in use for offline sign-in" : "capable; another token is in use, or none";
}

function sizeOf(text: string): number | null {
  return text === "default" ? null : Number(text);
}
