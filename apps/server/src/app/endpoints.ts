import { exposeRange } from "@holdfast/core/reconcile/exposed";
import type { EndpointQuery, EndpointView } from "@holdfast/protocol/admin-api";
import type { GroupRow } from "../store/authorization-store.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { RevocationRow } from "../store/revocations-store.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { endpointResource, refusal, refusalOfChange } from "./authorization.ts";
import { distrustedSince } from "./distrust.ts";
import type { EndpointConnection } from "./endpoint-connections.ts";
import { connectionsOf } from "./endpoint-connections.ts";
import { withinGroup } from "./groups.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newRevocations, queueRevocations, revocationState } from "./revocations.ts";

/** An enrolled endpoint as the store keeps it; only the application looks inside. */
export type Endpoint = EndpointRow;

export function endpointByKey(ports: AppPorts, deviceKeyThumbprint: string): Promise<Endpoint | null> {
  return ports.store.read((tx) => tx.endpoints.byThumbprint(deviceKeyThumbprint));
}

export function listEndpoints(
  ports: AppPorts,
  actor: Actor,
  { name, site, status, groupId, after, limit }: EndpointQuery,
): Promise<{ items: EndpointView[]; next: string | null }> {
  return ports.store.read(async (tx) => {
    const page = await tx.endpoints.list({
      limit,
      ...withinGroup(actor, groupId),
      ...(name === undefined ? {} : { name }),
      ...(site === undefined ? {} : { site }),
      ...(status === undefined ? {} : { status }),
      ...(after === undefined ? {} : { after }),
    });
    return { items: await viewEndpoints(tx, page.items), next: page.next };
  });
}

export function readEndpoint(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<EndpointView>> {
  return ports.store.read(async (tx) => {
    const row = await tx.endpoints.get(id);
    const no = refusal(actor, "endpoints.read", await endpointResource(tx, id));
    if (no) return no;
    return row ? ok(await viewEndpoint(tx, row)) : notFound("endpoint");
  });
}

/**
 * Revokes an endpoint: whatever it holds is to be deleted at its first contact, and every code that it may still know is
 * exposed, which nobody accepts until the token has moved past it (SECURITY §2).
 */
export async function revokeEndpoint(
  ports: AppPorts,
  actor: Actor,
  id: string,
): Promise<Outcome<EndpointView>> {
  const orders = newRevocations(ports, [
    { endpointId: id, userId: null, tokenId: null, reason: "endpoint-revoked" },
  ]);
  const result = await ports.store.transaction(async (tx) => {
    const row = await tx.endpoints.get(id);
    if (!row) return notFound("endpoint");
    const no = await refusalOfChange(tx, actor, "endpoints.revoke", await endpointResource(tx, id));
    if (no) return no;
    if (row.status === "revoked") return refused("conflict", "This endpoint is revoked already.");
    const revoked: EndpointRow = { ...row, status: "revoked" };
    await tx.endpoints.update(revoked);
    await exposeCodes(tx, actor, id);
    await report(tx, actor, "endpoint-revoked", { endpointId: id, detail: { name: row.name } });
    await queueRevocations(tx, actor, orders);
    return ok(await viewEndpoint(tx, revoked));
  });
  if (result.kind === "ok") ports.wake(id, "endpoint-revoked");
  return result;
}

async function exposeCodes(tx: Transaction, actor: Actor, endpointId: string): Promise<void> {
  for (const { tokenId, handedThrough } of await tx.bundles.handedOut(endpointId)) {
    const token = await tx.tokens.get(tokenId);
    if (!token || handedThrough < token.nextCounter) continue;
    const range = { from: token.nextCounter, through: handedThrough, endpointId };
    await tx.tokens.update({ ...token, exposed: exposeRange(token, range) });
    await report(tx, actor, "codes-exposed", {
      userId: token.userId,
      endpointId,
      detail: { tokenId, from: range.from, through: range.through },
    });
  }
  for (const held of await tx.bundles.ofEndpoint(endpointId)) {
    await tx.bundles.upsert({ ...held, status: "exposed", refillKey: null, requestId: "" });
  }
}

async function viewEndpoint(tx: Transaction, row: EndpointRow): Promise<EndpointView> {
  const [one] = await viewEndpoints(tx, [row]);
  if (!one) throw new Error("a view of no endpoint");
  return one;
}

/** As many statements for a page of them as for one. */
async function viewEndpoints(tx: Transaction, rows: readonly EndpointRow[]): Promise<EndpointView[]> {
  const ids = rows.map(({ id }) => id);
  const connections = await connectionsOf(tx, ids);
  const groups = await tx.ofMany.groups("endpoint", ids);
  const pending = await tx.ofMany.pendingRevocations(ids);
  const distrusted = await distrustedSince(tx, ids);
  return rows.map((row) =>
    view(row, {
      connection: connections.get(row.id),
      groups: groups.get(row.id) ?? [],
      pending: pending.get(row.id) ?? [],
      distrustedSinceMs: distrusted.get(row.id) ?? null,
    }),
  );
}

function view(
  row: EndpointRow,
  {
    connection,
    groups,
    pending,
    distrustedSinceMs,
  }: {
    readonly connection: EndpointConnection | undefined;
    readonly groups: readonly GroupRow[];
    readonly pending: readonly RevocationRow[];
    readonly distrustedSinceMs: number | null;
  },
): EndpointView {
  return {
    id: row.id,
    name: row.name,
    site: row.site,
    hostName: row.hostName,
    status: row.status,
    profile: row.profile,
    keyProtection: row.keyProtection,
    agentVersion: row.agentVersion,
    groups: groups.map(({ id, name }) => ({ id, name })),
    deviceKey: row.deviceKey,
    enrolledAtMs: row.enrolledAtMs,
    lastContactAtMs: row.lastContactAtMs,
    connected: connection?.connected ?? false,
    connectionSinceMs: connection?.sinceMs ?? null,
    distrustedSinceMs,
    pendingRevocations: pending.map((order) => viewRevocation(order, row.lastContactAtMs)),
  };
}

function viewRevocation(order: RevocationRow, lastContactAtMs: number | null) {
  return {
    id: order.id,
    userId: order.userId,
    reason: order.revocation.reason,
    sinceMs: order.createdAtMs,
    state: revocationState(order, lastContactAtMs),
  };
}
