import type { StopRow } from "../../store/stops-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Refused } from "../outcome.ts";
import { refused } from "../outcome.ts";

/** The lock that a user is under, or null. */
export async function lockOf(tx: Transaction, userId: string): Promise<StopRow | null> {
  return (await tx.stops.ofUser(userId)).find(({ kind }) => kind === "lock") ?? null;
}

/** A lock is ended by who may lock, not by who may edit. */
export async function refusalWhileLocked(tx: Transaction, userId: string): Promise<Refused | null> {
  return (await lockOf(tx, userId))
    ? refused("conflict", "This user is locked; end the lock first, which says what he is then.")
    : null;
}
