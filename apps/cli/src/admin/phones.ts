import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { phoneType } from "@holdfast/protocol/phone-types";
import type { PhoneView } from "@holdfast/protocol/phones-api";
import { authenticatorAppView, phoneList, phoneView } from "@holdfast/protocol/phones-api";
import { settingsView } from "@holdfast/protocol/settings-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { findUser } from "./lookups.ts";
import { removalCommand } from "./removal.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;
const phoneArgument = {
  name: "PHONE",
  help: "Its id, as `holdfast admin phones list` shows it.",
  required: true,
} as const;
const typesOption = option({
  type: "string",
  flag: "--types",
  default: null,
  help: "With commas: totp, hotp, push, qr-challenge.",
});

export const phoneCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "phones", "list"],
    summary: "List a user's phones, and when each was last heard of",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin phones list anna"],
    json: phoneList,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const list = await api.get(phoneList, pathOf(user.value.id), { doing: `list the phones of ${typed}` });
      if (list.kind === "refused") return list;
      if (list.value.items.length === 0)
        return done(
          list.value,
          `${printable(user.value.userName)} has registered no phone. That is done at the portal, or by holdfast register.`,
        );
      const columns = [
        { title: "PHONE" },
        { title: "LABEL", yields: 1 },
        { title: "DEVICE ID" },
        { title: "REGISTERED" },
        { title: "CAN", yields: 2 },
        { title: "STATUS" },
      ];
      return done(list.value, table(columns, list.value.items.map(cells), screen));
    },
  }),

  adminCommand({
    words: ["admin", "phones", "set"],
    summary: "Rename, disable or enable a phone, or change what it can do",
    about: [
      "An online phone follows within moments, without a rescan. One that was registered offline can lose types and gets further ones by a rescan only.",
    ],
    arguments: [userArgument, phoneArgument],
    options: defineOptions({
      label: option({ type: "string", flag: "--label", default: null, help: "Its new name." }),
      types: typesOption,
      status: option({
        type: "enum",
        values: ["enabled", "disabled"],
        flag: "--status",
        default: null,
        help: "A disabled one is not accepted and can be enabled again.",
      }),
    }),
    examples: ["holdfast admin phones set anna phn_x1 --types totp,push"],
    json: phoneView,
    run: async (api, { values, arguments: [typed = "", id = ""] }) => {
      const list = commandLine("holdfast", "admin", "phones", "list", typed);
      const types = typesOf(values.types);
      if (types === null) return wrongTypes(list);
      const body = {
        ...(values.label === null ? {} : { label: values.label }),
        ...(values.types === null ? {} : { types }),
        ...(values.status === null ? {} : { status: values.status }),
      };
      if (Object.keys(body).length === 0)
        return usage("Nothing was changed.", "Say what: --label, --types or --status.", list);
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const changed = await api.send(phoneView, "PATCH", `${pathOf(user.value.id)}/${segment(id)}`, body, {
        doing: `change the phone ${id} of ${typed}`,
        next: { "not-found": list },
      });
      if (changed.kind === "refused") return changed;
      const { label, status, types: has } = changed.value;
      return done(changed.value, `"${printable(label)}" is ${status}: ${has.join(", ")}.`);
    },
  }),

  removalCommand({
    group: "phones",
    thing: "phone",
    summary: "Remove a phone for good",
    argument: phoneArgument,
    example: "anna phn_x1",
  }),

  adminCommand({
    words: ["admin", "phones", "settings"],
    summary: "Choose how phones are registered from now on, and what they can do",
    about: [
      "Phones that are registered already stay as they are until their users rescan them. Online is recommended unless phones may have no connection to the server; without it there is no push.",
    ],
    arguments: [],
    options: defineOptions({
      online: option({
        type: "enum",
        values: ["on", "off"],
        flag: "--online",
        default: null,
        help: "Enable Online Device access, or switch it off.",
      }),
      types: typesOption,
    }),
    examples: [
      "holdfast admin phones settings",
      "holdfast admin phones settings --online on --types totp,push",
    ],
    json: settingsView,
    run: async (api, { values }) => {
      const next = "holdfast admin phones settings";
      const types = typesOf(values.types);
      if (types === null) return wrongTypes(next);
      const read = await api.get(settingsView, "/settings", { doing: "read the settings" });
      if (read.kind === "refused") return read;
      const { version, authenticatorApp: before } = read.value;
      const authenticatorApp = {
        onlineAccess: values.online === null ? before.onlineAccess : values.online === "on",
        types: values.types === null ? before.types : types,
      };
      const changes = values.online !== null || values.types !== null;
      const now = changes
        ? await api.send(
            settingsView,
            "PUT",
            "/settings/authenticator-app",
            { version, authenticatorApp },
            {
              doing: "change how phones are registered",
              next: { conflict: next },
            },
          )
        : read;
      if (now.kind === "refused") return now;
      const { onlineAccess, types: all } = now.value.authenticatorApp;
      const text = `Enable Online Device access is ${onlineAccess ? "on" : "off"}. New phones: ${all.join(", ")}${onlineAccess ? "" : " (push needs a connection and is left out)"}.`;
      if (!before.onlineAccess || onlineAccess) return done(now.value, text);
      // It was saved; how many it leaves as they are is worth a word, and no failure.
      const counted = await api.get(authenticatorAppView, "/settings/authenticator-app", {
        doing: "count the phones",
      });
      return done(
        now.value,
        counted.kind === "ok" ? `${text} ${stayOnline(counted.value.phones.online)}` : text,
      );
    },
  }),
];

/** What switching back to offline registration does not do (AMB-REG-2). */
function stayOnline(online: number): string {
  if (online === 0) return "No phone is online.";
  const which = online === 1 ? "1 phone is online and stays so" : `${online} phones are online and stay so`;
  return `${which}, with Mobile Push; to end one, remove it.`;
}

function pathOf(userId: string): string {
  return `/users/${segment(userId)}/phones`;
}

/** Null: one of them is none. */
function typesOf(typed: string | null) {
  const parsed = z.array(phoneType).safeParse((typed ?? "").split(",").filter((one) => one !== ""));
  return parsed.success && (typed === null || parsed.data.length > 0) ? parsed.data : null;
}

function wrongTypes(next: string) {
  return usage("Nothing was changed.", "--types takes totp, hotp, push and qr-challenge, with commas.", next);
}

function cells({ id, label, deviceId, mode, lastSyncMs, types, status, silent }: PhoneView): string[] {
  const sync = lastSyncMs === null ? "Last sync: never" : `Last sync ${dateTime(lastSyncMs)}`;
  const how = mode === "offline" ? "Offline QR code" : `${sync}${silent ? " (silent)" : ""}`;
  return [id, printable(label), deviceId, how, types.join(", "), status];
}
