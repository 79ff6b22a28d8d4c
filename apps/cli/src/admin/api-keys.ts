import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { apiKeyPage } from "@holdfast/protocol/admin-answers";
import { type ApiKeyView, apiKeyIssued, apiKeyScope } from "@holdfast/protocol/admin-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine, flagWords } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import type { PinnedServer } from "../transport/pinned-https.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { adminCommand } from "./with-api.ts";

export const apiKeyCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "api-keys", "add"],
    summary: "Issue a key for another administrator or a program",
    about: [
      "The key is shown once. Scopes: read (look at everything), admin (change everything), sign-in (sign users in, as a VPN does), sign (ask people to sign orders).",
      "A key is refused while the account of who made it is locked or disabled, and after it was deleted. A key made by setup, or by such a key, is nobody's.",
    ],
    arguments: [{ name: "NAME", help: "Whose key it is; the audit names it.", required: true }],
    options: defineOptions({
      scopes: option({
        type: "list",
        flag: "--scope",
        default: ["read"],
        help: "read, admin, sign-in or sign; repeat it for several.",
      }),
    }),
    examples: [
      "holdfast admin api-keys add 'Bert, help desk' --scope admin",
      "holdfast admin api-keys add vpn --scope sign-in",
    ],
    json: apiKeyIssued,
    run: async (api, { values, arguments: [name = ""] }) => {
      const scopes = z.array(apiKeyScope).min(1).safeParse(values.scopes);
      if (!scopes.success) {
        return usage(
          "No key was issued.",
          "--scope takes read, admin, sign-in and sign.",
          "holdfast admin api-keys add --help",
        );
      }
      const issued = await api.send(
        apiKeyIssued,
        "POST",
        "/api-keys",
        { name, scopes: scopes.data },
        { doing: `issue the key ${name}` },
      );
      if (issued.kind === "refused") return issued;
      const { id, key, scopes: granted } = issued.value;
      return done(
        issued.value,
        `${key}\n\nThe key of ${printable(name)} (${id}; ${granted.join(", ")}), shown once.\nOn the other machine: ${connectHint(api.server)}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "api-keys", "list"],
    summary: "List keys, without the keys themselves",
    arguments: [],
    options: {},
    examples: ["holdfast admin api-keys list"],
    json: apiKeyPage,
    run: async (api, { screen }) => {
      const keys = await everyPage(api, apiKeyPage, "/api-keys", { doing: "list the keys" });
      if (keys.kind === "refused") return keys;
      const rows = keys.value.items.map((key) => [
        key.id,
        printable(key.name),
        key.scopes.join(","),
        makerText(key),
        dateTime(key.createdAtMs),
        stateText(key),
      ]);
      const columns = [
        { title: "KEY" },
        { title: "NAME", yields: 1 },
        { title: "SCOPES", yields: 3 },
        { title: "MADE BY", yields: 4 },
        { title: "ISSUED" },
        { title: "STATE", yields: 2 },
      ];
      return done(keys.value, table(columns, rows, screen));
    },
  }),

  adminCommand({
    words: ["admin", "api-keys", "revoke"],
    summary: "Revoke a key",
    about: [
      "Taken no more at this server at once, at other servers within seconds. The last administrator's key stays.",
    ],
    arguments: [{ name: "KEY", help: "The key's id.", required: true }],
    options: confirmationOptions,
    examples: ["holdfast admin api-keys revoke key_…"],
    json: z.strictObject({ revoked: z.string() }),
    run: async (api, { values, arguments: [id = ""], ports }) => {
      const repeat = commandLine("holdfast", "admin", "api-keys", "revoke", id, "--yes");
      const no = await confirm(ports, values.yes, `Revoke the key ${printable(id)}?`, repeat);
      if (no) return no;
      const revoked = await api.send(z.null(), "DELETE", `/api-keys/${segment(id)}`, undefined, {
        doing: `revoke the key ${id}`,
        next: {
          "not-found": "holdfast admin api-keys list",
          conflict: "holdfast admin api-keys add NAME --scope admin",
        },
      });
      return revoked.kind === "refused" ? revoked : done({ revoked: id }, `Revoked ${printable(id)}.`);
    },
  }),
];

function makerText({ madeBy }: ApiKeyView): string {
  if (madeBy === null) return "setup";
  return madeBy.userName === null ? `${madeBy.userId} (deleted)` : printable(madeBy.userName);
}

function stateText({ revokedAtMs, stopped, cut }: ApiKeyView): string {
  if (revokedAtMs !== null) return `revoked ${dateTime(revokedAtMs)}`;
  if (stopped) return "stopped with its maker";
  return cut ? "held to its maker's role" : "valid";
}

function connectHint({ url, authorityPin }: PinnedServer): string {
  return commandLine("holdfast", "admin", "connect", "--server", url, ...flagWords("--pin", authorityPin));
}
