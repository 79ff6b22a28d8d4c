import { leftBehind, takesAway } from "@holdfast/core/outage-planning/left-behind";
import type { StoppedEndpoint, UserLockView } from "@holdfast/protocol/lock-api";
import type { RevocationRow } from "../../store/revocations-store.ts";
import type { StopRow } from "../../store/stops-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { namesOfActors } from "../actor-names.ts";
import { connectionsOf } from "../endpoint-connections.ts";

/** What a user's stop has reached and what it has not, endpoint by endpoint (UNI-4). */
export async function viewLock(tx: Transaction, reader: Actor, userId: string): Promise<UserLockView> {
  const stops = await tx.stops.ofUser(userId);
  const nameOf = await namesOfActors(
    tx,
    reader,
    stops.map(({ by }) => by),
  );
  const stop = (kind: StopRow["kind"]) => {
    const row = stops.find((one) => one.kind === kind);
    if (row === undefined) return null;
    const { atMs, by, reason, detail } = row;
    const { actorName: byName, actorPerson: byPerson } = nameOf(by);
    const { authenticators } = detail;
    return { atMs, by, byName, byPerson, reason, authenticators } as UserLockView["lock"];
  };
  return {
    lock: stop("lock"),
    stolenDevice: stop("stolen-device"),
    endpoints: await stoppedEndpoints(tx, userId, lastOf(stops)),
    asOfMs: tx.now(),
  };
}

/** Of who was never stopped, only what waits is of interest. */
function lastOf(stops: readonly StopRow[]): number {
  return stops.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...stops.map(({ atMs }) => atMs));
}

/** Those with an order to delete everything of his: from the last stop on, or not carried out. */
async function stoppedEndpoints(
  tx: Transaction,
  userId: string,
  sinceMs: number,
): Promise<StoppedEndpoint[]> {
  const held = new Map((await tx.bundles.ofUser(userId)).map((row) => [row.endpointId, row]));
  const orders = await ordersAbout(tx, userId, [...held.keys()]);
  const told = orders.filter(({ createdAtMs, doneAtMs }) => doneAtMs === null || createdAtMs >= sinceMs);
  const endpoints = await tx.ofMany.endpoints(told.map(({ endpointId }) => endpointId));
  const connections = await connectionsOf(tx, [...endpoints.keys()]);
  const bypasses = new Map((await tx.bypasses.ofUser(userId)).map((row) => [row.endpointId, row]));
  const nowMs = tx.now();
  return [...endpoints.values()]
    .map((endpoint): StoppedEndpoint => {
      const order = decisive(told.filter(({ endpointId }) => endpointId === endpoint.id));
      const row = held.get(endpoint.id);
      return {
        endpointId: endpoint.id,
        endpointName: endpoint.name,
        site: endpoint.site,
        endpointStatus: endpoint.status,
        connected: connections.get(endpoint.id)?.connected ?? false,
        reason: order.revocation.reason,
        orderedAtMs: order.createdAtMs,
        doneAtMs: order.doneAtMs,
        lastContactAtMs: endpoint.lastContactAtMs,
        ...leftBehind(
          order,
          row ? { ...row, notAfterMs: row.latestNotAfterMs } : null,
          bypasses.get(endpoint.id) ?? null,
          nowMs,
        ),
      };
    })
    .sort((a, b) => (a.endpointName < b.endpointName ? -1 : a.endpointName > b.endpointName ? 1 : 0));
}

async function ordersAbout(
  tx: Transaction,
  userId: string,
  holding: readonly string[],
): Promise<RevocationRow[]> {
  const own = await tx.revocations.list({ userId });
  const waiting = [...(await tx.ofMany.pendingRevocations(holding)).values()].flat();
  return [...own, ...waiting.filter((order) => order.userId === null)].filter(
    ({ revocation }) =>
      revocation.tokenId === null && revocation.reason !== "phone-revoked" && takesAway(revocation, userId),
  );
}

/** What is not carried out says more than what is; of several, the last. */
function decisive(orders: readonly RevocationRow[]): RevocationRow {
  const pending = orders.filter(({ doneAtMs }) => doneAtMs === null);
  const [last] = (pending.length > 0 ? pending : orders).toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  if (last === undefined) throw new Error("an endpoint without an order");
  return last;
}
