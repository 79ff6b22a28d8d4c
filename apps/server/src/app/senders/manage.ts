import { phoneNumberOf } from "@holdfast/core/sent-codes/sent-code";
import type {
  CaughtMessages,
  SendChannel,
  SendersView,
  SenderTest,
  SenderTestAnswer,
} from "@holdfast/protocol/senders-api";
import { mailAddress, phoneNumber } from "@holdfast/protocol/senders-api";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { enterprise, refusalOfChange } from "../authorization.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { productNameOf } from "../settings.ts";
import { deliver, enterMessage } from "./deliver.ts";
import type { Sender, SenderChange } from "./sender-settings.ts";
import { forgetSender, keepSender, senderOf } from "./sender-settings.ts";

/** Senders as administrators set them up. Whoever may do this can read what is sent: the right is a strong one. */

const shownMessages = 50;
const right = "properties.senders";

export async function readSenders(ports: AppPorts): Promise<SendersView> {
  return ports.store.read((tx) => viewOf(ports, tx));
}

export function changeSender(
  ports: AppPorts,
  actor: Actor,
  channel: SendChannel,
  { secret, ...config }: SenderChange & { readonly secret?: string | null | undefined },
): Promise<Outcome<SendersView>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, right, enterprise);
    if (no) return no;
    if (config.kind === "catcher" && ports.delivery.catcher === null)
      return invalid("kind", "Messages are caught in a demo only; here they are sent.");
    if (config.kind === "http" && !isSafeUrl(config.url))
      return invalid("url", "Codes travel by https; http is for a gateway on this very machine.");
    if (config.kind === "http" && !config.body.includes("{{text}}"))
      return invalid("body", "Without {{text}} in it no code would arrive.");
    const before = await senderOf(tx, channel);
    const keepsSecret = secret === undefined && before !== null && before.hasSecret;
    // Else whoever may change a sender, and does not know its secret, would have it sent to himself.
    if (keepsSecret && !sameTarget(before, config))
      return invalid("secret", "For another server or gateway, give its secret again.");
    if (config.kind === "smtp" && config.security === "none" && (keepsSecret || secret != null))
      return invalid("security", "A password is sent over TLS only.");
    const after = await keepSender(tx, ports.secrets, channel, { ...config, secret });
    await report(tx, actor, "sender-changed", {
      detail: { channel, before: before && shown(before), after: shown(after) },
    });
    return ok(await viewOf(ports, tx));
  });
}

export function removeSender(ports: AppPorts, actor: Actor, channel: SendChannel): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, right, enterprise);
    if (no) return no;
    const before = await senderOf(tx, channel);
    if (before === null) return notFound("sender");
    await forgetSender(tx, channel);
    await report(tx, actor, "sender-removed", { detail: { channel, before: shown(before) } });
    return ok(null);
  });
}

/** Sends a message without any code, and says what the other side answered. */
export async function testSender(
  ports: AppPorts,
  actor: Actor,
  channel: SendChannel,
  { to: typed }: SenderTest,
): Promise<Outcome<SenderTestAnswer>> {
  const to = addressOf(channel, typed);
  if (to === null) return invalid("to", wrongAddressText(channel));
  const entered = await ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, right, enterprise);
    if (no) return no;
    if ((await senderOf(tx, channel)) === null) return notFound("sender");
    const name = await productNameOf(ports, tx);
    await report(tx, actor, "sender-tested", { detail: { channel } });
    const text = `${name}: this is a test. Nothing is to be done.`;
    const message = { channel, to, subject: channel === "email" ? `${name}: a test` : null, text };
    return ok({ message, id: await enterMessage(ports, tx, { ...message, purpose: "test", userId: null }) });
  });
  if (entered.kind === "refused") return entered;
  const delivered = await deliver(ports, entered.value.id, entered.value.message);
  return ok({
    sent: delivered.kind === "sent",
    why: delivered.kind === "failed" ? delivered.why : null,
  });
}

export function readCaught({ delivery }: AppPorts): Outcome<CaughtMessages> {
  return delivery.catcher === null
    ? refused("not-found", "Messages are caught in a demo only.")
    : ok({ items: delivery.catcher.caught() });
}

/** As it is kept; null: it is none. */
export function addressOf(channel: SendChannel, typed: string): string | null {
  const address = channel === "sms" ? phoneNumberOf(typed) : typed.trim();
  return (channel === "sms" ? phoneNumber : mailAddress).safeParse(address).success ? address : null;
}

export function wrongAddressText(channel: SendChannel): string {
  return channel === "sms"
    ? "Type the number with its country code, such as +49 170 1234567."
    : "Type a whole mail address, such as name@example.org.";
}

async function viewOf(ports: AppPorts, tx: Transaction): Promise<SendersView> {
  const [email, sms] = [await senderOf(tx, "email"), await senderOf(tx, "sms")];
  return {
    email: email?.kind === "http" ? null : email,
    sms: sms?.kind === "smtp" ? null : sms,
    mayCatch: ports.delivery.catcher !== null,
    messages: await tx.senders.messages.latest(shownMessages),
  };
}

function sameTarget(before: Sender, config: SenderChange): boolean {
  if (before.kind === "smtp" && config.kind === "smtp")
    return (["host", "port", "security", "userName", "authority"] as const).every(
      (key) => before[key] === config[key],
    );
  if (before.kind === "http" && config.kind === "http")
    return (["url", "secretHeader", "authority"] as const).every((key) => before[key] === config[key]);
  return false;
}

function isSafeUrl(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

/** What the audit says of a sender: enough to see what was changed. */
function shown(sender: Sender): Record<string, unknown> {
  if (sender.kind !== "http") return { ...sender };
  const { url, ...rest } = sender;
  // Some gateways take their key in the address.
  const { origin, pathname } = new URL(url);
  return { ...rest, url: `${origin}${pathname}` };
}
