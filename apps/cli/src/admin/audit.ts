import type { AuditView } from "@holdfast/protocol/admin-answers";
import { auditChainPage, auditPage } from "@holdfast/protocol/admin-answers";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { actorText } from "../output/actor.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTimeSeconds } from "../output/time.ts";
import type { Api } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { auditExportCommand } from "./audit-export.ts";
import { filterOf, filterOptions } from "./audit-filter.ts";
import { moreLine, pageOptions } from "./lists.ts";
import { everyEndpoint, findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

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

  auditExportCommand,

  adminCommand({
    words: ["admin", "audit", "verify"],
    summary: "Check that no audit chain was changed or cut",
    arguments: [],
    options: {},
    examples: ["holdfast admin audit verify"],
    json: auditChainPage,
    run: async (api, { screen }) => {
      const chains = await everyPage(
        api,
        auditChainPage,
        "/audit/chains",
        { doing: "check the audit" },
        {},
        100,
      );
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
    // What an endpoint tells of itself stands in its own column already.
    event.actor === `endpoint:${event.endpointId}`
      ? ""
      : actorText(event.actor, event.actorName, event.actorPerson),
    [event.mode, event.reason ?? (event.outcome === "info" ? null : event.outcome)].filter(Boolean).join(" "),
  ]);
  const columns = [
    { title: "WHEN" },
    { title: "WHAT", yields: 9 },
    { title: "USER", yields: 2 },
    { title: "ENDPOINT", yields: 1 },
    { title: "BY", yields: 4 },
    { title: "RESULT", yields: 3 },
  ];
  return table(columns, rows, screen);
}
