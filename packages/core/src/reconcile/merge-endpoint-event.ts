import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { BypassUse } from "../help-desk-codes/bypass-standing.ts";
import { addReportedFailures, clearFailures, type LockoutPolicy } from "../lockout/lockout.ts";
import type { Lockout } from "../sign-in/types.ts";

/**
 * What the server makes of one event that an endpoint reports after it was offline (SECURITY §2, OTP-29).
 *
 * An endpoint is believed only about users who have a bundle there and only up to the counter handed out; what goes
 * beyond is kept in the audit and has no effect. Floors rise by maximum, consumption is kept per source, failures are
 * added and a success clears them. The order in which endpoints return changes neither floors, nor what counts as
 * consumed, nor which counters are in conflict.
 */
export type EndpointEvent = {
  readonly sequence: number;
  readonly atMs: number;
  readonly body: EndpointEventBody;
};

/** Who accepted a code: the server itself, or an endpoint by its id. */
export type Consumption = { readonly source: string; readonly attemptId: string; readonly atMs: number };

export const SERVER_SOURCE = "server";

/** What the server knows about the event's user, read in the same transaction that carries the decision out. */
export type MergeFacts = {
  readonly endpointId: string;
  /** Last event of this endpoint that has been merged. */
  readonly mergedThrough: number;
  /** An administrator does not trust this endpoint's word any more: its events are kept, without effect. */
  readonly distrusted: boolean;
  /** Null: this endpoint holds nothing for such a user. */
  readonly bundle: { readonly tokenId: string | null; readonly handedThrough: number } | null;
  readonly lockout: Lockout;
  readonly lockoutPolicy: LockoutPolicy;
  /**
   * When the server last heard of a failure of the user, of its own or from another endpoint, by the server's clock;
   * null: never. What this endpoint told before is left out: its own chain says in which order that happened.
   */
  readonly lastFailureAtMs: number | null;
  /**
   * When this endpoint had last told all that had happened there, by the server's clock: whatever it tells now happened
   * later. Null: never.
   */
  readonly levelAtMs: number | null;
  /** Floor of the token that the event names; null: no such token of this user. */
  readonly nextCounter: number | null;
  /** Who is known to have accepted the code that the event names. */
  readonly consumedBy: readonly Consumption[];
  /** The server has given a verdict on this very attempt: its answer was lost, or the endpoint fell back. */
  readonly attemptKnown: boolean;
  /** The help desk gave this user the bypass code, or the answer, that the event names as used. */
  readonly bypassGiven: boolean;
  /** The user's policy asks for a code in the event's workflow: a success without one is no proof of anything. */
  readonly codeNeeded: boolean;
  /** He has, or had when the endpoint last heard of it, a phone that answers challenges there. */
  readonly phoneAnswers: boolean;
};

export type MergeAlert = {
  readonly kind:
    | "same-counter-twice"
    | "counter-jump"
    | "token-suspended"
    | "bypass-not-given"
    | "rollback-detected"
    | "tamper-detected";
  readonly userId: string | null;
  readonly detail: Readonly<Record<string, string | number | readonly string[]>>;
};

/** Why an event was kept without effect. */
export type Unheeded =
  | "merged-before"
  | "distrusted-source"
  | "no-bundle-here"
  | "counter-beyond-handed-out"
  | "code-missing"
  /** The answer of a phone that he has not, or that is told here no more: endpoints can make such answers themselves. */
  | "phone-unknown"
  | "bypass-not-given"
  | "token-replaced";

export type MergeDecision = {
  /** A code that this endpoint accepted, to be kept with its source. */
  readonly consume: ({ readonly tokenId: string; readonly counter: number } & Consumption) | null;
  readonly raiseFloor: { readonly tokenId: string; readonly nextCounter: number } | null;
  /** The user's new lockout, if it changes. */
  readonly lockout: Lockout | null;
  /**
   * Sign-ins that came later with a code somebody else had used: where they happened sessions are locked and a fresh
   * online sign-in is demanded. `server` means an online sign-in; its attempt tells where.
   */
  readonly inDoubt: readonly Consumption[];
  readonly alerts: readonly MergeAlert[];
  /** What of the help desk was used, to be marked so and replaced. */
  readonly bypassUsed: BypassUse | null;
  readonly bundleStored: {
    readonly userId: string;
    readonly epoch: number;
    readonly sequence: number;
  } | null;
  readonly bundleDestroyed: { readonly userId: string } | null;
  readonly revocationDone: string | null;
  readonly unheeded: Unheeded | null;
};

