import { heldState, mostSignIns } from "@holdfast/core/outage-planning/held-bundle";
import { takesAway } from "@holdfast/core/outage-planning/left-behind";
import type { OfflineOutlookEntry, OutlookQuery } from "@holdfast/protocol/admin-api";
import type { BundleRow } from "../store/bundles-store.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { Page } from "../store/page.ts";
import type { RevocationRow } from "../store/revocations-store.ts";
import type { UserRow } from "../store/users-store.ts";
import type { Actor } from "./actor.ts";
import type { AppPorts } from "./ports.ts";
import { reachOf, said } from "./reach.ts";
import { revocationState } from "./revocations.ts";

/**
 * Who may sign in offline where, until when and how often at most, and what the server cannot know (DESIGN §7,
 * promise 4): an endpoint that is away may have used codes, and honours old rights until it makes contact.
 */
export function offlineOutlook(
  ports: AppPorts,
  actor: Actor,
  query: OutlookQuery,
): Promise<Page<OfflineOutlookEntry>> {
  return ports.store.read(async (tx) => {
    const { items: rows, next } = await tx.lists.bundles({ ...said(query), ...reachOf(actor) });
    const endpointIds = rows.map(({ endpointId }) => endpointId);
    const endpoints = await tx.ofMany.endpoints(endpointIds);
    const users = await tx.ofMany.users(rows.map(({ userId }) => userId));
    const pending = await tx.ofMany.pendingRevocations(endpointIds);
    const nowMs = ports.clock.now();
    const items = rows.flatMap((row) => {
      const [endpoint, user] = [endpoints.get(row.endpointId), users.get(row.userId)];
      return endpoint && user ? [entryOf(row, endpoint, user, pending.get(endpoint.id) ?? [], nowMs)] : [];
    });
    return { items, next };
  });
}

function entryOf(
  row: BundleRow,
  endpoint: EndpointRow,
  user: UserRow,
  orders: readonly RevocationRow[],
  nowMs: number,
): OfflineOutlookEntry {
  const remainingAtMost = mostSignIns(row);
  const pending = orders.find(({ revocation }) => takesAway(revocation, user.id));
  const notAfterMs = row.latestNotAfterMs;
  const state = heldState({ ...row, notAfterMs, revocationPending: pending !== undefined }, nowMs);
  return {
    endpointId: endpoint.id,
    endpointName: endpoint.name,
    endpointStatus: endpoint.status,
    userId: user.id,
    userName: user.name,
    bundle: {
      epoch: row.epoch,
      sequence: row.sequence,
      acknowledged: row.acknowledgedSequence === row.sequence,
    },
    state,
    remainingAtMost: state === "revoked" ? 0 : remainingAtMost,
    reportedRemaining: row.reportedRemaining,
    notAfterMs,
    lastContactAtMs: endpoint.lastContactAtMs,
    note: pending
      ? revocationState(pending, endpoint.lastContactAtMs)
      : noteOf(state, endpoint.lastContactAtMs),
  };
}

/** That a conflict was found is told at a contact; whether one came since, the endpoint's row does not say. */
function noteOf(state: OfflineOutlookEntry["state"], lastContactAtMs: number | null): string | null {
  if (state !== "fresh-sign-in-needed") return null;
  return lastContactAtMs === null
    ? "pending: endpoint has not made contact yet"
    : `pending until the endpoint has made contact: it did last at ${new Date(lastContactAtMs).toISOString()}`;
}
