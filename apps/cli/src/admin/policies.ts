import { reviewPolicy } from "@holdfast/core/policy/review-policy";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { policyPage } from "@holdfast/protocol/admin-answers";
import type { PolicyView } from "@holdfast/protocol/admin-api";
import { policyView } from "@holdfast/protocol/admin-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table, wrap } from "../output/table.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { findPolicy } from "./lookups.ts";
import { policyChanges, policySettings, settingText } from "./policy-settings.ts";
import { adminCommand } from "./with-api.ts";

const policyArgument = { name: "POLICY", help: "The policy's name or id.", required: true } as const;
const settingsHelp = "Settings to change, as name=value; `holdfast admin policies show Default` lists them.";

export const policyCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "policies", "list"],
    summary: "List user policies",
    arguments: [],
    options: {},
    examples: ["holdfast admin policies list"],
    json: policyPage,
    run: async (api, { screen }) => {
      const policies = await everyPage(api, policyPage, "/policies", { doing: "list the policies" });
      if (policies.kind === "refused") return policies;
      const rows = policies.value.items.map(({ id, name, isDefault, version, document }) => [
        printable(name) + (isDefault ? " (default)" : ""),
        id,
        String(version),
        document.offline.enabled ? `up to ${document.offline.maxAge}` : "off",
        `${document.lockout.failures} → ${document.lockout.duration}`,
      ]);
      const columns = [
        { title: "POLICY", yields: 1 },
        { title: "ID" },
        { title: "VERSION", align: "right" as const },
        { title: "OFFLINE" },
        { title: "LOCKOUT" },
      ];
      return done(policies.value, table(columns, rows, screen));
    },
  }),

  adminCommand({
    words: ["admin", "policies", "show"],
    summary: "Show a policy's settings and what to think about",
    arguments: [policyArgument],
    options: {},
    examples: ["holdfast admin policies show Default"],
    json: policyView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const policy = await findPolicy(api, typed);
      return policy.kind === "refused" ? policy : done(policy.value, policyText(policy.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "policies", "add"],
    summary: "Add a policy, as a copy of Default with changes",
    arguments: [
      { name: "NAME", help: "The new policy's name.", required: true },
      { name: "SETTING", help: settingsHelp, required: false, many: true },
    ],
    options: {},
    examples: ["holdfast admin policies add Ward offline.enabled=true offline.maxAge=P3D"],
    json: policyView,
    run: async (api, { arguments: [name = "", ...settings], screen }) => {
      const changes = policyChanges(settings);
      if (changes.kind === "refused") return changes;
      const body = { name, changes: changes.value };
      const added = await api.send(policyView, "POST", "/policies", body, {
        doing: `add the policy ${name}`,
        next: { conflict: commandLine("holdfast", "admin", "policies", "show", name) },
      });
      return added.kind === "refused" ? added : done(added.value, policyText(added.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "policies", "set"],
    summary: "Change settings of a policy",
    about: [
      "Takes effect at every server at once and at each endpoint with its next contact. Where offline sign-in is withdrawn, endpoints delete what they hold of the policy's users.",
    ],
    arguments: [policyArgument, { name: "SETTING", help: settingsHelp, required: false, many: true }],
    options: defineOptions({
      name: option({ type: "string", flag: "--name", default: null, help: "Give the policy this name." }),
    }),
    examples: [
      "holdfast admin policies set Default offline.enabled=true",
      "holdfast admin policies set Ward lockout.failures=5 lockout.duration=PT10M offline.maxSignIns=none",
    ],
    json: policyView,
    run: async (api, { values, arguments: [typed = "", ...settings], screen }) => {
      const changes = policyChanges(settings);
      if (changes.kind === "refused") return changes;
      if (settings.length === 0 && values.name === null) {
        const show = commandLine("holdfast", "admin", "policies", "show", typed);
        return usage("Nothing was changed.", "No setting was given. The settings there are:", show);
      }
      const policy = await findPolicy(api, typed);
      if (policy.kind === "refused") return policy;
      const body = { changes: changes.value, ...(values.name === null ? {} : { name: values.name }) };
      const changed = await api.send(policyView, "PATCH", `/policies/${segment(policy.value.id)}`, body, {
        doing: `change the policy ${typed}`,
      });
      return changed.kind === "refused" ? changed : done(changed.value, policyText(changed.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "policies", "remove"],
    summary: "Delete a policy that no user has",
    arguments: [policyArgument],
    options: confirmationOptions,
    examples: ["holdfast admin policies remove Ward"],
    json: z.strictObject({ removed: z.string() }),
    run: async (api, { values, arguments: [typed = ""], ports }) => {
      const policy = await findPolicy(api, typed);
      if (policy.kind === "refused") return policy;
      const { id, name } = policy.value;
      const repeat = commandLine("holdfast", "admin", "policies", "remove", typed, "--yes");
      const no = await confirm(ports, values.yes, `Delete the policy ${printable(name)}?`, repeat);
      if (no) return no;
      const removed = await api.send(z.null(), "DELETE", `/policies/${segment(id)}`, undefined, {
        doing: `delete the policy ${typed}`,
        next: { conflict: commandLine("holdfast", "admin", "users", "list", "--policy", name) },
      });
      return removed.kind === "refused"
        ? removed
        : done({ removed: id }, `Deleted the policy ${printable(name)}.`);
    },
  }),
];

const longestPath = Math.max(...policySettings.map(({ path }) => path.length));
/** Columns that a meaning and the gaps beside it keep. */
const leastMeaning = 24;

/** Lists on as many lines as they take, broken after a comma or a slash. */
function brokenValue(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of text.split(/(?<=[,/])/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= width) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines;
}

function policyText({ id, name, version, document }: PolicyView, screen: Screen): string {
  const room = Math.max(24, screen.width - longestPath - leastMeaning);
  const rows = policySettings.flatMap(({ path, meaning }) => {
    const [first = "", ...more] = brokenValue(settingText(document, path), room);
    return [[path, first, meaning], ...more.map((rest) => ["", rest, ""])];
  });
  const columns = [{ title: "SETTING" }, { title: "VALUE" }, { title: "MEANING", yields: 1 }];
  const notices = reviewPolicy(document).map(({ severity, path, text }) =>
    screen.paint(
      severity === "info" ? "quiet" : "caution",
      wrap(`${severity === "info" ? "Note" : "Warning"}: ${path}: ${text}`, screen.width),
    ),
  );
  const head = `${screen.paint("heading", printable(name))}  ${id}, version ${version}`;
  return [head, "", table(columns, rows, screen), ...(notices.length > 0 ? ["", ...notices] : [])].join("\n");
}
