import { defineOptions, option } from "@holdfast/options/declaration";
import type { AuditView } from "@holdfast/protocol/admin-answers";
import { auditChainList, auditPage, auditView } from "@holdfast/protocol/admin-answers";
import { durationSeconds } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, refused, usage } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTimeSeconds } from "../output/time.ts";
import type { Api, Query } from "../transport/api.ts";
import { writePrivateFile } from "./administrator-file.ts";
import { moreLine, pageOptions } from "./lists.ts";
import { everyEndpoint, findEndpoint, findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

const filterOptions = defineOptions({
  user: option({
    type: "string",
    flag: "--user",
    default: null,
    help: "Only about this user, by name or id.",
  }),
  endpoint: option({
    type: "string",
    flag: "--endpoint",
    default: null,
    help: "Only about this endpoint, by name or id.",
  }),
  attempt: option({
    type: "string",
    flag: "--attempt",
    default: null,
    help: "Only this sign-in attempt, online try and offline fallback together.",
  }),
  type: option({
    type: "string",
    flag: "--type",
    default: null,
    help: "Only events of this type, such as sign-in or user-disabled.",
  }),
  mode: option({
    type: "enum",
    values: ["online", "offline"],
    flag: "--mode",
    default: null,
    help: "Only sign-ins of this kind.",
  }),
  from: option({
    type: "string",
    flag: "--from",
    default: null,
    help: "From this moment on: 2026-06-01, 2026-06-01T14:05Z or P1D for the last day.",
  }),
  to: option({ type: "string", flag: "--to", default: null, help: "Up to this moment, likewise." }),
});

export const auditCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "audit", "list"],
    summary: "List what happened, newest first",
    arguments: [],
    options: { ...filterOptions, ...pageOptions },
    examples: [
      "holdfast admin audit list --user anna --from P1D",
      "holdfast admin audit list --mode offline",
    ],
    json: auditPage,
    run: async (api, { values, screen }) => {
      const filter = await filterOf(api, values, screen.nowMs);
      if (filter.kind === "refused") return filter;
      const query = { ...filter.value, limit: values.limit, after: values.after };
      const page = await api.get(auditPage, "/audit", { doing: "list the audit" }, query);
      if (page.kind === "refused") return page;
      const { items, next } = page.value;
      if (items.length === 0) return done(page.value, "Nothing that fits.");
      const names = await namesOf(api, items);
      return done(
        page.value,
        auditText(items, names, screen) + moreLine(next, "holdfast", "admin", "audit", "list"),
      );
    },
  }),

  adminCommand({
    words: ["admin", "audit", "export"],
    summary: "Export all that fits, one JSON object a line",
    about: [
      "To standard output, or into a file of mode 0600. With --json the export goes into the file only.",
    ],
    arguments: [],
    options: {
      ...filterOptions,
      ...defineOptions({
        output: option({ type: "path", flag: "--output", default: null, help: "Write into this file." }),
      }),
    },
    examples: ["holdfast admin audit export --from P30D --output audit.jsonl"],
    json: z.strictObject({ events: z.number().int(), file: z.string() }),
    run: async (api, { values, screen }) => {
      const { json } = values as typeof values & { json?: boolean };
      if (json && values.output === null) {
        return usage(
          "Nothing was exported.",
          "With --json the export needs a file.",
          "holdfast admin audit export --json --output FILE",
        );
      }
      const filter = await filterOf(api, values, screen.nowMs);
      if (filter.kind === "refused") return filter;
      const events: AuditView[] = [];
      let after: string | null = null;
      do {
        const page: Answer<{ items: AuditView[]; next: string | null }> = await api.get(
          auditPage,
          "/audit",
          { doing: "export the audit" },
          { ...filter.value, limit: 500, after },
        );
        if (page.kind === "refused") return page;
        events.push(...page.value.items);
        after = page.value.next;
      } while (after !== null);
      const lines = events.map((event) => `${JSON.stringify(auditView.parse(event))}\n`).join("");
      if (values.output === null) return done(null, lines);
      try {
        writePrivateFile(values.output, lines);
      } catch (error) {
        const why = `${values.output} cannot be written (${(error as NodeJS.ErrnoException).code}).`;
        return refused(
          "refused",
          "file-not-written",
          "Nothing was exported.",
          why,
          "Choose another --output.",
        );
      }
      return done(
        { events: events.length, file: values.output },
        `Exported ${events.length} events into ${values.output}.`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "audit", "verify"],
    summary: "Check that no audit chain was changed or cut",
    arguments: [],
    options: {},
    examples: ["holdfast admin audit verify"],
    json: auditChainList,
    run: async (api, { screen }) => {
      const chains = await api.get(auditChainList, "/audit/chains", { doing: "check the audit" });
      if (chains.kind === "refused") return chains;
      const rows = chains.value.items.map((chain) =>
        chain.kind === "whole"
          ? [chain.chain, screen.paint("good", "whole"), `${chain.through} events`]
          : [chain.chain, screen.paint("bad", "broken"), `at ${chain.at}: ${printable(chain.why)}`],
      );
      const broken = chains.value.items.some(({ kind }) => kind === "broken");
      const text = table(
        [{ title: "CHAIN" }, { title: "STATE" }, { title: "DETAIL", yields: 1 }],
        rows,
        screen,
      );
      return { ...done(chains.value, text), ...(broken ? { exit: "attention" as const } : {}) };
    },
  }),
];

