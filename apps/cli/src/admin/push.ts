import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { PushChangeResult, PushView } from "@holdfast/protocol/push-api";
import { pushChangeResult, pushChangesAnswer, pushView } from "@holdfast/protocol/push-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, refused, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { table } from "../output/table.ts";
import { segment } from "../transport/api.ts";
import { findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

/** As many users as one request takes. */
const chunk = 100;

export const pushCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "push", "show"],
    summary: "Show whether a user is asked by push, and what is missing",
    arguments: [{ name: "USER", help: "The user's name or id.", required: true }],
    options: {},
    examples: ["holdfast admin push show anna"],
    json: pushView,
    run: async (api, { arguments: [typed = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const path = `/users/${segment(user.value.id)}/push`;
      const read = await api.get(pushView, path, { doing: `read whether ${typed} is asked by push` });
      return read.kind === "refused" ? read : done(read.value, textOf(user.value.userName, read.value));
    },
  }),

  adminCommand({
    words: ["admin", "push", "set"],
    summary: "Enable or disable Mobile Push for users",
    about: [
      "Each user is changed by himself: one that fails is listed with its reason and keeps nothing from the others. It takes a phone that is registered online besides; the last column says who has none.",
    ],
    arguments: [{ name: "USER", help: "Names or ids.", required: true, many: true }],
    options: defineOptions({
      enabled: option({
        type: "enum",
        values: ["on", "off"],
        flag: "--enabled",
        default: null,
        help: "Enable Mobile Push Authentication.",
      }),
      requireBiometric: option({
        type: "enum",
        values: ["on", "off"],
        flag: "--require-biometric",
        default: "on",
        help: "Require Biometric Seed: a phone approves only by fingerprint or face. Recommended.",
      }),
    }),
    examples: ["holdfast admin push set anna bert --enabled on"],
    json: z.strictObject({ results: z.array(pushChangeResult) }),
    run: async (api, { values, arguments: names, screen }) => {
      if (values.enabled === null)
        return usage(
          "Nothing was changed.",
          "Say --enabled on or --enabled off.",
          commandLine("holdfast", "admin", "push", "set", "--help"),
        );
      const userIds: string[] = [];
      for (const typed of names) {
        const user = await findUser(api, typed);
        if (user.kind === "refused") return user;
        userIds.push(user.value.id);
      }
      const change = {
        enabled: values.enabled === "on",
        requireBiometric: values.enabled === "on" && values.requireBiometric === "on",
      };
      const results: PushChangeResult[] = [];
      for (let from = 0; from < userIds.length; from += chunk) {
        const body = { ...change, userIds: userIds.slice(from, from + chunk) };
        const answer = await api.send(pushChangesAnswer, "POST", "/push-changes", body, {
          doing: "change who is asked by push",
        });
        if (answer.kind === "refused") return answer;
        results.push(...answer.value.results);
      }
      const columns = [{ title: "USER" }, { title: "RESULT" }, { title: "MISSING", yields: 1 }];
      const rows = results.map((one) => [
        printable(one.userName ?? one.userId),
        one.outcome,
        one.detail ?? one.why ?? "",
      ]);
      const text = table(columns, rows, screen);
      const failed = results.filter(({ outcome }) => outcome === "failed").length;
      return failed === 0
        ? done({ results }, text)
        : refused("refused", "some-failed", `${failed} of ${results.length} users were not changed.`, text);
    },
  }),
];

function textOf(userName: string, { enabled, requireBiometric, ready, text, warnings }: PushView): string {
  const biometric = enabled && requireBiometric ? ", Require Biometric Seed" : "";
  const standing = `Mobile Push is ${enabled ? "on" : "off"} for ${printable(userName)}${biometric}.`;
  const state = ready ? "His phone can be asked." : (text ?? "");
  return [standing, enabled || ready ? state : "", ...warnings.map(({ message }) => message)]
    .filter((line) => line !== "")
    .join("\n");
}
