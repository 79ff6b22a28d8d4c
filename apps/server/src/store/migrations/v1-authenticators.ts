import type { Columns } from "./columns.ts";

/** Passkeys, recovery codes, PINs, cards, and numbers and addresses that codes are sent to. Password and tokens have places of their own: every sign-in reads them. */
export function authenticatorTables({
  text,
  strict,
  id,
  count,
  countOrNull,
  oneOf,
  document,
}: Columns): string[] {
  return [
    `CREATE TABLE authenticators (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      ${oneOf("kind", "passkey", "recovery-code", "pin", "card", "sms-code", "email-code")},
      label ${text} NOT NULL,
      ${oneOf("status", "enabled", "disabled")},
      lookup ${text},
      ${document("data")},
      ${count("version", 1)},
      ${count("created_at_ms")},
      ${countOrNull("last_used_at_ms")},
      UNIQUE (kind, lookup)
    ) ${strict}`,
    "CREATE INDEX authenticators_of_user ON authenticators (user_id, created_at_ms, id)",
  ];
}
