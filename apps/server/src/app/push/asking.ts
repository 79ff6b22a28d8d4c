import { pushLifetimeMs, pushMemory, pushMemoryMs, withinPushLimits } from "@holdfast/core/push/request";
import type { PushDetails, PushObstacle, PushOrder } from "@holdfast/protocol/push-api";
import { auditDraft } from "../../store/audit-draft.ts";
import type { PushSubscriptionRow } from "../../store/push-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { AppPorts } from "../ports.ts";
import { newSecret } from "../ports.ts";
import { readinessOf } from "./users.ts";
import { withdraw } from "./withdrawing.ts";

/** A sign-in that wants its person's phone asked. */
export type PushAsk = {
  readonly id: string;
  /** Null: nobody is asked, whatever for; the audit hears of it. */
  readonly userId: string | null;
  /** Of whom the audit is to speak; null: nobody of this name. */
  readonly about: string | null;
  readonly attemptId: string;
  readonly client: string;
  readonly askedAtMs: number;
  /** The sign-in itself is over then. */
  readonly endsAtMs: number;
  readonly details: (tx: Transaction) => Promise<PushDetails>;
  readonly workflow: PushDetails["workflow"];
  readonly order: PushOrder | null;
};

type Withheld = PushObstacle | "not-proven" | "one-pending" | "too-many";

/** In the background: the sign-in shows its number and waits, as quick and as long, whether anybody is asked or not. */
export function askPhones(ports: AppPorts, ask: PushAsk): void {
  ports.push.background.add("a push request", async () => {
    if ((await ports.store.attempt(ask.attemptId, ask.client)) !== null) return;
    const asked = await ports.store.transaction((tx) => enter(ports, tx, ask));
    if (asked === null) return;
    // The sign-in may have ended meanwhile. One that ends from here on finds the request (withdrawing.ts).
    if ((await ports.store.attempt(ask.attemptId, ask.client)) !== null)
      return withdraw(ports, ask.id, "sign-in-ended");
    ports.phones.wake(asked.phoneIds, "push-requests");
    ports.push.notify(asked.subscriptions);
  });
}

async function enter(
  ports: AppPorts,
  tx: Transaction,
  ask: PushAsk,
): Promise<{ phoneIds: readonly string[]; subscriptions: readonly PushSubscriptionRow[] } | null> {
  const { id, userId, workflow, askedAtMs, order } = ask;
  const tell = (type: string, detail: Record<string, unknown>, outcome: "info" | "refused") =>
    tx.audit({
      ...auditDraft(tx.now(), { name: ask.client }, type, { userId: ask.about, outcome, detail }),
      attemptId: ask.attemptId,
      mode: "online",
    });
  const withhold = async (why: Withheld) => {
    await tell("push-withheld", { workflow, why }, "refused");
    return null;
  };

  if (userId === null) return withhold("not-proven");
  const ready = await readinessOf(tx, userId);
  if (ready.kind === "not-ready") return withhold(ready.why);
  // Asked before in this very sign-in, from which the person went to another prompt and came back.
  if ((await tx.push.requests.get(id)) !== null) return null;
  // A sign-in that is about to end decides again, and sees this request.
  await tx.users.bump(userId);
  const expiresAtMs = Math.min(askedAtMs + pushLifetimeMs, ask.endsAtMs);
  if (!(await tx.push.requests.claim(userId, id, tx.now(), expiresAtMs))) return withhold("one-pending");
  const before = await tx.push.requests.askedSince(userId, tx.now() - pushMemoryMs, pushMemory);
  if (!withinPushLimits(before, tx.now())) {
    await tx.push.requests.release(id);
    return withhold("too-many");
  }
  const details = await ask.details(tx);
  const standing = await tx.push.users.get(userId);
  await tx.push.requests.insert({
    ...{ id, userId, attemptId: ask.attemptId, client: ask.client },
    ...{ challenge: newSecret(ports, 32), details, order, askedAtMs, expiresAtMs },
    requireBiometric: standing?.requireBiometric ?? false,
    ...{ outcome: null, answeredAtMs: null, phoneId: null, statement: null },
  });
  const { application, place, address } = details;
  await tell("push-asked", { requestId: id, workflow, application, place, address }, "info");
  // Those whose stream is at another server.
  await tx.phones.touch(ready.phoneIds);
  return { phoneIds: ready.phoneIds, subscriptions: await tx.push.subscriptions.ofPhones(ready.phoneIds) };
}
