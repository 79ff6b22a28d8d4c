import type { Columns } from "./columns.ts";

/** A user's temporary code, or the last that he had: one row a user, so that he never has two. */
export function temporaryCodeTables({
  text,
  updatedOften,
  count,
  countOrNull,
  oneOf,
  document,
}: Columns): string[] {
  return [
    `CREATE TABLE temporary_codes (
      user_id ${text} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
      id ${text} NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 64),
      ${oneOf("use", "once", "multiple")},
      ${document("workflows")},
      salt ${text} NOT NULL CHECK (length(salt) = 22),
      verifier ${text} NOT NULL CHECK (length(verifier) = 43),
      reason ${text} NOT NULL,
      created_by ${text} NOT NULL,
      ${count("created_at_ms")},
      ${count("expires_at_ms")},
      ${count("uses")},
      ${countOrNull("last_used_at_ms")},
      ${count("refused_tries")},
      ${countOrNull("ended_at_ms")},
      ended_why ${text},
      CHECK ((ended_at_ms IS NULL) = (ended_why IS NULL))
    ) ${updatedOften}`,
    "CREATE INDEX temporary_codes_open ON temporary_codes (expires_at_ms) WHERE ended_at_ms IS NULL",
  ];
}
