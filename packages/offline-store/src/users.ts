import { mergeLockouts, WRONG_CODES_THAT_SUSPEND } from "@holdfast/core/lockout/lockout";
import type { BypassFactor } from "@holdfast/core/sign-in/bypass";
import { bypassFactors } from "@holdfast/core/sign-in/bypass";
import type { Change, Lockout, SignInAudit } from "@holdfast/core/sign-in/types";
import type { Bundle, Revocation } from "@holdfast/protocol/bundle";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { StoredUser } from "@holdfast/protocol/stored-files";
import {
  afterBeingOnline,
  afterBypassUse,
  afterChallengeTried,
  bypassTold,
  noBypass,
  withBypassFloor,
  withNumber,
} from "./bypass.ts";
import {
  noQrChallenges,
  qrChallengeId,
  withNextQrChallenge,
  withQrChallenges,
  withRevokedProfile,
} from "./qr-challenge.ts";
import type { CommitContext } from "./types.ts";

/** What changes about a cached user, as pure functions of his record. */

type Token = StoredUser["tokens"][number];

const maxTokens = 100;
const maxPending = 256;

export function newUser(userId: string, userName: string): StoredUser {
  return {
    userId,
    userName,
    version: 0,
    status: "active",
    failures: 0,
    failuresSinceLock: 0,
    lockedUntilMs: null,
    signInsUsed: 0,
    lastOnlineMs: null,
    freshSignInNeeded: false,
    credentialEpoch: 0,
    tokens: [],
    bypass: noBypass,
    qrChallenges: noQrChallenges,
    pending: [],
    refusals: [],
    taken: { epoch: 0, sequence: 0 },
    sealed: null,
  };
}

export function tokenOf(user: StoredUser, tokenId: string): Token {
  const found = user.tokens.find((token) => token.tokenId === tokenId);
  return found ?? { tokenId, floor: 0, wrongCodes: 0, suspended: false, revoked: false };
}

/** Replaces one token's record; the token touched last stands last, and the longest untouched goes when full. */
export function withToken(user: StoredUser, token: Token): StoredUser {
  const others = user.tokens.filter((one) => one.tokenId !== token.tokenId);
  return { ...user, tokens: [...others, token].slice(-maxTokens) };
}

/** A floor only rises. */
export function raiseFloor(user: StoredUser, tokenId: string, nextCounter: number): StoredUser {
  const token = tokenOf(user, tokenId);
  return withToken(user, { ...token, floor: Math.max(token.floor, nextCounter) });
}

export type Committed =
  | { readonly kind: "changed"; readonly user: StoredUser; readonly events: readonly EndpointEventBody[] }
  | { readonly kind: "conflict" };

/** Core's commit on one record: all of its changes or none. */
export function applyCommit(
  before: StoredUser,
  write: readonly Change[],
  audit: readonly SignInAudit[],
  context: CommitContext,
): Committed {
  let user = before;
  const events: EndpointEventBody[] = [];
  for (const change of write) {
    const next = applyChange(user, change, context.attemptId, events);
    if (next === null) return { kind: "conflict" };
    user = next;
  }
  if (audit.length > 0) user = withoutPending(user, context.attemptId);
  // An attempt that is still being checked keeps the failure that was counted ahead for it, whoever else succeeds.
  const ahead = user.pending.length;
  if (user.failures < ahead) user = { ...user, failures: ahead, failuresSinceLock: ahead };
  return {
    kind: "changed",
    user,
    events: [...audit.map((entry) => eventOf(entry, { ...user, bypass: before.bypass }, context)), ...events],
  };
}

