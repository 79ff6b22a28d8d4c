import { remainingSignIns } from "@holdfast/core/lease/lease";
import { NO_LOCKOUT } from "@holdfast/core/lockout/lockout";
import { needsCodeOffline, needsPasswordOffline } from "@holdfast/core/policy/workflows";
import { hasPhone } from "@holdfast/core/sign-in/by-phone";
import { isBypass } from "@holdfast/core/sign-in/bypass";
import { signIn } from "@holdfast/core/sign-in/machine";
import type { AuthenticatorFacts, Facts, LeaseFacts, TokenFacts } from "@holdfast/core/sign-in/types";
import type { Workflow } from "@holdfast/protocol/policy";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import { bypassesOf } from "./bypass.ts";
import { phoneFactsOf } from "./qr-challenge.ts";
import { countFrom } from "./sealing.ts";
import type { LocalRules, UserHolding } from "./types.ts";
import { tokenOf } from "./users.ts";

/** What the store knows, as core decides on it. */

export type Held = { readonly user: StoredUser; readonly sealed: SealedUser | null };

/** Facts for the sign-in machine. `barred` are the store's own reasons, strictest first. */
export function factsOf(
  held: Held | null,
  barred: readonly RefusalReason[],
  rules: LocalRules,
  workflow: Workflow,
  clockBehindMs: number,
): Facts {
  const policy = held?.sealed?.bundle.policy ?? defaultUserPolicy;
  const reasons = [...barred];
  if (held?.user.sealed && !held.sealed) reasons.push("store-damaged");
  if (!rules.offlineEnabled) reasons.push("offline-off-here");
  // Only a password opens a slot: a code alone has no guess limit without a TPM (SECURITY §1), and no slot with one yet.
  if (held?.sealed && !needsPasswordOffline(policy, workflow)) reasons.push("factor-not-offline-capable");
  const onlineOnly = held?.sealed?.bundle.onlineOnly ?? [];
  const shared = {
    policy,
    barred: reasons,
    clockBehindMs,
    authenticators: held?.sealed ? authenticatorsOf(held.user, held.sealed, rules) : [],
    onlineOnly,
    enrolmentPostponed: 0,
    enrolsByPassword: false,
  };
  if (!held || (held.user.sealed === null && held.user.status === "active")) {
    return {
      ...shared,
      version: 0,
      user: null,
      lockout: NO_LOCKOUT,
      hasPassword: false,
      token: null,
      lease: null,
    };
  }
  const { user, sealed } = held;
  return {
    ...shared,
    version: user.version,
    user: { id: user.userId, name: user.userName, status: user.status },
    lockout: {
      failures: user.failures,
      failuresSinceLock: user.failuresSinceLock,
      lockedUntilMs: user.lockedUntilMs,
    },
    hasPassword: sealed !== null && usableSlots(user, sealed).length > 0,
    token: sealed && tokenFacts(user, sealed),
    lease: sealed && leaseFacts(user, sealed, rules),
  };
}

export function holdingOf(held: Held, facts: Facts, nowMs: number): UserHolding {
  const { user, sealed } = held;
  const lease = facts.lease;
  const code = needsCodeOffline(facts.policy, "workstation", hasPhone(facts));
  return {
    userId: user.userId,
    userName: user.userName,
    refusal: refusalNow(user.userName, facts, nowMs),
    remaining: lease ? remainingSignIns(lease, { code }) : 0,
    notAfterMs: lease?.notAfterMs ?? 0,
    failures: user.failures,
    lockedUntilMs: user.lockedUntilMs,
    lastOnlineMs: user.lastOnlineMs,
    // Of a file that is lost nothing is held, whatever was taken once.
    epoch: sealed?.bundle.epoch ?? 0,
    sequence: sealed?.bundle.sequence ?? 0,
    refillWaiting: sealed?.waiting != null,
    bypass: { number: user.bypass.number, floor: user.bypass.floor },
  };
}

/** Slots that a newer credential epoch has not outdated. */
export function usableSlots(user: StoredUser, sealed: SealedUser): SealedUser["slots"] {
  return sealed.slots.filter((slot) => slot.credentialEpoch >= user.credentialEpoch);
}

/** Lowest counter that may still be accepted of the bundle's token. */
export function floorOf(user: StoredUser, sealed: SealedUser): number {
  const { token } = sealed.bundle;
  return token ? Math.max(token.nextCounter, tokenOf(user, token.id).floor) : 0;
}

function tokenFacts(user: StoredUser, sealed: SealedUser): TokenFacts | null {
  const { token } = sealed.bundle;
  if (!token) return null;
  const { wrongCodes, suspended, revoked } = tokenOf(user, token.id);
  if (revoked) return null;
  const { id, digits, algorithm } = token;
  return { id, digits, algorithm, nextCounter: floorOf(user, sealed), wrongCodes, suspended };
}

function leaseFacts(user: StoredUser, sealed: SealedUser, rules: LocalRules): LeaseFacts {
  const { bundle } = sealed;
  const maxSignIns = Math.min(bundle.maxSignIns, rules.maxSignIns ?? bundle.maxSignIns);
  // Local configuration tightens, never loosens (DESIGN §6).
  const localEndMs =
    rules.offlineMaxAgeSeconds === null
      ? bundle.notAfterMs
      : bundle.serverTimeMs + rules.offlineMaxAgeSeconds * 1000;
  return {
    notAfterMs: Math.min(bundle.notAfterMs, localEndMs),
    signInsLeft: Math.max(0, maxSignIns - user.signInsUsed),
    codesLeft: codesLeft(user, sealed),
    lastOnlineMs: user.lastOnlineMs,
    freshSignInNeeded: user.freshSignInNeeded || usableSlots(user, sealed).length === 0,
  };
}

/** What stands beside the token's codes. */
function authenticatorsOf(user: StoredUser, sealed: SealedUser, rules: LocalRules): AuthenticatorFacts[] {
  const bypasses = usedUpHere(user, rules) ? [] : bypassesOf(user, sealed);
  return [...phoneFactsOf(user, sealed), ...bypasses];
}

/** The machine's own configuration says how often: what the help desk gives loosens the policy's number, never this one. */
function usedUpHere(user: StoredUser, { maxSignIns }: LocalRules): boolean {
  return maxSignIns !== null && user.signInsUsed >= maxSignIns;
}

/** A refill that waits is closed, so its codes are counted from what the bundle says it holds. */
function codesLeft(user: StoredUser, sealed: SealedUser): number {
  const { token } = sealed.bundle;
  if (!token) return 0;
  const floor = floorOf(user, sealed);
  if (sealed.waiting !== null) return Math.max(0, token.handedThrough - floor + 1);
  return sealed.codes?.tokenId === token.id ? countFrom(sealed.codes.ranges, floor) : 0;
}

/**
 * Core's own refusal at the start of a sign-in, so that what is shown is what would happen; without the help desk, whose
 * codes are for who has run out of his own.
 */
function refusalNow(userName: string, facts: Facts, nowMs: number): RefusalReason | null {
  const base = {
    id: "outlook",
    workflow: "workstation",
    mode: "offline",
    userName,
    oneLine: false,
    browser: false,
    expiresAtMs: nowMs + 1,
  } as const;
  const authenticators = facts.authenticators.filter(({ factor }) => !isBypass(factor));
  const { state } = signIn(null, { in: "begin", base }, { ...facts, authenticators }, nowMs);
  return state.at === "done" && state.outcome.kind === "refused" ? state.outcome.reason : null;
}
