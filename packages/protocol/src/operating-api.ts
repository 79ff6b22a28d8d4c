import { z } from "zod";
import { epochMs, identifier } from "./primitives.ts";

/** Operating a server over its API: the audit's export, backups, certificates, keys, and what a restored backup leaves. */

/** GET /api/v1/audit/export: the filters of the audit, without pages. */
export const auditExportQuery = z.strictObject({
  format: z.enum(["ocsf", "cef", "csv", "jsonl"]).default("jsonl"),
  userId: identifier.optional(),
  endpointId: identifier.optional(),
  attemptId: identifier.optional(),
  type: z.string().max(64).optional(),
  mode: z.enum(["online", "offline"]).optional(),
  fromMs: z.coerce.number().pipe(epochMs).optional(),
  toMs: z.coerce.number().pipe(epochMs).optional(),
});
export type AuditFormatName = z.infer<typeof auditExportQuery>["format"];