const NOTHING: MergeDecision = {
  consume: null,
  raiseFloor: null,
  lockout: null,
  inDoubt: [],
  alerts: [],
  bypassUsed: null,
  bundleStored: null,
  bundleDestroyed: null,
  revocationDone: null,
  unheeded: null,
};

/**
 * What an endpoint says of time is what its clock showed. It orders that endpoint's own events and tells people when
 * something happened, and counts for no later than the moment at which the server hears of it.
 */
export function toldTime(event: Pick<EndpointEvent, "atMs">, nowMs: number): number {
  return Math.min(event.atMs, nowMs);
}

export function mergeEndpointEvent(facts: MergeFacts, event: EndpointEvent, nowMs: number): MergeDecision {
  if (event.sequence <= facts.mergedThrough) return { ...NOTHING, unheeded: "merged-before" };
  const { body } = event;
  switch (body.type) {
    case "sign-in":
      return mergeSignIn(facts, body, toldTime(event, nowMs), nowMs);
    case "sign-ins-refused":
      return mergeRefusals(facts, body, nowMs);
    case "sign-in-interrupted": {
      const unheeded = notBelieved(facts);
      if (unheeded || facts.attemptKnown) return { ...NOTHING, unheeded };
      return { ...NOTHING, lockout: oneMoreFailure(facts, null, nowMs) };
    }
    case "token-suspended": {
      const unheeded = notBelieved(facts);
      if (unheeded) return { ...NOTHING, unheeded };
      return alerted("token-suspended", body.userId, { tokenId: body.tokenId });
    }
    case "rollback-detected":
      return alerted("rollback-detected", null, {
        fileGeneration: body.fileGeneration,
        counter: body.counter,
      });
    case "tamper-detected":
      return alerted("tamper-detected", null, { file: body.file, why: body.why });
    case "bundle-stored":
      return {
        ...NOTHING,
        bundleStored: { userId: body.userId, epoch: body.epoch, sequence: body.sequence },
      };
    case "bundle-destroyed":
      return { ...NOTHING, bundleDestroyed: { userId: body.userId } };
    case "revocation-done":
      return { ...NOTHING, revocationDone: body.revocationId };
    default:
      return NOTHING;
  }
}

type SignInEvent = Extract<EndpointEventBody, { type: "sign-in" }>;

function mergeSignIn(facts: MergeFacts, body: SignInEvent, atMs: number, nowMs: number): MergeDecision {
  // Of an online sign-in the server knows more than the endpoint does.
  if (body.mode === "online") return NOTHING;
  const unheeded = notBelieved(facts);
  if (unheeded) return { ...NOTHING, unheeded };
  if (body.outcome === "refused") {
    // The same attempt was refused online before the endpoint fell back: one try, one failure.
    if (!body.failure || facts.attemptKnown) return NOTHING;
    return { ...NOTHING, lockout: oneMoreFailure(facts, body.lockedUntilMs ?? null, nowMs) };
  }
  if (body.bypass) return mergeBypass(facts, body, body.bypass, atMs);
  if (!body.consumed) {
    const byPhone = body.factors.includes("qr-challenge");
    if (byPhone && !facts.phoneAnswers) return { ...NOTHING, unheeded: "phone-unknown" };
    return facts.codeNeeded && !byPhone
      ? { ...NOTHING, unheeded: "code-missing" }
      : { ...NOTHING, lockout: clearedBy(facts, atMs) };
  }

  const { tokenId, counter } = body.consumed;
  if (facts.bundle?.tokenId !== tokenId || facts.nextCounter === null) {
    return { ...NOTHING, unheeded: "token-replaced" };
  }
  if (counter > facts.bundle.handedThrough) {
    const detail = { tokenId, counter, handedThrough: facts.bundle.handedThrough };
    return { ...alerted("counter-jump", body.userId, detail), unheeded: "counter-beyond-handed-out" };
  }

  const here: Consumption = { source: facts.endpointId, attemptId: body.attemptId, atMs };
  const known = facts.consumedBy.some(
    (one) => one.source === here.source && one.attemptId === here.attemptId,
  );
  const others = facts.consumedBy.filter(({ attemptId }) => attemptId !== body.attemptId);
  const conflict = others.length > 0 && !known;
  // Only a code that is new to the server proves something new: each clears failures once, and none that is passed does.
  const isNews = counter + 1 > facts.nextCounter;
  return {
    ...NOTHING,
    consume: known ? null : { tokenId, counter, ...here },
    raiseFloor: isNews ? { tokenId, nextCounter: counter + 1 } : null,
    lockout: isNews && !conflict ? clearedBy(facts, atMs) : null,
    inDoubt: conflict ? laterOnes([...facts.consumedBy, here]) : [],
    alerts: conflict
      ? [
          {
            kind: "same-counter-twice",
            userId: body.userId,
            detail: {
              tokenId,
              counter,
              sources: [...others.map(({ source }) => source), here.source],
              attempts: [...others.map(({ attemptId }) => attemptId), here.attemptId],
            },
          },
        ]
      : [],
  };
}

