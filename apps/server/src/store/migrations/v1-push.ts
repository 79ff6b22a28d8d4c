import type { Columns } from "./columns.ts";

/** Who is asked by push, what was asked, and the push services of browsers. After v1-phones. */
export function pushTables({
  text,
  strict,
  clustered,
  updatedOften,
  id,
  flag,
  count,
  countOrNull,
  document,
  documentOrNull,
}: Columns): string[] {
  return [
    `CREATE TABLE push_users (
      user_id ${text} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
      ${flag("enabled")},
      ${flag("require_biometric")},
      pending_id ${text},
      ${countOrNull("pending_until_ms")},
      CHECK ((pending_id IS NULL) = (pending_until_ms IS NULL))
    ) ${updatedOften}`,
    `CREATE TABLE push_requests (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      attempt_id ${text} NOT NULL,
      client ${text} NOT NULL,
      challenge ${text} NOT NULL CHECK (length(challenge) = 43),
      ${document("details")},
      ${documentOrNull("order_shown")},
      ${flag("require_biometric")},
      ${count("asked_at_ms")},
      ${count("expires_at_ms")},
      outcome ${text} CHECK (outcome IN ('approved', 'denied', 'reported', 'wrong-number',
        'withdrawn', 'signed-in-otherwise', 'sign-in-ended')),
      ${countOrNull("answered_at_ms")},
      phone_id ${text},
      statement ${text},
      CHECK ((outcome IS NULL) = (answered_at_ms IS NULL))
    ) ${strict}`,
    "CREATE INDEX push_requests_of_user ON push_requests (user_id, asked_at_ms)",
    "CREATE INDEX push_requests_by_age ON push_requests (asked_at_ms)",
    `CREATE TABLE push_subscriptions (
      phone_id ${text} NOT NULL PRIMARY KEY REFERENCES phones (id) ON DELETE CASCADE,
      endpoint ${text} NOT NULL CHECK (endpoint <> ''),
      p256dh ${text} NOT NULL,
      auth ${text} NOT NULL,
      ${count("created_at_ms")}
    ) ${clustered}`,
  ];
}
