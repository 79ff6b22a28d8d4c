import type { Columns } from "./columns.ts";

/** Remote access: who asks by RADIUS, which FreeRADIUS speaks for them, and sign-ins that wait for the second step. */
export function radiusTables({ text, strict, clustered, id, count, flag, oneOf }: Columns): string[] {
  return [
    `CREATE TABLE radius_clients (
      id ${id},
      name ${text} NOT NULL UNIQUE CHECK (name <> ''),
      address ${text} NOT NULL UNIQUE CHECK (address <> ''),
      ${oneOf("prompts", "challenge", "one-line")},
      ${flag("requires_message_authenticator")},
      sealed_secret ${text} NOT NULL CHECK (sealed_secret <> ''),
      ${count("created_at_ms")},
      ${count("secret_changed_at_ms")}
    ) ${strict}`,
    `CREATE TABLE radius_servers (
      id ${id},
      name ${text} NOT NULL UNIQUE CHECK (name <> ''),
      api_key_id ${text} NOT NULL UNIQUE REFERENCES api_keys (id),
      certificate_hash ${text} CHECK (length(certificate_hash) = 43),
      authority_pin ${text} NOT NULL CHECK (authority_pin <> ''),
      ${count("configured_at_ms")}
    ) ${strict}`,
    `CREATE TABLE radius_challenges (
      state_hash ${text} NOT NULL PRIMARY KEY CHECK (length(state_hash) = 43),
      sealed ${text} NOT NULL CHECK (sealed <> ''),
      ${count("expires_at_ms")}
    ) ${clustered}`,
    "CREATE INDEX radius_challenges_by_end ON radius_challenges (expires_at_ms)",
  ];
}
