import type { AuditFormat, ExportedEvent } from "./record.ts";

const columns: readonly (readonly [
  title: string,
  value: (event: ExportedEvent) => string | number | null,
])[] = [
  ["time", ({ row }) => new Date(row.atMs).toISOString()],
  ["received", ({ row }) => new Date(row.receivedAtMs).toISOString()],
  ["type", ({ row }) => row.type],
  ["outcome", ({ row }) => row.outcome],
  ["reason", ({ row }) => row.reason],
  ["mode", ({ row }) => row.mode],
  ["actor", ({ row }) => row.actor],
  ["user_id", ({ row }) => row.subjectUserId],
  ["user_name", ({ userName }) => userName],
  ["endpoint_id", ({ row }) => row.endpointId],
  ["endpoint_name", ({ endpointName }) => endpointName],
  ["attempt_id", ({ row }) => row.attemptId],
  ["detail", ({ row }) => JSON.stringify(row.detail)],
  ["chain", ({ row }) => row.chain],
  ["sequence", ({ row }) => row.sequence],
  ["hash", ({ row }) => row.hash],
];

/** RFC 4180. */
export const csvFormat: AuditFormat = {
  fileExtension: "csv",
  head: `${columns.map(([title]) => title).join(",")}\r\n`,
  line: (event) => `${columns.map(([, value]) => csvCell(value(event))).join(",")}\r\n`,
};

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front, which makes it text there (OWASP, CSV
 * injection). Numbers are ours and never negative.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const defused = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n\t]/.test(defused) || defused !== defused.trim()
    ? `"${defused.replaceAll('"', '""')}"`
    : defused;
}
