import type {
  EmailSender,
  EmailSenderChange,
  SendChannel,
  SmsSender,
  SmsSenderChange,
} from "@holdfast/protocol/senders-api";
import { emailSender, smsSender } from "@holdfast/protocol/senders-api";
import type { Secrets } from "../../keys/secrets.ts";
import type { Transaction } from "../../store/store.ts";

/** How senders are kept: what is shown, and beside it what is not, sealed. */
export type Sender = EmailSender | SmsSender;
export type SenderChange = EmailSenderChange | SmsSenderChange;
type Kept = { readonly sender: Sender; readonly sealed: string | null };

const settingOf = (channel: SendChannel) => `senders.${channel}`;
const schemas = { email: emailSender, sms: smsSender } as const;

/** Null: none is set up. */
export async function senderOf(tx: Transaction, channel: SendChannel): Promise<Sender | null> {
  return (await keptSender(tx, channel))?.sender ?? null;
}

/** With its password or token, for sending. */
export async function openSender(
  tx: Transaction,
  secrets: Secrets,
  channel: SendChannel,
): Promise<{ readonly sender: Sender; readonly secret: string | null } | null> {
  const kept = await keptSender(tx, channel);
  if (kept === null) return null;
  if (kept.sealed === null) return { sender: kept.sender, secret: null };
  const bytes = secrets.open("setting", settingOf(channel), kept.sealed);
  const secret = Buffer.from(bytes).toString("utf8");
  bytes.fill(0);
  return { sender: kept.sender, secret };
}

/** `secret` undefined: the one of before stays. */
export async function keepSender(
  tx: Transaction,
  secrets: Secrets,
  channel: SendChannel,
  { secret, ...config }: SenderChange & { readonly secret?: string | null | undefined },
): Promise<Sender> {
  const before = await keptSender(tx, channel);
  const sealed =
    secret === undefined
      ? (before?.sealed ?? null)
      : secret === null
        ? null
        : secrets.seal("setting", settingOf(channel), Buffer.from(secret, "utf8"));
  const sender = schemas[channel].parse({ ...config, hasSecret: sealed !== null, changedAtMs: tx.now() });
  await tx.settings.set(settingOf(channel), JSON.stringify({ sender, sealed } satisfies Kept));
  return sender;
}

export function forgetSender(tx: Transaction, channel: SendChannel): Promise<void> {
  return tx.settings.remove(settingOf(channel));
}

/** For a rotation of the master key. */
export async function rewrapSenders(tx: Transaction, secrets: Secrets): Promise<number> {
  let rewrapped = 0;
  for (const channel of ["email", "sms"] as const) {
    const kept = await keptSender(tx, channel);
    const sealed =
      kept === null || kept.sealed === null
        ? null
        : secrets.rewrap("setting", settingOf(channel), kept.sealed);
    if (kept === null || sealed === null) continue;
    await tx.settings.set(settingOf(channel), JSON.stringify({ ...kept, sealed }));
    rewrapped++;
  }
  return rewrapped;
}

async function keptSender(tx: Transaction, channel: SendChannel): Promise<Kept | null> {
  const text = await tx.settings.get(settingOf(channel));
  if (text === null) return null;
  const { sender, sealed } = JSON.parse(text) as { sender: unknown; sealed: string | null };
  return { sender: schemas[channel].parse(sender), sealed };
}
