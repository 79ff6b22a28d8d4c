import { MOST_SIGN_INS } from "@holdfast/core/lease/terms";
import type { OfflineOutlookEntry } from "@holdfast/protocol/admin-api";
import type { BundleRow, EndpointRow, RevocationRow, Transaction, UserRow } from "../store/store.ts";
import type { AppPorts } from "./ports.ts";
import { revocationState } from "./revocations.ts";

/**
 * Who may sign in offline where, until when and how often at most, and what the server cannot know (DESIGN §7,
 * promise 4): an endpoint that is away may have used codes, and honours old rights until it makes contact.
 */
export function offlineOutlook(
  ports: AppPorts,
  only: { userId?: string | undefined; endpointId?: string | undefined },
): Promise<OfflineOutlookEntry[]> {
  return ports.store.read(async (tx) => {
    const rows =
      only.userId !== undefined
        ? await tx.bundles.ofUser(only.userId)
        : await ofEndpoints(tx, only.endpointId);
    const entries: OfflineOutlookEntry[] = [];
    for (const row of rows) {
      if (only.endpointId !== undefined && row.endpointId !== only.endpointId) continue;
      const [endpoint, user] = [await tx.endpoints.get(row.endpointId), await tx.users.get(row.userId)];
      if (endpoint && user) entries.push(await entryOf(tx, row, endpoint, user, ports.clock.now()));
    }
    return entries;
  });
}

async function ofEndpoints(tx: Transaction, endpointId: string | undefined): Promise<BundleRow[]> {
  if (endpointId !== undefined) return tx.bundles.ofEndpoint(endpointId);
  const rows: BundleRow[] = [];
  let after: string | undefined;
  do {
    const page = await tx.endpoints.list({ limit: 500, ...(after === undefined ? {} : { after }) });
    for (const { id } of page.items) rows.push(...(await tx.bundles.ofEndpoint(id)));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
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
  const state = stateOf(row, pending ?? null, remainingAtMost, nowMs);
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
    notAfterMs: row.notAfterMs,
    lastContactAtMs: endpoint.lastContactAtMs,
    note: pending
      ? revocationState(pending, endpoint.lastContactAtMs)
      : noteOf(state, endpoint.lastContactAtMs),
  };
}

/**
 * Sign-ins that the endpoint may still allow, by what it has last said. What happened elsewhere since does not lessen
 * it, because the endpoint need not know. Until it has said that it holds the newest bundle, it may hold one before.
 */
function mostSignIns(row: BundleRow): number {
  const { sequence, acknowledgedSequence, maxSignIns, reportedRemaining } = row;
  if (acknowledgedSequence === sequence) return Math.min(maxSignIns, reportedRemaining ?? maxSignIns);
  if (sequence === 1 && row.epoch === 1) return maxSignIns;
  const oneBefore = acknowledgedSequence === sequence - 1 ? reportedRemaining : null;
  return Math.max(maxSignIns, oneBefore ?? MOST_SIGN_INS);
}

/** That a conflict was found is told at a contact; whether one came since, the endpoint's row does not say. */
function noteOf(state: OfflineOutlookEntry["state"], lastContactAtMs: number | null): string | null {
  if (state !== "fresh-sign-in-needed") return null;
  return lastContactAtMs === null
    ? "pending: endpoint has not made contact yet"
    : `pending until the endpoint has made contact: it did last at ${new Date(lastContactAtMs).toISOString()}`;
}

function stateOf(
  row: BundleRow,
  pending: RevocationRow | null,
  remaining: number,
  nowMs: number,
): OfflineOutlookEntry["state"] {
  if (pending) return nowMs < row.notAfterMs ? "revocation-pending" : "expired";
  if (row.status !== "active") return "revoked";
  if (nowMs >= row.notAfterMs) return "expired";
  if (row.freshSignInNeeded) return "fresh-sign-in-needed";
  return remaining > 0 ? "may-sign-in" : "exhausted";
}
