import type { Revocation } from "@holdfast/protocol/bundle";
import type { RevocationRow } from "../store/revocations-store.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";

type Wanted = Omit<Revocation, "version" | "id" | "issuedAtMs">;

/**
 * Orders to delete. Only a signed one deletes (DESIGN §6); each is signed when its endpoint gets it, because it can wait
 * for longer than a bundle key is trusted.
 */
export function newRevocations(ports: AppPorts, wanted: readonly Wanted[]): Revocation[] {
  const issuedAtMs = ports.clock.now();
  return wanted.map((one) => ({ version: 1, id: newId(ports, "rev"), issuedAtMs, ...one }));
}

export function signRevocations(ports: AppPorts, orders: readonly Revocation[]): Promise<string[]> {
  return Promise.all(orders.map((order) => ports.signer.sign("revocation", order)));
}

/** The endpoints that hold something of a user, on whose material a change bears. */
export async function holders(tx: Transaction, userId: string): Promise<string[]> {
  const bundles = await tx.bundles.ofUser(userId);
  return bundles.filter(({ status }) => status !== "revoked").map(({ endpointId }) => endpointId);
}

/** Queues orders in the transaction of the change that calls for them. */
export async function queueRevocations(
  tx: Transaction,
  actor: Actor,
  orders: readonly Revocation[],
): Promise<void> {
  for (const revocation of orders) {
    const { id, endpointId, userId, reason } = revocation;
    await tx.revocations.insert({
      id,
      endpointId,
      userId,
      revocation,
      createdAtMs: tx.now(),
      doneAtMs: null,
    });
    await report(tx, actor, "revocation-queued", {
      userId,
      endpointId,
      reason,
      detail: { revocationId: id },
    });
  }
}

/**
 * A change of a user after which endpoints must delete: orders are made before the transaction (it may run twice)
 * for the endpoints that hold something now, and for those that came to hold something meanwhile it is done again.
 */
export async function changeWithRevocations<T>(
  ports: AppPorts,
  userId: string,
  order: (endpointId: string) => Wanted | null,
  change: (tx: Transaction, queue: (actor: Actor) => Promise<void>) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < maximumAttempts; attempt++) {
    const held = await ports.store.read((tx) => holders(tx, userId));
    const wanted = held.map(order).filter((one) => one !== null);
    const orders = newRevocations(ports, wanted);
    const result = await ports.store.transaction(async (tx) => {
      const now = await holders(tx, userId);
      if (now.some((endpointId) => !held.includes(endpointId))) return { done: false } as const;
      return { done: true, value: await change(tx, (actor) => queueRevocations(tx, actor, orders)) } as const;
    });
    if (!result.done) continue;
    for (const { endpointId, reason } of orders) ports.wake(endpointId, reason);
    return result.value;
  }
  throw new Error("endpoints kept taking bundles of a user while he was changed");
}
const maximumAttempts = 20;

/** What the console says of an order: never that something is gone which it cannot know (DESIGN §7, promise 4). */
export function revocationState(row: RevocationRow, lastContactAtMs: number | null): string {
  if (row.doneAtMs !== null) return `done ${new Date(row.doneAtMs).toISOString()}`;
  if (lastContactAtMs === null) return "pending: endpoint has not made contact yet";
  return `pending: endpoint offline since ${new Date(lastContactAtMs).toISOString()}`;
}
