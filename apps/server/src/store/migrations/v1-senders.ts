import type { Columns } from "./columns.ts";

/** Messages to people, as far as it must be known how many went where, and numbers and addresses on their way in. */
export function senderTables({ text, strict, id, count, countOrNull, oneOf }: Columns): string[] {
  return [
    `CREATE TABLE sent_messages (
      id ${id},
      ${oneOf("channel", "sms", "email")},
      ${oneOf("purpose", "sign-in", "enrolment", "notice", "test")},
      user_id ${text} REFERENCES users (id) ON DELETE CASCADE,
      sent_to ${text} NOT NULL,
      address_mac ${text} NOT NULL,
      ${count("at_ms")},
      ${oneOf("state", "queued", "sent", "failed")},
      why ${text}
    ) ${strict}`,
    "CREATE INDEX sent_messages_of_user ON sent_messages (user_id, at_ms)",
    "CREATE INDEX sent_messages_of_address ON sent_messages (address_mac, at_ms)",
    "CREATE INDEX sent_messages_by_time ON sent_messages (at_ms, id)",

    `CREATE TABLE address_proofs (
      id ${id},
      user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      ${oneOf("kind", "sms-code", "email-code")},
      address ${text} NOT NULL,
      mac ${text} NOT NULL,
      ${count("tries")},
      ${count("sent_at_ms")},
      ${countOrNull("used_at_ms")}
    ) ${strict}`,
    "CREATE INDEX address_proofs_of_user ON address_proofs (user_id, kind, sent_at_ms)",
  ];
}
