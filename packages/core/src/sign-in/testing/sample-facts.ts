import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type { Facts, LeaseFacts, TokenFacts } from "../types.ts";

/** Somebody with a password and nothing else, of whom nothing is wrong; what a test is about stands in the test. */
export function sampleFacts(about: Partial<Facts> = {}): Facts {
  return {
    version: 7,
    user: { id: "u1", name: "nora", status: "active" },
    policy: defaultUserPolicy,
    lockout: { failures: 0, failuresSinceLock: 0, lockedUntilMs: null },
    hasPassword: true,
    token: null,
    authenticators: [],
    onlineOnly: [],
    enrolmentPostponed: 0,
    enrolsByPassword: false,
    lease: null,
    barred: [],
    clockBehindMs: 0,
    ...about,
  };
}

export function sampleToken(about: Partial<TokenFacts> = {}): TokenFacts {
  return {
    id: "t1",
    digits: 6,
    algorithm: "SHA-1",
    nextCounter: 10,
    wrongCodes: 0,
    suspended: false,
    ...about,
  };
}

/** An hour and three sign-ins are left of it. */
export function sampleLease(nowMs: number, about: Partial<LeaseFacts> = {}): LeaseFacts {
  return {
    notAfterMs: nowMs + 3_600_000,
    signInsLeft: 3,
    codesLeft: 3,
    lastOnlineMs: 1,
    freshSignInNeeded: false,
    ...about,
  };
}
