import { heldState, mostSignIns } from "@holdfast/core/outage-planning/held-bundle";
import type { OfflineOutlookEntry, OutlookQuery } from "@holdfast/protocol/admin-api";
import type { BundleRow, EndpointRow, Page, Transaction, UserRow } from "../store/store.ts";
import type { Actor, AppPorts } from "./ports.ts";
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
    const entries: OfflineOutlookEntry[] = [];
    for (const row of rows) {
      const [endpoint, user] = [await tx.endpoints.get(row.endpointId), await tx.users.get(row.userId)];
      if (endpoint && user) entries.push(await entryOf(tx, row, endpoint, user, ports.clock.now()));
    }
    return { items: entries, next };
  });
}

async function entryOf(
  tx: Transaction,
  row: BundleRow,
  endpoint: EndpointRow,
  user: UserRow,
  nowMs: number,
): Promise<OfflineOutlookEntry> {
  const remainingAtMost = mostSignIns(row);
  const pending = (await tx.revocations.pending(endpoint.id)).find(
    (order) =>
      order.userId === null || (order.userId === user.id && order.revocation.reason !== "password-changed"),
  );
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