function applyChange(
  user: StoredUser,
  change: Change,
  attemptId: string,
  events: EndpointEventBody[],
): StoredUser | null {
  const { userId } = user;
  switch (change.change) {
    case "attempt-recorded": {
      const others = user.pending.filter((id) => id !== attemptId);
      if (others.length >= maxPending) return null;
      return { ...user, ...lockoutOf(change.lockout), pending: [...others, attemptId] };
    }
    case "lockout":
      return { ...user, ...lockoutOf(change.lockout) };
    case "wrong-codes": {
      const { tokenId, wrongCodes, suspended } = change;
      if (tokenId === qrChallengeId) {
        if (suspended) events.push({ type: "token-suspended", userId, tokenId });
        return withQrChallenges(user, { wrongAnswers: wrongCodes });
      }
      const token = tokenOf(user, tokenId);
      if (suspended && !token.suspended) events.push({ type: "token-suspended", userId, tokenId });
      return withToken(user, { ...token, wrongCodes, suspended });
    }
    case "code-consumed": {
      // No code is taken twice, whatever the caller believes.
      if (change.counter < tokenOf(user, change.tokenId).floor) return null;
      return raiseFloor(user, change.tokenId, change.counter + 1);
    }
    case "authenticator-used": {
      const factor = change.authenticatorId;
      if (factor === qrChallengeId) return withNextQrChallenge(user);
      return isBypassId(factor) ? afterBypassUse(user, factor) : null;
    }
    case "challenge-tried":
      return afterChallengeTried(user);
    // Changes of what works online only: an endpoint has none of it.
    case "enrolment-postponed":
    case "sent-code-tried":
    case "temporary-code-used":
    case "temporary-code-ended":
      return null;
    case "sign-in-counted":
      return { ...user, signInsUsed: user.signInsUsed + 1 };
    case "bundle-destroyed":
      if (user.sealed) events.push({ type: "bundle-destroyed", userId, why: "too many failures in a row" });
      return { ...user, sealed: null };
  }
}

export function withoutPending(user: StoredUser, attemptId: string): StoredUser {
  return user.pending.includes(attemptId)
    ? { ...user, pending: user.pending.filter((id) => id !== attemptId) }
    : user;
}

type SignInEvent = Extract<EndpointEventBody, { type: "sign-in" }>;

/** The audit of an attempt as the chain keeps it. */
export function eventOf(
  audit: SignInAudit,
  user: Pick<StoredUser, "userId" | "userName" | "bypass">,
  context: CommitContext,
): SignInEvent {
  const { service, tty, remoteHost } = context;
  return {
    type: "sign-in",
    attemptId: audit.attemptId,
    userId: user.userId,
    userName: user.userName,
    workflow: audit.workflow,
    mode: audit.mode,
    outcome: audit.outcome,
    ...(audit.reason === null ? {} : { reason: audit.reason }),
    factors: [...audit.factors],
    ...(audit.consumed === null ? {} : { consumed: audit.consumed }),
    ...(audit.outcome === "succeeded" ? bypassTold(audit.factors, user) : {}),
    ...(audit.failure === null ? {} : { failure: audit.failure }),
    ...(audit.lockedUntilMs === null ? {} : { lockedUntilMs: audit.lockedUntilMs }),
    ...(service === undefined ? {} : { service: cut(service, 64) }),
    ...(tty === undefined ? {} : { tty: cut(tty, 64) }),
    ...(remoteHost === undefined ? {} : { remoteHost: cut(remoteHost, 256) }),
  };
}

/** An online success here: failures clear, the floor follows, and what waited for it is over. */
export function afterOnlineSuccess(
  before: StoredUser,
  consumed: { readonly tokenId: string; readonly counter: number } | null,
  nowMs: number,
): StoredUser {
  const user: StoredUser = {
    ...before,
    status: "active",
    failures: before.pending.length,
    failuresSinceLock: before.pending.length,
    lockedUntilMs: null,
    lastOnlineMs: nowMs,
    freshSignInNeeded: false,
    bypass: afterBeingOnline(before),
    qrChallenges: { ...before.qrChallenges, wrongAnswers: 0 },
    tokens: before.tokens.map((token) => ({ ...token, wrongCodes: 0, suspended: false })),
  };
  return consumed ? raiseFloor(user, consumed.tokenId, consumed.counter + 1) : user;
}

