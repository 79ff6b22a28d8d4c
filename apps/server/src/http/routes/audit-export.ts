import { Readable } from "node:stream";
import { auditExportQuery } from "@holdfast/protocol/operating-api";
import { auditFormats, exportAudit } from "../../app/audit-export/export-audit.ts";
import type { AppPorts } from "../../app/ports.ts";
import type { Route } from "../route.ts";
import { administrator, alreadySent, route } from "../route.ts";

/** One for all formats: a file to keep, never a page to show. */
const contentType = "text/plain; charset=utf-8";

/** UNI-7: the audit for whoever keeps it elsewhere, as a stream. */
export function auditExportRoutes(ports: AppPorts): Route[] {
  return [
    route(
      "GET",
      "/api/v1/audit/export",
      administrator("audit.export"),
      {
        summary: "Export all of the audit that fits: OCSF, CEF, CSV or its own rows, newest first",
        answer: null,
        contentType,
        query: auditExportQuery,
      },
      async ({ query: { format, ...filter }, actor, reply }) => {
        const { fileExtension } = auditFormats[format];
        const lines = exportAudit(ports, actor, format, filter);
        // What can be refused is refused before the first byte; what breaks later cuts the connection.
        const first = await lines.next();
        await reply
          .headers({
            "content-type": contentType,
            "content-disposition": `attachment; filename="holdfast-audit.${fileExtension}"`,
          })
          .send(Readable.from(continued(first, lines), { objectMode: false, highWaterMark: 64 * 1024 }));
        return alreadySent;
      },
    ),
  ];
}

async function* continued(first: IteratorResult<string, void>, rest: AsyncGenerator<string>) {
  if (first.done !== true && first.value !== "") yield first.value;
  for await (const text of rest) if (text !== "") yield text;
}
