import type { Columns } from "./columns.ts";

/** What applications ask people to sign, and who vouches for these people. */
export function signingTables({ text, strict, id, count, countOrNull, oneOf, document }: Columns): string[] {
  return [
    `CREATE TABLE signings (
      id ${id},
      application_id ${text} NOT NULL,
      application_name ${text} NOT NULL,
      request_id ${text} NOT NULL,
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      document_title ${text} NOT NULL,
      digest ${text} NOT NULL CHECK (length(digest) = 43),
      ${oneOf("status", "pending", "signed", "declined", "cancelled", "void")},
      ${count("created_at_ms")},
      ${count("expires_at_ms")},
      ${countOrNull("ended_at_ms")},
      statement ${text},
      CHECK ((status = 'pending') = (ended_at_ms IS NULL)),
      CHECK ((status = 'signed') = (statement IS NOT NULL)),
      UNIQUE (application_id, request_id)
    ) ${strict}`,
    "CREATE INDEX signings_of_user ON signings (user_id, created_at_ms)",
    "CREATE INDEX signings_by_end ON signings (expires_at_ms)",

    `CREATE TABLE identity_proofings (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      ${oneOf("status", "recorded", "confirmed", "ended")},
      ${oneOf("method", "in-person", "supervised-remote")},
      ${document("evidence")},
      note ${text} NOT NULL,
      ${document("authenticator_ids")},
      recorded_by ${text} NOT NULL,
      ${count("recorded_at_ms")},
      confirmed_by ${text},
      ${countOrNull("confirmed_at_ms")},
      ${countOrNull("ended_at_ms")},
      ended_why ${text} CHECK (ended_why IN ('withdrawn', 'passkey-removed', 'replaced')),
      CHECK ((status = 'ended') = (ended_at_ms IS NOT NULL)),
      CHECK ((ended_why IS NULL) = (ended_at_ms IS NULL)),
      CHECK ((confirmed_by IS NULL) = (confirmed_at_ms IS NULL)),
      CHECK (status <> 'confirmed' OR confirmed_by IS NOT NULL),
      CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by)
    ) ${strict}`,
    "CREATE UNIQUE INDEX identity_proofings_in_force ON identity_proofings (user_id) WHERE status <> 'ended'",
    "CREATE INDEX identity_proofings_of_user ON identity_proofings (user_id, recorded_at_ms, id)",
  ];
}
