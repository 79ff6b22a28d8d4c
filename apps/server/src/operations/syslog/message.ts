import type { AuditDraft } from "../../store/audit-rows.ts";

/** Who speaks: the machine's name and this server's id. */
export type SyslogSource = { readonly hostName: string; readonly serverId: string };

/** Facility 10, security and authorization messages (RFC 5424 §6.2.1). */
const facility = 10;
const severities = { notice: 5, warning: 4 } as const;

/**
 * An audit event as RFC 5424 writes it: `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`. The message
 * is the event as JSON, in UTF-8, and so without a line break; what happened at an endpoint has the endpoint's own time.
 */
export function syslogMessage(event: AuditDraft, source: SyslogSource): string {
  const severity = event.outcome === "refused" ? severities.warning : severities.notice;
  const header = [
    `<${facility * 8 + severity}>1`,
    new Date(event.atMs).toISOString(),
    printable(source.hostName, 255),
    "holdfast",
    printable(source.serverId, 128),
    printable(event.type, 32),
    "-",
  ];
  // The byte order mark says that UTF-8 follows (§6.4).
  return `${header.join(" ")} \uFEFF${JSON.stringify(event)}`;
}

/** Octet counting (RFC 6587 §3.4.1): nothing in a message can look like the beginning of the next. */
export function framed(message: string): Buffer {
  const bytes = Buffer.from(message, "utf8");
  return Buffer.concat([Buffer.from(`${bytes.length} `, "ascii"), bytes]);
}

/** PRINTUSASCII of at most so many characters, or the NILVALUE. */
function printable(text: string, longest: number): string {
  const left = text.replaceAll(/[^\x21-\x7e]/g, "").slice(0, longest);
  return left === "" ? "-" : left;
}
