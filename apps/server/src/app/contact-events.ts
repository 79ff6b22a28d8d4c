import type { ChainPosition } from "@holdfast/core/event-chain/event-chain";
import { checkLink } from "@holdfast/core/event-chain/event-chain";
import { afterUse } from "@holdfast/core/help-desk-codes/bypass-standing";
import { NO_LOCKOUT } from "@holdfast/core/lockout/lockout";
import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import type { Consumption, MergeDecision, MergeFacts } from "@holdfast/core/reconcile/merge-endpoint-event";
import { mergeEndpointEvent, SERVER_SOURCE, toldTime } from "@holdfast/core/reconcile/merge-endpoint-event";
import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { refusalCount } from "@holdfast/protocol/endpoint-events";
import type { AuditDraft, AuditRow } from "../store/audit-rows.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { Transaction } from "../store/store.ts";
import { raiseAlert } from "./alerts.ts";
import { forkOf, keepBroken, keepForked } from "./broken-chains.ts";
import { acknowledged, endpointActor } from "./bundles.ts";
import { standingOf, takeUse } from "./bypass/standing.ts";
import { isDistrusted } from "./distrust.ts";
import { readLockout } from "./lockout-counters.ts";
import { answers } from "./phones/challenge-profiles.ts";
import type { AppPorts } from "./ports.ts";
import { withFloor } from "./restored-tokens.ts";
import { resumedUsualFactor } from "./temporary-codes/ending.ts";
import { policyOf } from "./users.ts";

export type MergedEvents =
  | { readonly kind: "merged"; readonly position: ChainPosition; readonly wake: ReadonlySet<string> }
  /** It tells other events than those it told before: its chain was set back. None of them is taken. */
  | { readonly kind: "forked"; readonly position: ChainPosition; readonly wake: ReadonlySet<string> }
  | {
      readonly kind: "broken";
      readonly position: ChainPosition;
      readonly wake: ReadonlySet<string>;
      readonly at: number;
      readonly why: string;
    };

/** What is looked up before the transaction, because it lies beside the tables that a transaction sees. */
export type KnownAttempts = {
  /** Attempts of this endpoint on which the server has given its verdict. */
  readonly verdicts: ReadonlySet<string>;
  /** Where online sign-ins happened that used a code which this endpoint accepted, too. */
  readonly places: ReadonlyMap<string, string | null>;
  /** When the server last heard that a user who succeeded there had failed elsewhere. */
  readonly lastFailures: ReadonlyMap<string, number>;
};

/** Rows of each kind among which a user's failures are looked for; the newest come first. */
const mostLaterSignIns = 200;
const failureTypes = ["sign-in", "sign-ins-refused", "sign-in-interrupted"] as const;

/** An online sign-in with one of these codes landed just now: look up again, and merge again. */
export class PlaceUnknown extends Error {
  override readonly name = "PlaceUnknown";
}

export async function lookUpAttempts(
  ports: AppPorts,
  endpoint: EndpointRow,
  events: readonly ChainedEvent[],
): Promise<KnownAttempts> {
  const verdicts = new Set<string>();
  const places = new Map<string, string | null>();
  for (const { sequence, body } of events) {
    if (sequence <= endpoint.chainSequence || !("attemptId" in body)) continue;
    if ((await ports.store.attempt(body.attemptId, endpointActor(endpoint).name)) !== null)
      verdicts.add(body.attemptId);
    const consumed = body.type === "sign-in" ? body.consumed : undefined;
    if (!consumed) continue;
    const others = await ports.store.read((tx) => tx.consumptions.at(consumed.tokenId, consumed.counter));
    for (const { source, attemptId } of others) {
      if (source !== SERVER_SOURCE) continue;
      const { items } = await ports.store.audit({ attemptId, type: "sign-in", limit: 10 });
      places.set(attemptId, items.find(({ outcome }) => outcome === "succeeded")?.endpointId ?? null);
    }
  }
  return { verdicts, places, lastFailures: await lookUpFailures(ports, endpoint, events) };
}

async function lookUpFailures(
  ports: AppPorts,
  endpoint: EndpointRow,
  events: readonly ChainedEvent[],
): Promise<Map<string, number>> {
  const succeeded = events.flatMap(({ sequence, body }) =>
    sequence > endpoint.chainSequence && body.type === "sign-in" && body.outcome === "succeeded"
      ? [body.userId]
      : [],
  );
  const ownChain = `endpoint:${endpoint.id}`;
  const failures = new Map<string, number>();
  for (const userId of new Set(succeeded)) {
    for (const type of failureTypes) {
      const { items } = await ports.store.audit({ userId, type, limit: mostLaterSignIns });
      for (const row of items) {
        if (row.chain === ownChain || !tellsFailure(row)) continue;
        failures.set(userId, Math.max(failures.get(userId) ?? 0, row.receivedAtMs));
      }
    }
  }
  return failures;
}

