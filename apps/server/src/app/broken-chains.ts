import type { ChainPosition } from "@holdfast/core/event-chain/event-chain";
import type { ChainedEvent } from "@holdfast/protocol/endpoint-events";
import { auditDraft } from "../store/audit-draft.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { Transaction } from "../store/store.ts";
import { raiseAlert } from "./alerts.ts";
import { endpointActor } from "./bundles.ts";
import type { AppPorts } from "./ports.ts";

/**
 * Events that are no part of the chain that the server holds of an endpoint. They change nothing; but what they claim
 * is kept, because it may be the only trace of what happened there: they are signed with the endpoint's key, though
 * their place in time is proven by nothing.
 */

/** The first event that differs from the one which this endpoint told before; null: the same again, or all new. */
export async function forkOf(
  tx: Transaction,
  endpoint: EndpointRow,
  { sequence: through }: ChainPosition,
  events: readonly ChainedEvent[],
): Promise<number | null> {
  const told = events.filter(({ sequence }) => sequence <= through);
  if (told.length === 0) return null;
  const known = await tx.endpointMacs(
    endpoint.id,
    Math.min(...told.map(({ sequence }) => sequence)),
    through,
  );
  const fork = events.findIndex(({ sequence, mac }) => (known.get(sequence) ?? mac) !== mac);
  return fork === -1 ? null : fork;
}

/**
 * A store that was set back, or a copy of one, goes on from an older link. The endpoint learns of it from the signed
 * head in the answer and forgets these events then: each of them comes once.
 */
export async function keepForked(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  { sequence }: ChainPosition,
  events: readonly ChainedEvent[],
): Promise<void> {
  await raiseAlert(ports, tx, {
    kind: "chain-broken",
    userId: null,
    endpointId: endpoint.id,
    detail: { sequence, why: "told-otherwise-before" },
  });
  for (const event of events) await keepClaim(tx, endpoint, event);
  await alertOfClaims(ports, tx, endpoint, events);
}

/** A link is missing or false: the endpoint is refused, keeps its events, and sends them again and again. */
export async function keepBroken(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  why: string,
  events: readonly ChainedEvent[],
): Promise<void> {
  const isNew = await raiseAlert(ports, tx, {
    kind: "chain-broken",
    userId: null,
    endpointId: endpoint.id,
    detail: { sequence: events[0]?.sequence ?? 0, why },
  });
  if (isNew) for (const event of events) await keepClaim(tx, endpoint, event);
  await alertOfClaims(ports, tx, endpoint, events);
}

function keepClaim(
  tx: Transaction,
  endpoint: EndpointRow,
  { sequence, atMs, body }: ChainedEvent,
): Promise<void> {
  const claim = auditDraft(tx.now(), endpointActor(endpoint), "event-outside-chain", {
    userId: "userId" in body ? (body.userId ?? null) : null,
    endpointId: endpoint.id,
    reason: body.type,
    detail: { sequence, atMs, ...body },
  });
  return tx.audit({ ...claim, attemptId: "attemptId" in body ? body.attemptId : null });
}

/** What an endpoint says against itself is believed without its chain. */
async function alertOfClaims(
  ports: AppPorts,
  tx: Transaction,
  endpoint: EndpointRow,
  events: readonly ChainedEvent[],
): Promise<void> {
  for (const { body } of events) {
    if (body.type !== "rollback-detected" && body.type !== "tamper-detected") continue;
    const { type, ...detail } = body;
    await raiseAlert(ports, tx, {
      kind: type,
      userId: null,
      endpointId: endpoint.id,
      detail: { ...detail, outsideChain: true },
    });
  }
}
