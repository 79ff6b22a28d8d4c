import type { AuditFilter } from "./audit-list.tsx";

/** Address of the export: a plain link, so that the browser streams it to disk. */
export function exportAudit(filter: AuditFilter, format: "json" | "ocsf" | "cef" | "csv"): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filter)) query.set(name, String(value));
  return `/api/v1/audit/export?${query}`;
}