function tellsFailure({ type, outcome, detail }: AuditRow): boolean {
  if ("unheeded" in detail) return false;
  // Failures that were counted apart are none that a success there would clear.
  if (type === "sign-in") return outcome === "refused" && "failure" in detail && !("counter" in detail);
  if (type === "sign-in-interrupted") return true;
  const refusals: readonly unknown[] = Array.isArray(detail.refusals) ? detail.refusals : [];
  return refusals.some((one) => refusalCount.parse(one).failures > 0);
}

/**
 * Takes an endpoint's events in the order of its chain, each once: what core decides about it lands in the caller's
 * transaction together with the event itself (SECURITY §2, OTP-29).
 */
export async function mergeEvents(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  from: ChainPosition,
  events: readonly ChainedEvent[],
  known: KnownAttempts,
): Promise<MergedEvents> {
  const distrusted = endpoint.status !== "active" || (await isDistrusted(tx, endpoint.id));
  const wake = new Set<string>();
  let position = from;
  const fork = await forkOf(tx, endpoint, position, events);
  if (fork !== null) {
    await keepForked(ports, tx, endpoint, position, events.slice(fork));
    return { kind: "forked", position, wake };
  }
  for (const [index, event] of events.entries()) {
    // Sent again because an answer was lost: it is here already.
    if (event.sequence <= position.sequence) continue;
    const link = checkLink(position, event);
    if (link.kind === "broken") {
      await keepBroken(ports, tx, endpoint, link.why, events.slice(index));
      return { kind: "broken", position, wake, at: event.sequence, why: link.why };
    }
    const facts = await mergeFacts(tx, endpoint, distrusted, position.sequence, event.body, known);
    const decision = mergeEndpointEvent(facts, event, tx.now());
    await carryOut(ports, tx, endpoint, userOf(event.body), decision, known, wake);
    if (decision.bypassUsed && userOf(event.body) !== null)
      await takeUse(
        tx,
        endpoint.id,
        userOf(event.body) ?? "",
        decision.bypassUsed,
        toldTime(event, tx.now()),
      );
    if (decision.consume && decision.inDoubt.length === 0 && tellsSuccess(event.body))
      await resumedUsualFactor(tx, endpointActor(endpoint), event.body.userId, toldTime(event, tx.now()));
    const draft = draftOf(endpoint, event, decision, tx.now());
    await tx.endpointEvent(endpoint.id, event.sequence, draft, event.mac);
    position = link.position;
  }
  return { kind: "merged", position, wake };
}

async function mergeFacts(
  tx: Transaction,
  endpoint: EndpointRow,
  distrusted: boolean,
  mergedThrough: number,
  body: EndpointEventBody,
  known: KnownAttempts,
): Promise<MergeFacts> {
  const userId = userOf(body);
  const held = userId === null ? null : await tx.bundles.get(endpoint.id, userId);
  const user = held && (await tx.users.get(held.userId));
  const consumed = body.type === "sign-in" ? body.consumed : undefined;
  const token = consumed && user ? await tx.tokens.get(consumed.tokenId) : null;
  const owned = token !== null && token.userId === userId ? token : null;
  const attemptId = "attemptId" in body ? body.attemptId : null;
  const lockout = user ? readLockout(await tx.users.state(user.id), "common") : NO_LOCKOUT;
  const policy = (user ? await policyOf(tx, user) : await tx.policies.default()).document;
  return {
    endpointId: endpoint.id,
    mergedThrough,
    distrusted,
    bundle: held && user ? { tokenId: held.tokenId, handedThrough: held.handedThrough } : null,
    lockout,
    lockoutPolicy: policy.lockout,
    lastFailureAtMs: (userId === null ? undefined : known.lastFailures.get(userId)) ?? null,
    levelAtMs: endpoint.levelAtMs,
    nextCounter: owned?.nextCounter ?? null,
    consumedBy: consumed && owned ? await tx.consumptions.at(owned.id, consumed.counter) : [],
    attemptKnown: attemptId !== null && known.verdicts.has(attemptId),
    bypassGiven: await wasGiven(tx, endpoint.id, body),
    codeNeeded: body.type === "sign-in" && needsCodeOffline(policy, body.workflow),
    phoneAnswers: await mayAnswer(tx, body),
  };
}

