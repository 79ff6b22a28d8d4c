import { LIMITS_LOOK_BACK_MS, maskedAddress, maySend } from "@holdfast/core/sent-codes/sent-code";
import type { SendChannel } from "@holdfast/protocol/senders-api";
import { sendByGateway } from "../../delivery/http-gateway.ts";
import type { Delivered, Message } from "../../delivery/message.ts";
import { sendBySmtp } from "../../delivery/smtp.ts";
import type { MessageRow } from "../../store/senders-store.ts";
import type { Transaction } from "../../store/store.ts";
import { raiseAlert } from "../alerts.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { productNameOf } from "../settings.ts";
import { openSender } from "./sender-settings.ts";

type Posting = Message & { readonly purpose: MessageRow["purpose"]; readonly userId: string | null };

/**
 * Whether one more message may go to this person and address: whoever asks for them must be no bell and no bill. What
 * others have sent to an address to enrol it keeps no sign-in code from it.
 */
export async function withinLimits(
  { lookupMac }: Pick<AppPorts, "lookupMac">,
  tx: Transaction,
  userId: string | null,
  address: string,
  purpose: MessageRow["purpose"],
): Promise<boolean> {
  const nowMs = tx.now();
  const addressMac = macOfAddress(lookupMac, address);
  const fromMs = Math.max(0, nowMs - LIMITS_LOOK_BACK_MS);
  return maySend(await tx.senders.messages.times({ userId, addressMac, purpose, fromMs }), nowMs);
}

/** Writes down that it goes out, with what it is about. The row's id is for `deliver`, once the transaction has ended. */
export async function enterMessage(
  ports: Pick<AppPorts, "lookupMac" | "entropy">,
  tx: Transaction,
  { channel, purpose, userId, to }: Posting,
): Promise<string> {
  const row: MessageRow = {
    id: newId(ports, "msg"),
    channel,
    purpose,
    userId,
    to: maskedAddress(to),
    addressMac: macOfAddress(ports.lookupMac, to),
    atMs: tx.now(),
    state: "queued",
    why: null,
  };
  await tx.senders.messages.insert(row);
  return row.id;
}

/** Sends what was entered and writes down how it went. */
export async function deliver(ports: AppPorts, id: string, message: Message): Promise<Delivered> {
  const open = await ports.store.read(async (tx) => ({
    sender: await openSender(tx, ports.secrets, message.channel),
    name: await productNameOf(ports, tx),
  }));
  const delivered = await send(ports, id, message, open);
  ports.delivery.went(message.channel, delivered.kind);
  const why = delivered.kind === "failed" ? delivered.why : null;
  await ports.store.transaction(async (tx) => {
    await tx.senders.messages.finish(id, delivered.kind, why);
    await watchSender(ports, tx, message.channel);
  });
  if (why !== null)
    ports.log.warn(
      { messageId: id, channel: message.channel },
      "a message could not be sent; the console says why",
    );
  return delivered;
}

/** One that is not taken may be a wrong number; several in a row are a sender that fails, and people wait for codes. */
const failuresInARow = 3;

async function watchSender(ports: AppPorts, tx: Transaction, channel: SendChannel): Promise<void> {
  const latest = (await tx.senders.messages.latest(50)).filter(
    (one) => one.channel === channel && one.state !== "queued",
  );
  const kind = "sender-failing";
  const lately = latest.slice(0, failuresInARow);
  if (lately.length === failuresInARow && lately.every(({ state }) => state === "failed"))
    await raiseAlert(ports, tx, { kind, userId: null, endpointId: null, detail: { channel } });
  if (lately[0]?.state !== "sent") return;
  for (const alert of await tx.alerts.list({ status: "open" }))
    if (alert.kind === kind && alert.detail.channel === channel) await tx.alerts.close(alert.id);
}

async function send(
  { delivery, clock }: AppPorts,
  id: string,
  message: Message,
  { sender: open, name }: { sender: Awaited<ReturnType<typeof openSender>>; name: string },
): Promise<Delivered> {
  if (open === null) return { kind: "failed", why: noSenderText(message.channel) };
  const { sender, secret } = open;
  switch (sender.kind) {
    case "smtp":
      return sendBySmtp(sender, secret, name, message);
    case "http":
      return sendByGateway(sender, secret, message);
    case "catcher":
      if (delivery.catcher === null) return { kind: "failed", why: "Messages are caught in a demo only." };
      delivery.catcher.take(id, message, clock.now());
      return { kind: "sent" };
  }
}

export function noSenderText(channel: SendChannel): string {
  return channel === "sms"
    ? "No gateway for short messages is set up (Senders)."
    : "No mail server is set up (Senders).";
}

function macOfAddress(mac: AppPorts["lookupMac"], address: string): string {
  return mac("message address", address.toLowerCase());
}
