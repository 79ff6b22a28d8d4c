import type { ChainedEvent, EndpointEventBody, RefusalCount } from "@holdfast/protocol/endpoint-events";
import type { StoredUser } from "@holdfast/protocol/stored-files";

/**
 * Refusals that are counted instead of told one by one, so that whoever guesses at a keyboard through a long outage
 * takes no place in the chain from those who sign in. The first in a row are events of their own; the count of those
 * after them travels in the user's record, in the same write that counts the failure, and becomes one event before the
 * next success and before the next contact.
 */

type SignIn = Extract<EndpointEventBody, { type: "sign-in" }>;

/** Refusals of one user in a row that are events of their own. */
export const toldOneByOne = 20;

/** What a write may do with refusals. */
export type Counting = {
  /** So many events wait that every refusal is only counted. */
  readonly crowded: boolean;
  readonly undelivered: readonly ChainedEvent[];
  /** The server may know this attempt by its id: it is told by it, and counted there once. */
  readonly knownAttempt: string | null;
  readonly nowMs: number;
};

/**
 * The events that go into the chain, and in `users` what is counted instead. `before` are the records as they are
 * kept: a success among the events has cleared those in `users` already.
 */
export function countRefusals(
  events: readonly EndpointEventBody[],
  users: Map<string, StoredUser>,
  before: (userId: string) => StoredUser | null,
  counting: Counting,
): EndpointEventBody[] {
  const told: EndpointEventBody[] = [];
  for (const body of events) {
    const user = "userId" in body && body.userId !== undefined ? users.get(body.userId) : undefined;
    const one = user && asCount(body, counting.nowMs);
    if (user && one && isCounted(user, body, told, counting)) {
      users.set(user.userId, withCount(user, one));
      continue;
    }
    if (user && body.type === "sign-in" && body.outcome === "succeeded") {
      told.push(...closingEvents(user, before(user.userId) ?? user));
      users.set(user.userId, { ...user, refusals: [] });
    }
    if (!counting.crowded || !isDispensable(body)) told.push(body);
  }
  return told;
}

/** The count as an event; `asKept` is the record before anything cleared its failures. */
export function closingEvents(user: StoredUser, asKept = user): EndpointEventBody[] {
  const { userId, userName, refusals } = user;
  if (refusals.length === 0) return [];
  // Failures counted ahead for attempts without a verdict are told with their verdicts.
  const failuresSinceLock = asKept.failuresSinceLock - asKept.pending.length;
  return [{ type: "sign-ins-refused", userId, userName, failuresSinceLock, refusals }];
}

export function withCount(user: StoredUser, one: RefusalCount): StoredUser {
  return { ...user, refusals: addCount(user.refusals, one) };
}

/** One entry for each reason and factor: the reasons there are bound the list. */
export function addCount(counts: readonly RefusalCount[], one: RefusalCount): RefusalCount[] {
  const same = counts.find(({ reason, factor }) => reason === one.reason && factor === one.factor);
  if (!same) return [...counts, one];
  const sum: RefusalCount = {
    ...same,
    count: same.count + one.count,
    failures: Math.min(same.failures + one.failures, maxFailures),
    firstAtMs: Math.min(same.firstAtMs, one.firstAtMs),
    lastAtMs: Math.max(same.lastAtMs, one.lastAtMs),
    ...(one.lockedUntilMs === undefined ? {} : { lockedUntilMs: one.lockedUntilMs }),
  };
  return counts.map((count) => (count === same ? sum : count));
}

/** Whether the last that was told of this user is a full row of refusals. */
export function isRowFull(
  userId: string,
  ...chains: readonly (readonly Pick<ChainedEvent, "body">[])[]
): boolean {
  let refusals = 0;
  for (const chain of chains.toReversed()) {
    for (let at = chain.length - 1; at >= 0; at -= 1) {
      const body = chain[at]?.body;
      if (body?.type === "sign-ins-refused" && body.userId === userId) return true;
      if (body?.type !== "sign-in" || body.userId !== userId) continue;
      if (body.outcome === "succeeded") return false;
      refusals += 1;
      if (refusals >= toldOneByOne) return true;
    }
  }
  return false;
}

/** Failures of one reason that one event can tell; each takes an Argon2id, so no outage reaches it. */
const maxFailures = 1_000_000;

/** Null: this is no refusal that was decided here. */
function asCount(body: EndpointEventBody, atMs: number): RefusalCount | null {
  const times = { firstAtMs: atMs, lastAtMs: atMs };
  if (body.type === "sign-in-interrupted") return { reason: "interrupted", count: 1, failures: 1, ...times };
  return body.type === "sign-in" ? countOf(body, atMs) : null;
}

export function countOf(
  body: Pick<SignIn, "mode" | "outcome" | "reason" | "failure" | "lockedUntilMs">,
  atMs: number,
): RefusalCount | null {
  const { mode, outcome, reason, failure, lockedUntilMs } = body;
  if (mode !== "offline" || outcome !== "refused" || reason === undefined) return null;
  return {
    reason,
    ...(failure ? { factor: failure.factor } : {}),
    count: 1,
    failures: failure ? 1 : 0,
    firstAtMs: atMs,
    lastAtMs: atMs,
    ...(lockedUntilMs === undefined ? {} : { lockedUntilMs }),
  };
}

function isCounted(
  user: StoredUser,
  body: EndpointEventBody,
  told: readonly EndpointEventBody[],
  { crowded, undelivered, knownAttempt }: Counting,
): boolean {
  if (crowded) return true;
  if (body.type === "sign-in-interrupted" || ("attemptId" in body && body.attemptId === knownAttempt))
    return false;
  const added = told.map((one) => ({ body: one }));
  return user.refusals.length > 0 || isRowFull(user.userId, undelivered, added);
}

/** News of the machine, and refusals that the server knows already: dropped where there is no room to spare. */
function isDispensable(body: EndpointEventBody): boolean {
  switch (body.type) {
    case "went-offline":
    case "came-online":
    case "agent-started":
    case "malformed-input":
    case "clock-set-back":
    case "bypass-challenge":
    case "bundle-refused":
      return true;
    case "sign-in":
      return body.mode === "online" && body.outcome === "refused";
    default:
      return false;
  }
}
