import type { AuditFilter, AuditRow } from "../../store/audit-rows.ts";
import type { Actor } from "../actor.ts";
import { note } from "../audit.ts";
import { readAudit } from "../audit-trail.ts";
import type { AppPorts } from "../ports.ts";
import { serverVersion } from "../version.ts";
import { cefFormat } from "./cef.ts";
import { csvFormat } from "./csv.ts";
import { ocsfFormat } from "./ocsf.ts";
import type { AuditFormat, Exporter } from "./record.ts";

export const auditFormats = {
  ocsf: ocsfFormat,
  cef: cefFormat,
  csv: csvFormat,
  /** The audit's own rows, with everything that its hash covers. */
  jsonl: {
    fileExtension: "jsonl",
    head: "",
    line: ({ row }) => `${JSON.stringify(row)}\n`,
  },
} as const satisfies Record<string, AuditFormat>;
export type AuditFormatName = keyof typeof auditFormats;

export type AuditExportFilter = {
  readonly [K in Exclude<keyof AuditFilter, "after" | "limit">]?: AuditFilter[K] | undefined;
};

const perPage = 500;
const mostNames = 10_000;

/**
 * Everything that fits, newest first, a page at a time: memory stays the same however long the audit is. That somebody
 * exported is itself in the audit.
 */
export async function* exportAudit(
  ports: AppPorts,
  actor: Actor,
  formatName: AuditFormatName,
  filter: AuditExportFilter,
): AsyncGenerator<string> {
  const format: AuditFormat = auditFormats[formatName];
  const exporter = exporterOf(ports);
  const names = createNames(ports);
  const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const detail = { format: formatName, filter: asked };
  await note(ports.store, ports.clock.now(), actor, "audit-exported", { detail });
  yield format.head;
  let after: string | null = null;
  do {
    const page: { items: AuditRow[]; next: string | null } = await readAudit(ports, actor, {
      userId: filter.userId,
      endpointId: filter.endpointId,
      attemptId: filter.attemptId,
      type: filter.type,
      mode: filter.mode,
      fromMs: filter.fromMs,
      toMs: filter.toMs,
      limit: perPage,
      after: after ?? undefined,
    });
    const named = await names.of(page.items);
    yield page.items
      .map((row) =>
        format.line(
          {
            row,
            userName: named(row.subjectUserId),
            endpointName: named(row.endpointId),
          },
          exporter,
        ),
      )
      .join("");
    after = page.next;
  } while (after !== null);
}

export function exporterOf({ server }: AppPorts): Exporter {
  return { productName: server.productName, version: serverVersion, serverId: server.id };
}

/** Names of users and endpoints by id, each looked up once in a while. */
export function createNames(ports: AppPorts) {
  const known = new Map<string, string | null>();
  return {
    async of(rows: readonly AuditRow[]): Promise<(id: string | null) => string | null> {
      if (known.size > mostNames) known.clear();
      await ports.store.read(async (tx) => {
        for (const { subjectUserId, endpointId } of rows) {
          if (subjectUserId !== null && !known.has(subjectUserId))
            known.set(subjectUserId, (await tx.users.get(subjectUserId))?.name ?? null);
          if (endpointId !== null && !known.has(endpointId))
            known.set(endpointId, (await tx.endpoints.get(endpointId))?.name ?? null);
        }
      });
      return (id) => (id === null ? null : (known.get(id) ?? null));
    },
  };
}
