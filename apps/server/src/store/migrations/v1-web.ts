import type { Columns } from "./columns.ts";

/** Browsers' sessions, and the passwords that people made for single applications. */
export function webTables({
  text,
  strict,
  updatedOften,
  id,
  count,
  countOrNull,
  oneOf,
  document,
  flag,
}: Columns): string[] {
  return [
    `CREATE TABLE sessions (
      id ${id},
      token_hash ${text} NOT NULL UNIQUE CHECK (length(token_hash) = 43),
      ${oneOf("app", "console", "portal")},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      ${count("credential_epoch")},
      role_id ${text},
      ${document("factors")},
      ${count("created_at_ms")},
      ${count("last_seen_at_ms")},
      ${count("fresh_at_ms")},
      address ${text} NOT NULL,
      user_agent ${text} NOT NULL,
      ${flag("enrolment_due")},
      ${flag("renewal_due")},
      ${countOrNull("ended_at_ms")}
    ) ${updatedOften}`,
    "CREATE INDEX sessions_of_user ON sessions (user_id, created_at_ms)",
    "CREATE INDEX sessions_by_age ON sessions (created_at_ms)",

    `CREATE TABLE app_passwords (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name ${text} NOT NULL CHECK (name <> ''),
      password_hash ${text} NOT NULL UNIQUE CHECK (length(password_hash) = 43),
      ${count("created_at_ms")},
      ${countOrNull("last_used_at_ms")},
      UNIQUE (user_id, name)
    ) ${strict}`,
  ];
}
