import type { Columns } from "./columns.ts";

/** What the help desk gave to a user at an endpoint without a network. The codes themselves are derived, and kept nowhere. */
export function bypassTables({ text, clustered, count, document }: Columns): string[] {
  return [
    `CREATE TABLE bypasses (
      endpoint_id ${text} NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      ${count("number", 1)},
      ${count("floor")},
      ${document("codes")},
      ${document("answers")},
      PRIMARY KEY (endpoint_id, user_id)
    ) ${clustered}`,
    "CREATE INDEX bypasses_of_user ON bypasses (user_id)",
  ];
}
