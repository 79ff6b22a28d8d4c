import type { SendChannel } from "@holdfast/protocol/senders-api";

/** A message to one person, in plain text. */
export type Message = {
  readonly channel: SendChannel;
  /** A phone number in international form, or a mail address. */
  readonly to: string;
  /** Of a mail; null of a short message. */
  readonly subject: string | null;
  readonly text: string;
};

/** `why`: for an administrator, without the address, the message or a secret. */
export type Delivered = { readonly kind: "sent" } | { readonly kind: "failed"; readonly why: string };

/** Longer than this nobody waits for the other side. */
export const deliveryTimeoutMs = 10_000;

/** What the other side said, as far as it may be kept and shown. */
export function told(text: string, { to }: Pick<Message, "to">, secret: string | null): string {
  const plain = text.replace(/[^\P{Cc}]+/gu, " ").replaceAll(to, "the address");
  return (secret === null || secret === "" ? plain : plain.replaceAll(secret, "the secret")).slice(0, 300);
}