/** A bundle was taken: its limits count from zero, floors stay. */
export function afterBundle(
  before: StoredUser,
  bundle: Pick<
    Bundle,
    "epoch" | "sequence" | "userName" | "credentialEpoch" | "token" | "failures" | "bypass" | "phones"
  >,
  sealed: NonNullable<StoredUser["sealed"]>,
  serverKnowsAll: boolean,
): StoredUser {
  const { epoch, sequence, userName, token } = bundle;
  const user: StoredUser = {
    ...withServerLockout(
      before,
      {
        failures: bundle.failures.count,
        failuresSinceLock: bundle.failures.sinceLock,
        lockedUntilMs: bundle.failures.lockedUntilMs,
      },
      serverKnowsAll,
    ),
    userName,
    signInsUsed: 0,
    bypass: withNumber(before, bundle.bypass?.number ?? 0),
    // A phone that the server hands out again is no longer revoked.
    qrChallenges: {
      ...before.qrChallenges,
      revokedProfiles: before.qrChallenges.revokedProfiles.filter(
        (revoked) => !bundle.phones.some(({ profileId }) => profileId === revoked),
      ),
    },
    credentialEpoch: Math.max(before.credentialEpoch, bundle.credentialEpoch),
    taken: { epoch, sequence },
    sealed,
  };
  if (!token) return user;
  // A token that the server hands out again is no longer revoked.
  return raiseFloor(
    withToken(user, { ...tokenOf(user, token.id), revoked: false }),
    token.id,
    token.nextCounter,
  );
}

/** The server's view after contact. */
export function afterContact(
  before: StoredUser,
  entry: ContactAnswer["users"][number],
  serverKnowsAll: boolean,
): StoredUser {
  let user: StoredUser = {
    ...withServerLockout(before, lockoutOf(entry), serverKnowsAll),
    status: entry.status,
    bypass: withBypassFloor(before, entry.bypassFloor),
    // The budget of wrong answers and codes starts anew once the server has been told that it was used up.
    qrChallenges:
      serverKnowsAll && before.qrChallenges.wrongAnswers >= WRONG_CODES_THAT_SUSPEND
        ? { ...before.qrChallenges, wrongAnswers: 0 }
        : before.qrChallenges,
    freshSignInNeeded: entry.freshSignInNeeded,
    credentialEpoch: Math.max(before.credentialEpoch, entry.credentialEpoch),
    tokens: before.tokens.map((token) =>
      token.suspended && serverKnowsAll ? { ...token, wrongCodes: 0, suspended: false } : token,
    ),
  };
  for (const { tokenId, nextCounter } of entry.floors) user = raiseFloor(user, tokenId, nextCounter);
  return user;
}

/**
 * Whether the server has heard of all that this endpoint counted about a user: then its view of failures and locks
 * holds, else the stricter one (SECURITY §2).
 */
export function serverKnowsAll(
  user: StoredUser,
  undelivered: readonly ChainedEvent[],
  through: number,
): boolean {
  if (user.pending.length > 0 || user.refusals.length > 0) return false;
  return !undelivered.some(
    ({ sequence, body }) => sequence > through && "userId" in body && body.userId === user.userId,
  );
}

function withServerLockout(user: StoredUser, server: Lockout, serverKnowsAll: boolean): StoredUser {
  return { ...user, ...(serverKnowsAll ? server : lockoutOf(mergeLockouts(user, server))) };
}

/** What a signed revocation leaves of one user's record; his sealed file is the caller's to change. */
export function afterRevocation(before: StoredUser, revocation: Revocation): StoredUser {
  switch (revocation.reason) {
    case "user-disabled":
    case "user-deleted":
      return { ...before, status: "disabled", sealed: null };
    case "password-changed": {
      const credentialEpoch = Math.max(before.credentialEpoch, revocation.credentialEpoch ?? 0);
      return { ...before, credentialEpoch };
    }
    case "token-revoked":
      return revocation.tokenId === null
        ? { ...before, sealed: null }
        : withToken(before, { ...tokenOf(before, revocation.tokenId), revoked: true });
    case "phone-revoked": {
      const { profileId, tokenId } = revocation;
      const after = profileId === undefined ? before : withRevokedProfile(before, profileId);
      return tokenId === null ? after : withToken(after, { ...tokenOf(after, tokenId), revoked: true });
    }
    case "device-stolen":
    case "offline-disallowed":
    case "endpoint-revoked":
      return { ...before, sealed: null };
  }
}

function isBypassId(id: string): id is BypassFactor {
  return (bypassFactors as readonly string[]).includes(id);
}

function lockoutOf({ failures, failuresSinceLock, lockedUntilMs }: Lockout): Lockout {
  return { failures, failuresSinceLock, lockedUntilMs };
}

function cut(text: string, length: number): string {
  return text.slice(0, length);
}