/**
 * A sign-in by what the help desk gave (OTP-23). An endpoint knows no bypass code, only its hash: one that tells of a use
 * that nobody was given the code for has been tampered with, or somebody else can derive them.
 */
function mergeBypass(facts: MergeFacts, body: SignInEvent, use: BypassUse, atMs: number): MergeDecision {
  if (!facts.bypassGiven) {
    return {
      ...alerted("bypass-not-given", body.userId, { ...use, attemptId: body.attemptId }),
      unheeded: "bypass-not-given",
    };
  }
  return { ...NOTHING, bypassUsed: use, lockout: clearedBy(facts, atMs) };
}

type RefusalsEvent = Extract<EndpointEventBody, { type: "sign-ins-refused" }>;

function mergeRefusals(facts: MergeFacts, body: RefusalsEvent, nowMs: number): MergeDecision {
  const unheeded = notBelieved(facts);
  const count = body.refusals.reduce((sum, { failures }) => sum + failures, 0);
  if (unheeded || count === 0) return { ...NOTHING, unheeded };
  const locks = body.refusals.flatMap(({ lockedUntilMs }) => lockedUntilMs ?? []);
  const lockedUntilMs = locks.length > 0 ? Math.max(...locks) : null;
  const reported = { count, lockedUntilMs, sinceLock: body.failuresSinceLock };
  return { ...NOTHING, lockout: addReportedFailures(facts.lockout, reported, facts.lockoutPolicy, nowMs) };
}

function notBelieved(facts: MergeFacts): Unheeded | null {
  if (facts.distrusted) return "distrusted-source";
  return facts.bundle === null ? "no-bundle-here" : null;
}

function oneMoreFailure(facts: MergeFacts, lockedUntilMs: number | null, nowMs: number): Lockout {
  return addReportedFailures(facts.lockout, { count: 1, lockedUntilMs }, facts.lockoutPolicy, nowMs);
}

/**
 * A success clears what was counted before it. It clears neither a lock that held when it happened (the endpoint could
 * not know of it: the stricter view wins, AMB-MDA-9) nor failures that may have come later.
 *
 * Which came first cannot be read off the endpoint's clock: one that is ahead dates a success after failures that
 * followed it, and attempts are never refunded (DESIGN §7, promise 2). Certain is only that the success came after the
 * endpoint was last level with the server. So one failure elsewhere that the server has heard of since then keeps them
 * all; they go with the next success online, or with one that is reported after both sides have met.
 */
function clearedBy(facts: MergeFacts, atMs: number): Lockout | null {
  const { lockout, lastFailureAtMs, levelAtMs } = facts;
  if (lockout.failures === 0 && lockout.lockedUntilMs === null) return null;
  if (lockout.lockedUntilMs !== null && atMs < lockout.lockedUntilMs) return null;
  if (lastFailureAtMs !== null && (levelAtMs === null || lastFailureAtMs > levelAtMs)) return null;
  return clearFailures();
}

/** All but the first, whatever the order they became known in; an attempt that two sources know is one sign-in. */
function laterOnes(all: readonly Consumption[]): Consumption[] {
  const [first, ...rest] = [...all].sort((a, b) => a.atMs - b.atMs || (a.source < b.source ? -1 : 1));
  return rest.filter(({ attemptId }) => attemptId !== first?.attemptId);
}

function alerted(
  kind: MergeAlert["kind"],
  userId: string | null,
  detail: MergeAlert["detail"],
): MergeDecision {
  return { ...NOTHING, alerts: [{ kind, userId, detail }] };
}
