import type { Columns } from "./columns.ts";

/** Requests that their callers may repeat, and the answers that they then get again. */
export function idempotencyTables({ text, strict, id, count, oneOf }: Columns): string[] {
  return [
    `CREATE TABLE idempotent_requests (
      id ${id},
      caller ${text} NOT NULL,
      key ${text} NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
      sealed ${text} NOT NULL,
      ${oneOf("state", "running", "answered")},
      ${count("at_ms")},
      UNIQUE (caller, key)
    ) ${strict}`,
    "CREATE INDEX idempotent_requests_by_time ON idempotent_requests (at_ms)",
  ];
}
