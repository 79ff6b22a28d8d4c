import { WRONG_CODES_THAT_SUSPEND } from "../lockout/lockout.ts";
import type { AuthenticatorFacts, Base, Facts } from "./types.ts";

/**
 * A phone answers the challenge that an endpoint without a network shows (SECURITY §4). It has no window of codes to run
 * out of, so a user with such a phone may sign in there as often as the lease allows, with an event-based token or without.
 */

/** What an endpoint has of it. `version` is another once a challenge was shown or used. */
export function phoneFacts(version: number, wrongCodes: number): AuthenticatorFacts {
  return { id: "qr-challenge", factor: "qr-challenge", nextCounter: 0, version, expired: false, wrongCodes };
}

/** Not for a client that can ask only once: the challenge comes after the password. */
export function answersByPhone(base: Pick<Base, "mode" | "oneLine">, facts: Facts): boolean {
  return base.mode === "offline" && !base.oneLine && hasPhone(facts);
}

/** Too many wrong answers in a row: not here until online contact, like a token (SECURITY §1, Guessing). */
export function phoneSuspended(facts: Facts): boolean {
  return (phoneOf(facts)?.wrongCodes ?? 0) >= WRONG_CODES_THAT_SUSPEND;
}

/** What a person types at a prompt for a code, who would rather have his phone answer. */
export function wantsChallenge(typed: string): boolean {
  return /^\s*qr\s*$/i.test(typed);
}

/** Somebody's phone answers there, whatever else the policy takes. */
export function hasPhone(facts: Facts): boolean {
  return phoneOf(facts) !== null && !phoneSuspended(facts);
}

export function phoneOf({ authenticators }: Pick<Facts, "authenticators">): AuthenticatorFacts | null {
  return authenticators.find(({ factor }) => factor === "qr-challenge") ?? null;
}
