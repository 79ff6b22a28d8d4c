import type { Columns } from "./columns.ts";

/** What a restored backup leaves open. No foreign keys: it speaks of what may not be there any more, too. */
export function restoreTables({ text, clustered, count, oneOf, document }: Columns): string[] {
  return [
    `CREATE TABLE restore_items (
      kind ${text} NOT NULL CHECK (kind <> ''),
      subject_id ${text} NOT NULL CHECK (subject_id <> ''),
      ${count("at_ms")},
      ${oneOf("status", "open", "settled", "confirmed")},
      ${document("detail")},
      PRIMARY KEY (kind, subject_id)
    ) ${clustered}`,
  ];
}