async function mayAnswer(tx: Transaction, body: EndpointEventBody): Promise<boolean> {
  if (body.type !== "sign-in" || !body.factors.includes("qr-challenge")) return false;
  return (await tx.phones.ofUser(body.userId)).some(answers);
}

async function wasGiven(tx: Transaction, endpointId: string, body: EndpointEventBody): Promise<boolean> {
  if (body.type !== "sign-in" || body.bypass === undefined) return false;
  const standing = await standingOf(tx, endpointId, body.userId);
  return standing !== null && afterUse(standing, body.bypass, 0) !== null;
}

async function carryOut(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  userId: string | null,
  decision: MergeDecision,
  known: KnownAttempts,
  wake: Set<string>,
): Promise<void> {
  if (decision.consume && userId) await tx.consumptions.insert({ ...decision.consume, userId });
  if (decision.raiseFloor) {
    const token = await tx.tokens.get(decision.raiseFloor.tokenId);
    if (token && decision.raiseFloor.nextCounter > token.nextCounter) {
      await tx.tokens.update(withFloor(token, decision.raiseFloor.nextCounter));
    }
  }
  if (decision.lockout && userId)
    await tx.users.setLockout(userId, { counter: "common", ...decision.lockout });
  for (const later of decision.inDoubt) {
    const where = whereSignedIn(known, later);
    const held = where === null || userId === null ? null : await tx.bundles.get(where, userId);
    if (where === null || held === null) continue;
    await tx.bundles.upsert({ ...held, freshSignInNeeded: true });
    await tx.endpoints.touch([where]);
    wake.add(where);
  }
  for (const alert of decision.alerts) {
    await raiseAlert(ports, tx, {
      kind: alert.kind,
      userId: alert.userId,
      endpointId: endpoint.id,
      detail: { ...alert.detail },
    });
  }
  const stored = decision.bundleStored;
  const held = stored && (await tx.bundles.get(endpoint.id, stored.userId));
  if (stored && held?.epoch === stored.epoch && held.sequence === stored.sequence) {
    const known = held.acknowledgedSequence === held.sequence;
    // What was reported before was said of an older one.
    const newest = known ? held : { ...acknowledged(held), reportedRemaining: null };
    // What it destroyed before this, it told before this: the newest may have been handed out and taken meanwhile.
    if (held.status === "destroyed") await tx.bundles.upsert({ ...newest, status: "active" });
    else if (!known) await tx.bundles.upsert(newest);
  }
  const destroyed =
    decision.bundleDestroyed && (await tx.bundles.get(endpoint.id, decision.bundleDestroyed.userId));
  if (destroyed?.status === "active")
    await tx.bundles.upsert({ ...destroyed, status: "destroyed", requestId: "" });
  if (decision.revocationDone) await tx.revocations.done(decision.revocationDone, endpoint.id, tx.now());
}

/** The endpoint at which a sign-in in doubt happened; null where a client that is none of them asked. */
function whereSignedIn({ places }: KnownAttempts, { source, attemptId }: Consumption): string | null {
  if (source !== SERVER_SOURCE) return source;
  const place = places.get(attemptId);
  if (place === undefined) throw new PlaceUnknown();
  return place;
}

function tellsSuccess(body: EndpointEventBody): body is Extract<EndpointEventBody, { type: "sign-in" }> {
  return body.type === "sign-in" && body.outcome === "succeeded";
}

function userOf(body: EndpointEventBody): string | null {
  return "userId" in body && body.userId !== undefined ? body.userId : null;
}

function draftOf(
  endpoint: EndpointRow,
  event: ChainedEvent,
  decision: MergeDecision,
  nowMs: number,
): AuditDraft {
  const { type, ...rest } = event.body;
  const signIn = event.body.type === "sign-in" ? event.body : null;
  // Many refusals in one event: their reasons and numbers are in its detail.
  const refusals = event.body.type === "sign-ins-refused" ? event.body.refusals : [];
  return {
    atMs: toldTime(event, nowMs),
    type,
    actor: endpointActor(endpoint).name,
    subjectUserId: userOf(event.body),
    endpointId: endpoint.id,
    attemptId: "attemptId" in event.body ? event.body.attemptId : null,
    outcome: refusals.length > 0 ? "refused" : (signIn?.outcome ?? "info"),
    reason: signIn?.reason ?? (refusals.length === 1 ? (refusals[0]?.reason ?? null) : null),
    mode: refusals.length > 0 ? "offline" : (signIn?.mode ?? null),
    detail: {
      ...rest,
      ...(decision.unheeded ? { unheeded: decision.unheeded } : {}),
      // Its clock was ahead: what it showed is kept beside.
      ...(event.atMs > nowMs ? { endpointAtMs: event.atMs } : {}),
    },
  };
}
