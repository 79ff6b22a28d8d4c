import type { AuditRow } from "../../store/audit-rows.ts";

/** What every format is made of: one event, with the names that its ids stood for when it was exported. */
export type ExportedEvent = {
  readonly row: AuditRow;
  /** Null where nobody of this id is there any more. */
  readonly userName: string | null;
  readonly endpointName: string | null;
};

/** Who exports. */
export type Exporter = { readonly productName: string; readonly version: string; readonly serverId: string };

/** One way to write events down. All of them end each event with a line feed. */
export type AuditFormat = {
  readonly fileExtension: string;
  readonly head: string;
  line(event: ExportedEvent, exporter: Exporter): string;
};