type Filter = { readonly [K in keyof typeof filterOptions]: string | null };

async function filterOf(api: Api, values: Filter, nowMs: number): Promise<Answer<Query>> {
  const user = values.user === null ? null : await findUser(api, values.user);
  if (user?.kind === "refused") return user;
  const endpoint = values.endpoint === null ? null : await findEndpoint(api, values.endpoint);
  if (endpoint?.kind === "refused") return endpoint;
  const [fromMs, toMs] = [momentOf(values.from, nowMs), momentOf(values.to, nowMs)];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) {
    return usage(
      "Nothing was asked for.",
      "--from and --to take a moment such as 2026-06-01, 2026-06-01T14:05Z or P1D.",
    );
  }
  const { attempt, type, mode } = values;
  return ok({
    userId: user?.value.id,
    endpointId: endpoint?.value.id,
    attemptId: attempt,
    type,
    mode,
    fromMs,
    toMs,
  });
}

/** Null where nothing was typed, NaN where it is no moment. A duration counts back from now. */
function momentOf(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  const seconds = durationSeconds(text);
  return seconds === null ? Date.parse(text) : nowMs - seconds * 1000;
}

/** Ids are what the audit keeps; people read names. What cannot be looked up stays an id. */
async function namesOf(api: Api, items: readonly AuditView[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const endpoints = await everyEndpoint(api, "list the audit");
  if (endpoints.kind === "ok") for (const { id, name } of endpoints.value) names.set(id, name);
  const users = new Set(
    items.flatMap(({ subjectUserId }) => (subjectUserId === null ? [] : [subjectUserId])),
  );
  for (const id of users) {
    const user = await findUser(api, id);
    if (user.kind === "ok") names.set(id, user.value.userName);
  }
  return names;
}

function auditText(items: readonly AuditView[], names: ReadonlyMap<string, string>, screen: Screen): string {
  const named = (id: string | null) => (id === null ? "" : printable(names.get(id) ?? id));
  const rows = items.map((event) => [
    dateTimeSeconds(event.atMs),
    event.type,
    named(event.subjectUserId),
    named(event.endpointId),
    [event.mode, event.reason ?? (event.outcome === "info" ? null : event.outcome)].filter(Boolean).join(" "),
  ]);
  const columns = [
    { title: "WHEN" },
    { title: "WHAT", yields: 9 },
    { title: "USER", yields: 2 },
    { title: "ENDPOINT", yields: 1 },
    { title: "RESULT", yields: 3 },
  ];
  return table(columns, rows, screen);
}
