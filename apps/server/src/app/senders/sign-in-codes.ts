import { type SentCode, sentCodes } from "@holdfast/core/policy/workflows";
import { isLive, isOnItsWay } from "@holdfast/core/sent-codes/sent-code";
import type { Workflow } from "@holdfast/protocol/policy";
import type { SendChannel } from "@holdfast/protocol/senders-api";
import { auditDraft } from "../../store/audit-draft.ts";
import type { Transaction } from "../../store/store.ts";
import { heldOf } from "../authenticators/data.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { productNameOf } from "../settings.ts";
import { macOfCode, newCode } from "./codes.ts";
import { deliver, enterMessage, withinLimits } from "./deliver.ts";
import { senderOf } from "./sender-settings.ts";

export const channelOf: Readonly<Record<SentCode, SendChannel>> = {
  "sms-code": "sms",
  "email-code": "email",
};

export type CodeRequest = {
  readonly by: SentCode;
  /** Null: nothing is sent, whatever for; the audit hears of it. */
  readonly userId: string | null;
  /** Of whom the audit is to speak; null: nobody of this name. */
  readonly about: string | null;
  readonly attemptId: string;
  readonly client: string;
  readonly workflow: Workflow;
  /** Host name of the page that asks, so that browsers offer the code there and nowhere else. */
  readonly host: string | null;
};

type Withheld = "not-proven" | "none-enrolled" | "on-its-way" | "too-many" | "no-sender";

/** In the background: the answer to the sign-in is the same, and as quick, whether anything is sent or not. */
export function sendSignInCode(ports: AppPorts, request: CodeRequest): void {
  ports.delivery.outbox.add("a sign-in's code", async () => {
    const entered = await ports.store.transaction((tx) => enter(ports, tx, request));
    if (entered !== null) await deliver(ports, entered.id, entered.message);
  });
}

/** Codes on their way are good for nothing any more; returns how many there were. */
export async function endSentCodes(tx: Transaction, userId: string): Promise<number> {
  const rows = await tx.authenticators.ofUser(userId);
  let ended = 0;
  for (const { row, data } of sentCodes.flatMap((by) => heldOf(rows, by))) {
    if (data.pending === null || data.pending.usedAtMs !== null) continue;
    await tx.authenticators.update({ ...row, version: row.version + 1, data: { ...data, pending: null } });
    ended++;
  }
  return ended;
}

async function enter(ports: AppPorts, tx: Transaction, request: CodeRequest) {
  const { by, userId, workflow, host } = request;
  const channel = channelOf[by];
  const tell = (type: string, detail: Record<string, unknown>, outcome: "info" | "refused") =>
    tx.audit({
      ...auditDraft(tx.now(), { name: request.client }, type, {
        userId: request.about,
        outcome,
        detail: { channel, workflow, ...detail },
      }),
      attemptId: request.attemptId,
      mode: "online",
    });
  const withhold = async (why: Withheld) => {
    await tell("sign-in-code-withheld", { why }, "refused");
    return null;
  };

  if (userId === null) return withhold("not-proven");
  const sender = await senderOf(tx, channel);
  if (sender === null) return withhold("no-sender");
  const enabled = (await tx.authenticators.ofUser(userId)).filter(({ status }) => status === "enabled");
  const [held] = heldOf(enabled, by);
  if (!held) return withhold("none-enrolled");
  const { row, data } = held;
  const { address, pending } = data;
  if (pending !== null && isLive(pending, workflow, tx.now()) && isOnItsWay(pending, tx.now()))
    return withhold("on-its-way");
  if (!(await withinLimits(ports, tx, userId, address, "sign-in"))) return withhold("too-many");

  const [id, code] = [newId(ports, "cod"), newCode(ports.entropy, sender.codeDigits)];
  const next = {
    id,
    mac: macOfCode(ports.lookupMac, id, code),
    workflow,
    sentAtMs: tx.now(),
    tries: 0,
    usedAtMs: null,
  };
  await tx.authenticators.update({ ...row, version: row.version + 1, data: { ...data, pending: next } });
  await tell("sign-in-code-sent", { authenticatorId: row.id }, "info");
  const name = await productNameOf(ports, tx);
  const message = {
    channel,
    to: address,
    subject: channel === "email" ? `${name}: your code` : null,
    text: textOf(name, code, workflow, channel === "sms" ? host : null),
  };
  return { message, id: await enterMessage(ports, tx, { ...message, purpose: "sign-in", userId }) };
}

const places: Readonly<Record<Workflow, string>> = {
  workstation: "at a computer",
  "remote-access": "from outside",
  "self-service": "to your account",
  administration: "to the console",
  "order-signing": "an order",
};

/** Says what it is for, so that nobody reads it out to somebody else for something else. */
function textOf(name: string, code: string, workflow: Workflow, host: string | null): string {
  const verb = workflow === "order-signing" ? "sign" : "sign in";
  const text = `${name}: ${code} is your code to ${verb} ${places[workflow]}. Good for 5 minutes. Tell it to nobody.`;
  // Origin-bound one-time codes (WICG): a browser fills it in at this host only.
  return host === null ? text : `${text}\n\n@${host} #${code}`;
}
