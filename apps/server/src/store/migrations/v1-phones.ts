import type { Columns } from "./columns.ts";

/** Phones, which are registered authenticator apps, and registrations on their way. Their seeds are rows of `tokens`. */
export function phoneTables({
  text,
  strict,
  clustered,
  updatedOften,
  id,
  count,
  countOrNull,
  oneOf,
  document,
  documentOrNull,
}: Columns): string[] {
  return [
    `CREATE TABLE phones (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      label ${text} NOT NULL CHECK (label <> ''),
      ${oneOf("mode", "offline", "online")},
      device_id ${text} NOT NULL CHECK (length(device_id) = 14),
      ${document("types")},
      ${oneOf("status", "enabled", "disabled", "revoked")},
      request_key_thumbprint ${text} UNIQUE,
      ${documentOrNull("request_key")},
      ${documentOrNull("approval_key")},
      challenge_key ${text} CHECK (length(challenge_key) = 43),
      ${documentOrNull("biometric")},
      phone_name ${text},
      app_version ${text},
      registration_id ${text} NOT NULL,
      ${count("created_at_ms")},
      ${countOrNull("last_sync_ms")},
      CHECK ((mode = 'online') = (request_key_thumbprint IS NOT NULL)),
      CHECK ((request_key IS NULL) = (request_key_thumbprint IS NULL))
    ) ${updatedOften}`,
    "CREATE INDEX phones_of_user ON phones (user_id, created_at_ms, id)",

    `CREATE TABLE phone_changes (
      phone_id ${text} NOT NULL PRIMARY KEY REFERENCES phones (id) ON DELETE CASCADE,
      ${count("mark", 1)}
    ) ${clustered}`,
    "CREATE INDEX phone_changes_by_mark ON phone_changes (mark)",

    `CREATE TABLE phone_registrations (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      phone_id ${text},
      session_id ${text},
      label ${text},
      ${oneOf("state", "waiting", "scanned", "finishing", "done", "ended")},
      ${document("decision")},
      ${document("types")},
      sealed_seed ${text},
      ${documentOrNull("claim")},
      sealed_staged ${text},
      ${count("version", 1)},
      ${count("created_at_ms")},
      ${count("expires_at_ms")}
    ) ${strict}`,
    "CREATE INDEX phone_registrations_of_user ON phone_registrations (user_id, created_at_ms)",
    "CREATE INDEX phone_registrations_by_age ON phone_registrations (created_at_ms)",
  ];
}
