import type { UserPolicy } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { Lockout } from "../sign-in/types.ts";

/**
 * Failures in a row and the locks they lead to: one rule for server and endpoint (UNI-2, OTP-32, MDA-21).
 *
 * `failures` counts consecutive failures and only success or an administrator sets it to zero. A lock comes as soon as
 * `policy.failures` of them came since the last: once a lock has elapsed the person has the whole allowance again, while
 * the count goes on, so that `destroyAfterFailures` can be larger than the number that locks. Those since the last lock
 * are a count of their own, so that a number changed between two locks gives nobody more tries than the number then
 * in force: counted from multiples of it, the next lock could come later than either number says.
 */
export type LockoutPolicy = Pick<UserPolicy["lockout"], "failures" | "duration">;

export type LockState =
  | { readonly kind: "open" }
  /** Until, not including, `untilMs`. */
  | { readonly kind: "locked"; readonly untilMs: number };

/** No failure, no lock. */
export const NO_LOCKOUT: Lockout = { failures: 0, failuresSinceLock: 0, lockedUntilMs: null };

/** Wrong codes in a row after a right password that suspend the token here (SECURITY §1, Guessing). */
export const WRONG_CODES_THAT_SUSPEND = 10;

/** Failures in a row that are free of any wait. */
const FAILURES_WITHOUT_HOLD = 2;
const FIRST_HOLD_MS = 1000;
export const LONGEST_HOLD_MS = 30_000;

export function lockState(lockout: Lockout, nowMs: number): LockState {
  const { lockedUntilMs } = lockout;
  return lockedUntilMs !== null && nowMs < lockedUntilMs
    ? { kind: "locked", untilMs: lockedUntilMs }
    : { kind: "open" };
}

/** One more failure, of whatever factor; locks from now on where it is one too many. */
export function countFailure(lockout: Lockout, policy: LockoutPolicy, nowMs: number): Lockout {
  return countFailures(lockout, 1, policy, nowMs);
}

/** What a success, or an administrator who unlocks, leaves. */
export function clearFailures(): Lockout {
  return NO_LOCKOUT;
}

/** The stricter of two views of the same user (AMB-MDA-9): more failures, in all and since a lock, longer lock. Order does not matter. */
export function mergeLockouts(a: Lockout, b: Lockout): Lockout {
  return {
    failures: Math.max(a.failures, b.failures),
    failuresSinceLock: Math.max(a.failuresSinceLock, b.failuresSinceLock),
    lockedUntilMs:
      a.lockedUntilMs === null || b.lockedUntilMs === null
        ? (a.lockedUntilMs ?? b.lockedUntilMs)
        : Math.max(a.lockedUntilMs, b.lockedUntilMs),
  };
}

/**
 * Failures that an endpoint counted on its own, one or many at once, join the server's count (UNI-2: one wrong on each of three endpoints
 * locks, where the policy says three). Where they are together too many, the lock runs from now, when the verifier
 * learns of it. A lock that the endpoint had already set keeps its own end (MDA-21), which may have passed, but never
 * reaches further than one that would begin now: an endpoint cannot lock somebody out for years.
 *
 * Of many told at once only the last lock is known. Where both sides had counted in step, the endpoint's locks were
 * those that the server would have set; elsewhere the server's own lock comes on top, as it does one by one.
 */
export function addReportedFailures(
  server: Lockout,
  reported: {
    readonly count: number;
    readonly lockedUntilMs: number | null;
    /** The endpoint's own count since its last lock, after them; absent where it is a single failure. */
    readonly sinceLock?: number;
  },
  policy: LockoutPolicy,
  nowMs: number,
): Lockout {
  if (reported.count <= 0) return server;
  const joined = countFailures(server, reported.count, policy, nowMs);
  if (reported.lockedUntilMs === null) return joined;
  const untilMs = Math.min(reported.lockedUntilMs, nowMs + durationMs(policy));
  const told = { ...joined, lockedUntilMs: Math.max(server.lockedUntilMs ?? untilMs, untilMs) };
  const inStep =
    reported.sinceLock === undefined ||
    (joined.failuresSinceLock - reported.sinceLock) % policy.failures === 0;
  return inStep ? told : mergeLockouts(told, joined);
}

/** A wrong code after a right password, which has a budget of its own beside the policy's lockout. */
export function wrongCode(token: { readonly wrongCodes: number }): {
  wrongCodes: number;
  suspended: boolean;
} {
  const wrongCodes = token.wrongCodes + 1;
  return { wrongCodes, suspended: wrongCodes >= WRONG_CODES_THAT_SUSPEND };
}

/**
 * How long the shell holds an attempt before anything typed is looked at: 1 s after the third failure in a row, then
 * doubling. The same for a wrong password and a wrong code, so that the time says nothing about which it was. A lock
 * that has been sat out counts as the wait: the doubling begins again after it.
 */
export function holdBeforeAttemptMs(lockout: Lockout): number {
  const doublings = lockout.failuresSinceLock - FAILURES_WITHOUT_HOLD - 1;
  if (doublings < 0) return 0;
  return doublings >= 5 ? LONGEST_HOLD_MS : Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** doublings);
}

function countFailures(lockout: Lockout, count: number, policy: LockoutPolicy, nowMs: number): Lockout {
  const failures = lockout.failures + count;
  // Where a policy was made stricter meanwhile, the very next failure may be one too many.
  const untilLock = Math.max(1, policy.failures - lockout.failuresSinceLock);
  if (count < untilLock)
    return { ...lockout, failures, failuresSinceLock: lockout.failuresSinceLock + count };
  return {
    failures,
    failuresSinceLock: (count - untilLock) % policy.failures,
    lockedUntilMs: Math.max(lockout.lockedUntilMs ?? 0, nowMs + durationMs(policy)),
  };
}

function durationMs(policy: LockoutPolicy): number {
  const seconds = durationSeconds(policy.duration);
  if (seconds === null) throw new RangeError("the policy's lockout duration is no ISO 8601 duration");
  return seconds * 1000;
}
