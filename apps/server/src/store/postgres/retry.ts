import { setTimeout as sleep } from "node:timers/promises";
import { isUniqueViolation, sqlState } from "../storage-error.ts";

const mostTries = 15;
const mostTriesAfterDuplicate = 3;
const longestWaitMs = 250;

/**
 * Runs `work` again where another transaction was in its way. It must be a whole transaction: each try sees fresh
 * rows. A unique violation counts too, a few times: two transactions that both looked first and then inserted end in
 * one (PostgreSQL, 13.5), and the next look finds the other's row.
 */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= triesFor(error)) throw error;
      // Full jitter, so that those who clashed do not clash again.
      await sleep(Math.random() * Math.min(longestWaitMs, 4 * 2 ** tries));
    }
  }
}

function triesFor(error: unknown): number {
  if (isUniqueViolation(error)) return mostTriesAfterDuplicate;
  return clashes.has(sqlState(error) ?? "") ? mostTries : 1;
}

/** serialization_failure, deadlock_detected, lock_not_available. */
const clashes = new Set(["40001", "40P01", "55P03"]);
