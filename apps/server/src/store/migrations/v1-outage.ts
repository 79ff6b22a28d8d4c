import type { Columns } from "./columns.ts";

/** Which server an endpoint's event stream is at, and the outages that were announced. */
export function outageTables({ text, clustered, strict, id, flag, count, countOrNull }: Columns): string[] {
  return [
    `CREATE TABLE endpoint_connections (
      endpoint_id ${text} NOT NULL PRIMARY KEY REFERENCES endpoints (id) ON DELETE CASCADE,
      server_id ${text} NOT NULL,
      ${flag("connected")},
      ${count("since_ms")}
    ) ${clustered}`,
    "CREATE INDEX endpoint_connections_by_time ON endpoint_connections (since_ms)",

    `CREATE TABLE maintenance_windows (
      id ${id},
      name ${text} NOT NULL CHECK (name <> ''),
      site ${text},
      ${count("from_ms")},
      ${count("to_ms")},
      announced_by ${text} NOT NULL,
      ${count("announced_at_ms")},
      ${countOrNull("cancelled_at_ms")},
      CHECK (to_ms > from_ms)
    ) ${strict}`,
    "CREATE INDEX maintenance_windows_by_end ON maintenance_windows (to_ms)",
  ];
}
