import type { AuditFormat, ExportedEvent, Exporter } from "./record.ts";

/**
 * ArcSight Common Event Format, version 0: `CEF:0|vendor|product|version|class|name|severity|extension`. In the header
 * `|` and `\` are escaped, in the extension `=`, `\` and line breaks; keys are those of the CEF dictionary, and what it
 * has no key for is in the custom strings with their labels.
 */
export const cefFormat: AuditFormat = {
  fileExtension: "cef",
  head: "",
  line: (event, exporter) => `${cefEvent(event, exporter)}\n`,
};

/** One event without the line feed, as syslog carries it. */
export function cefEvent({ row, userName, endpointName }: ExportedEvent, exporter: Exporter): string {
  const header = [
    "CEF:0",
    ...["Holdfast", exporter.productName, exporter.version, row.type, nameOf(row.type)].map(cefHeader),
    String(severityOf(row)),
  ];
  const known: readonly (readonly [string, string | number | null])[] = [
    ["rt", row.atMs],
    ["deviceReceiptTime", row.receivedAtMs],
    ["externalId", `${row.chain}/${row.sequence}`],
    ["cat", categoryOf(row.type)],
    ["act", row.type],
    ["outcome", row.outcome === "info" ? null : row.outcome === "succeeded" ? "success" : "failure"],
    ["reason", row.reason],
    ["suser", row.actor],
    ["duid", row.subjectUserId],
    ["duser", userName],
    ["deviceExternalId", exporter.serverId],
    ["dhost", endpointName],
    ...custom(1, "endpointId", row.endpointId),
    ...custom(2, "attemptId", row.attemptId),
    ...custom(3, "mode", row.mode),
    ...custom(4, "hash", row.hash),
    ...custom(5, "detail", JSON.stringify(row.detail)),
  ];
  const extension = known.flatMap(([key, value]) =>
    value === null || value === "" ? [] : [`${key}=${cefValue(String(value))}`],
  );
  return `${header.join("|")}|${extension.join(" ")}`;
}

export function cefHeader(text: string): string {
  return text.replaceAll(/[\\|]/g, "\\$&").replaceAll(/\r\n|[\r\n]/g, " ");
}

export function cefValue(text: string): string {
  return text.replaceAll(/[\\=]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
}

function custom(number: number, label: string, value: string | null): (readonly [string, string])[] {
  return value === null
    ? []
    : [
        [`cs${number}Label`, label],
        [`cs${number}`, value],
      ];
}

function nameOf(type: string): string {
  const words = type.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function categoryOf(type: string): string {
  return type.startsWith("sign-in") ? "authentication" : "administration";
}

/** 0 to 10. What somebody should look into is at 7 and above. */
function severityOf({ type, outcome }: ExportedEvent["row"]): number {
  if (/tamper|rollback|clone|chain-broken|outside-chain|alert/.test(type)) return 8;
  if (outcome === "refused") return 5;
  return type.startsWith("sign-in") ? 2 : 3;
}
