import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { z } from "zod";
import { done, usage } from "../frame/outcome.ts";
import { queryText } from "../transport/api.ts";
import { filterOf, filterOptions } from "./audit-filter.ts";
import { toPrivateFile } from "./private-download.ts";
import { adminCommand } from "./with-api.ts";

/** UNI-7: as a stream, so that an audit of any length goes through. */
export const auditExportCommand = adminCommand({
  words: ["admin", "audit", "export"],
  summary: "Export all that fits, for another system to keep",
  about: [
    "Newest first, to standard output or into a file of mode 0600. With --json the export goes into the file only.",
    "jsonl: the audit's own rows, one JSON object a line, with all that their hashes cover. ocsf: Open Cybersecurity Schema Framework 1.3, one JSON object a line (sign-ins are class 3002). cef: ArcSight Common Event Format. csv: RFC 4180 with a header; texts that a spreadsheet would take for a formula get an apostrophe in front.",
  ],
  arguments: [],
  options: {
    ...filterOptions,
    ...defineOptions({
      format: option({
        type: "enum",
        values: ["jsonl", "ocsf", "cef", "csv"],
        flag: "--format",
        default: "jsonl",
        help: "How events are written.",
      }),
      output: option({ type: "path", flag: "--output", default: null, help: "Write into this file." }),
    }),
  },
  examples: [
    "holdfast admin audit export --from P30D --output audit.jsonl",
    "holdfast admin audit export --format cef --from P1D --output yesterday.cef",
  ],
  json: z.strictObject({ events: z.number().int(), file: z.string() }),
  run: async (api, { values, screen, ports }) => {
    const { json, format, output } = values as typeof values & { json?: boolean };
    if (json && output === null) {
      return usage(
        "Nothing was exported.",
        "With --json the export needs a file.",
        "holdfast admin audit export --json --output FILE",
      );
    }
    const filter = await filterOf(api, values, screen.nowMs);
    if (filter.kind === "refused") return filter;
    const path = `/audit/export${queryText({ ...filter.value, format })}`;
    const purpose = { doing: "export the audit" };
    const decoder = new TextDecoder();
    let lines = format === "csv" ? -1 : 0;
    const count = (part: Uint8Array) => {
      for (const byte of part) if (byte === 0x0a) lines += 1;
    };
    if (output === null) {
      const sent = await api.download(
        "GET",
        path,
        undefined,
        (part) => ports.stdout.write(decoder.decode(part, { stream: true })),
        purpose,
      );
      return sent.kind === "refused" ? sent : done(null, "");
    }
    const written = await toPrivateFile(output, (write) =>
      api.download(
        "GET",
        path,
        undefined,
        (part) => {
          count(part);
          write(part);
        },
        purpose,
      ),
    );
    if (written.kind === "refused") return written;
    return done({ events: lines, file: output }, `Exported ${lines} events into ${output}.`);
  },
});
