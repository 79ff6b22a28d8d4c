import type { Columns } from "./columns.ts";

/** Locks of users and reports of lost or stolen devices (UNI-4). */
export function stopTables({ text, clustered, count, oneOf, document }: Columns): string[] {
  return [
    `CREATE TABLE user_stops (
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      ${oneOf("kind", "lock", "stolen-device")},
      ${count("at_ms")},
      stopped_by ${text} NOT NULL,
      reason ${text} NOT NULL CHECK (reason <> ''),
      ${document("detail")},
      PRIMARY KEY (user_id, kind)
    ) ${clustered}`,
  ];
}
