import type { Columns } from "./columns.ts";

/** Hardware tokens that were imported: a given one stays, so that its serial number is never taken for a new token's. */
export function tokenStockTables({
  text,
  integer,
  strict,
  id,
  count,
  countOrNull,
  oneOf,
}: Columns): string[] {
  return [
    `CREATE TABLE token_stock (
      id ${id},
      serial ${text} NOT NULL,
      serial_key ${text} NOT NULL UNIQUE CHECK (length(serial_key) BETWEEN 1 AND 64),
      ${oneOf("kind", "hotp", "totp")},
      digits ${integer} NOT NULL CHECK (digits IN (6, 7, 8)),
      ${oneOf("algorithm", "SHA-1", "SHA-256", "SHA-512")},
      period_seconds ${integer} CHECK (period_seconds IN (30, 60)),
      ${count("counter")},
      sealed_secret ${text} CHECK (sealed_secret <> ''),
      maker ${text},
      meant_for ${text},
      batch_id ${text} NOT NULL,
      ${count("imported_at_ms")},
      ${countOrNull("given_at_ms")},
      CHECK ((period_seconds IS NULL) = (kind = 'hotp')),
      CHECK ((sealed_secret IS NULL) = (given_at_ms IS NOT NULL))
    ) ${strict}`,
    "CREATE INDEX token_stock_free ON token_stock (serial_key) WHERE given_at_ms IS NULL",
  ];
}
