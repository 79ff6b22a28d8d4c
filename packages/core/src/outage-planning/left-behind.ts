import { challengeLifetimeMs } from "../help-desk-codes/bypass-challenge.ts";
import { mostUsesOfBypassCode } from "../help-desk-codes/bypass-code.ts";
import type { BypassStanding } from "../help-desk-codes/bypass-standing.ts";
import { type HeldBundle, mostSignIns } from "./held-bundle.ts";

/** An order to delete, as far as it says what an endpoint may still do. */
export type DeletionOrder = {
  /** Null: everything the endpoint holds. */
  readonly userId: string | null;
  readonly reason: string;
  readonly doneAtMs: number | null;
};

/** A change of the password alone takes nothing away from who knows the new one. */
export const reasonsThatTakeNothing = ["password-changed"] as const;

/** Whether an order takes away what an endpoint holds of this user. */
export function takesAway(order: Omit<DeletionOrder, "doneAtMs">, userId: string): boolean {
  if (order.userId === null) return true;
  return order.userId === userId && !(reasonsThatTakeNothing as readonly string[]).includes(order.reason);
}

/** What an endpoint that was told to delete may still do with what it holds of the user. */
export type LeftBehind = {
  /** `done`: it has said that it deleted; `pending`: it has not heard the order, or has not said so. */
  readonly state: "done" | "pending";
  /** Until then it may honour old rights; null: no longer. */
  readonly usableUntilMs: number | null;
  readonly offlineSignInsLeft: number;
};

/**
 * An order cannot reach an endpoint that is away: until its contact it goes by what it was given, which ends by itself
 * (UNI-4, DESIGN §7 promise 4). `held` null: nothing is known to be there any more.
 */
export function leftBehind(
  order: Pick<DeletionOrder, "doneAtMs">,
  held: Omit<HeldBundle, "revocationPending"> | null,
  bypasses: BypassStanding | null,
  nowMs: number,
): LeftBehind {
  if (order.doneAtMs !== null) return { state: "done", usableUntilMs: null, offlineSignInsLeft: 0 };
  const left =
    held === null || nowMs >= held.notAfterMs ? 0 : mostSignIns(held) + bypassSignInsLeft(bypasses, nowMs);
  if (held === null || left === 0) return { state: "pending", usableUntilMs: null, offlineSignInsLeft: 0 };
  return { state: "pending", usableUntilMs: held.notAfterMs, offlineSignInsLeft: left };
}

/** What the help desk has read out goes beyond the codes that are kept: an endpoint that is away still takes it. */
function bypassSignInsLeft(bypasses: BypassStanding | null, nowMs: number): number {
  if (bypasses === null) return 0;
  const last = bypasses.codes.at(-1);
  const byCode = last?.number === bypasses.number ? Math.max(0, mostUsesOfBypassCode - last.uses) : 0;
  const byAnswer = bypasses.answers.filter(
    ({ givenAtMs, usedAtMs }) => usedAtMs === null && nowMs < givenAtMs + challengeLifetimeMs,
  ).length;
  return byCode + byAnswer;
}
