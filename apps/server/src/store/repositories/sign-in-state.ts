import { sql } from "kysely";
import type { SignInStateRow } from "../users-store.ts";
import { type Context, changed } from "./context.ts";

/**
 * Makes sign-ins in flight decide again. It comes before any other change about the user: sign-ins lock the state
 * first too, so that the two never wait for each other in a circle.
 */
export async function bump({ db }: Context, userId: string): Promise<void> {
  const result = await db
    .updateTable("signInStates")
    .set((row) => ({ version: row("version", "+", 1) }))
    .where("userId", "=", userId)
    .executeTakeFirst();
  if (!changed(result)) throw new Error(`there is no user ${userId}`);
}

/**
 * Keeps beside the sign-in state how many enabled authenticators there are besides password and event-based tokens: a
 * sign-in of somebody who has none, which is most, need not look for them.
 */
export async function countOthers({ db }: Context, userId: string): Promise<void> {
  const others = sql<number>`
    (SELECT count(*) FROM tokens WHERE user_id = ${userId} AND kind = 'totp' AND status = 'enabled')
    + (SELECT count(*) FROM authenticators WHERE user_id = ${userId} AND status = 'enabled')
    + (SELECT count(*) FROM push_users WHERE user_id = ${userId} AND enabled = 1)`;
  await db
    .updateTable("signInStates")
    .set({ otherAuthenticators: others })
    .where("userId", "=", userId)
    .execute();
}

/** Keeps the largest used counter beside the sign-in state, where that is about this token. */
export async function raiseUsedCounter({ db }: Context, tokenId: string, counter: number): Promise<void> {
  await db
    .updateTable("signInStates")
    .set({ usedCounter: counter })
    .where("userId", "=", (from) => from.selectFrom("tokens").select("userId").where("id", "=", tokenId))
    .where("usedTokenId", "=", tokenId)
    .where("usedCounter", "<", counter)
    .execute();
}

/** What a sign-in's decisions are made of. */
export const stateColumns = [
  "userId",
  "version",
  "failures",
  "failuresSinceLock",
  "lockedUntilMs",
  "remoteFailures",
  "remoteFailuresSinceLock",
  "remoteLockedUntilMs",
  "otherAuthenticators",
  "enrolmentPostponed",
  "remoteEnrolmentPostponed",
  "temporaryCode",
] as const satisfies readonly (keyof SignInStateRow)[];
