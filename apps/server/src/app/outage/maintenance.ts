import type { HeldBundle } from "@holdfast/core/outage-planning/held-bundle";
import type { EndpointReadiness, OutageWindow, ReadinessGap } from "@holdfast/core/outage-planning/readiness";
import { endpointReadiness, refillForWindow } from "@holdfast/core/outage-planning/readiness";
import type {
  MaintenanceWindowCreation,
  MaintenanceWindowQuery,
  MaintenanceWindowView,
  ReadinessView,
} from "@holdfast/protocol/outage-api";
import { nextTurn } from "../../store/next-turn.ts";
import type { MaintenanceWindowRow, Reach } from "../../store/outage-store.ts";
import type { Page } from "../../store/page.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { namesOfActors } from "../actor-names.ts";
import { report } from "../audit.ts";
import { enterprise, refusalOfChange } from "../authorization.ts";
import type { BundleFacts } from "../bundle-content.ts";
import { planBundle } from "../bundle-content.ts";
import { connectionsOf } from "../endpoint-connections.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { reachOf, said } from "../reach.ts";
import type { HeldSnapshot } from "./snapshot.ts";

/** Windows that ended longer ago are shown no more. */
const shownAfterEndMs = 30 * 86_400_000;
const endpointsAtOnce = 500;
/** Each is weighed at every contact of an endpoint. */
const mostOpen = 200;

export const gapTexts: Readonly<Record<ReadinessGap, string>> = {
  "no-right-now": "may not sign in offline here now: sign in once, connected",
  "ends-before":
    "right ends before the window does: sign in, connected, shortly before it, or lengthen the policy",
  "too-few-sign-ins": "too few sign-ins are left: sign in once, connected, or enlarge the cache",
  "not-stored-yet": "handed out, and the endpoint has not confirmed it yet",
};

/**
 * Announces an outage, so that endpoints refresh what they hold before it (MDA-35): every one concerned is told to make
 * contact at once, and from now on a refill is due wherever it would end a gap.
 */
export async function announceWindow(
  ports: AppPorts,
  actor: Actor,
  wanted: MaintenanceWindowCreation,
): Promise<Outcome<MaintenanceWindowView>> {
  if (wanted.toMs <= ports.clock.now()) return invalid("toMs", "This window is over already.");
  const id = newId(ports, "mw");
  const { name, fromMs, toMs, site = null } = wanted;
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "outage.announce", enterprise);
    if (no) return no;
    if ((await tx.outage.maintenanceWindows.countOpen(tx.now())) >= mostOpen)
      return refused("conflict", `${mostOpen} planned outages are the most; cancel one that is not needed.`);
    const row: MaintenanceWindowRow = {
      id,
      name,
      site,
      fromMs,
      toMs,
      announcedBy: actor.name,
      announcedAtMs: tx.now(),
      cancelledAtMs: null,
    };
    await tx.outage.maintenanceWindows.insert(row);
    await report(tx, actor, "maintenance-announced", { detail: { windowId: id, name, site, fromMs, toMs } });
    for await (const endpoints of activeEndpoints(tx, {}, site))
      await tx.endpoints.touch(endpoints.map((one) => one.id));
    return ok(await viewOne(tx, actor, row));
  });
}

export function cancelWindow(
  ports: AppPorts,
  actor: Actor,
  id: string,
): Promise<Outcome<MaintenanceWindowView>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "outage.announce", enterprise);
    if (no) return no;
    const row = await tx.outage.maintenanceWindows.get(id);
    if (!row) return notFound("maintenance window");
    if (row.toMs <= tx.now()) return refused("conflict", "This window is over; there is nothing to cancel.");
    if (!(await tx.outage.maintenanceWindows.cancel(id, tx.now())))
      return refused("conflict", "This window was cancelled before.");
    await report(tx, actor, "maintenance-cancelled", { detail: { windowId: id, name: row.name } });
    return ok(await viewOne(tx, actor, { ...row, cancelledAtMs: tx.now() }));
  });
}

export async function listWindows(
  ports: AppPorts,
  actor: Actor,
  query: MaintenanceWindowQuery,
): Promise<Page<MaintenanceWindowView>> {
  return ports.store.read(async (tx) => {
    const endsAfterMs = Math.max(0, tx.now() - shownAfterEndMs);
    const page = await tx.outage.maintenanceWindows.list({ endsAfterMs, ...said(query) });
    return { items: await views(tx, actor, page.items), next: page.next };
  });
}

/** "2 of 3 ready", and the third by name with its reason (MDA-33). */
export async function windowReadiness(
  ports: AppPorts,
  actor: Actor,
  snapshot: HeldSnapshot,
  id: string,
  {
    state,
    after,
    limit,
  }: { state?: "ready" | "gaps" | "nobody" | undefined; after?: string | undefined; limit: number },
): Promise<Outcome<ReadinessView>> {
  return ports.store.read(async (tx): Promise<Outcome<ReadinessView>> => {
    const window = await tx.outage.maintenanceWindows.get(id);
    if (!window) return notFound("maintenance window");
    const totals = { ready: 0, gaps: 0, nobody: 0 };
    const shown: { endpoint: ListedEndpoint; readiness: EndpointReadiness }[] = [];
    let [past, more] = [after === undefined, false];
    for await (const endpoints of activeEndpoints(tx, reachOf(actor), window.site)) {
      for (const endpoint of endpoints) {
        const held = (snapshot.byEndpoint.get(endpoint.id) ?? []).filter(({ userActive }) => userActive);
        const readiness = endpointReadiness(held, window, snapshot.asOfMs);
        totals[readiness.kind] += 1;
        const wanted = past && (state === undefined || state === readiness.kind);
        if (wanted && shown.length < limit) shown.push({ endpoint, readiness });
        else if (wanted) more = true;
        if (endpoint.id === after) past = true;
      }
      await nextTurn();
    }
    const connections = await connectionsOf(
      tx,
      shown.map(({ endpoint }) => endpoint.id),
    );
    return ok({
      asOfMs: snapshot.asOfMs,
      ready: totals.ready,
      of: totals.ready + totals.gaps,
      nobody: totals.nobody,
      items: shown.map(({ endpoint, readiness }) => ({
        endpointId: endpoint.id,
        endpointName: endpoint.name,
        site: endpoint.site,
        connected: connections.get(endpoint.id)?.connected ?? false,
        lastContactAtMs: endpoint.lastContactAtMs,
        state: readiness.kind,
        people: readiness.kind === "nobody" ? 0 : readiness.people,
        gaps: readiness.kind === "gaps" ? gapsOf(readiness.gaps) : [],
      })),
      next: more ? (shown.at(-1)?.endpoint.id ?? null) : null,
    });
  });
}

/** Whether one of these windows makes a refill worth while now. */
export function windowRefillDue(
  windows: readonly OutageWindow[],
  facts: BundleFacts,
  nowMs: number,
): boolean {
  const { held } = facts;
  if (windows.length === 0 || held === null || held.refillKey === null) return false;
  const planned = planBundle(facts, false, nowMs);
  if (planned.kind === "refused") return false;
  const known: HeldBundle = { ...held, revocationPending: false };
  return windows.some((window) => refillForWindow(known, planned.plan, window, nowMs));
}

/** Announced for a site, not cancelled and not over. */
export async function openWindows(tx: Transaction, site: string): Promise<OutageWindow[]> {
  // As many as may be open, and as many again that were cancelled.
  const { items } = await tx.outage.maintenanceWindows.list({ endsAfterMs: tx.now(), limit: 1000 });
  return items.filter((row) => row.cancelledAtMs === null && (row.site === null || row.site === site));
}

type ListedEndpoint = Awaited<ReturnType<Transaction["outage"]["endpoints"]>>[number];

async function* activeEndpoints(
  tx: Transaction,
  reach: Reach,
  site: string | null,
): AsyncGenerator<ListedEndpoint[]> {
  let after: { name: string; id: string } | undefined;
  for (;;) {
    const page = await tx.outage.endpoints({
      ...reach,
      limit: endpointsAtOnce,
      ...(site === null ? {} : { site }),
      ...(after === undefined ? {} : { after }),
    });
    if (page.length > 0) yield page;
    after = page.at(-1);
    if (page.length < endpointsAtOnce) return;
  }
}

function gapsOf(gaps: Readonly<Partial<Record<ReadinessGap, number>>>) {
  return (Object.keys(gapTexts) as ReadinessGap[]).flatMap((code) => {
    const people = gaps[code];
    return people === undefined
      ? []
      : [{ code, people, text: `${people === 1 ? "One person" : `${people} people`}: ${gapTexts[code]}.` }];
  });
}

async function views(
  tx: Transaction,
  reader: Actor,
  rows: readonly MaintenanceWindowRow[],
): Promise<MaintenanceWindowView[]> {
  const nameOf = await namesOfActors(
    tx,
    reader,
    rows.map(({ announcedBy }) => announcedBy),
  );
  return rows.map((row) => {
    const { actorName, actorPerson } = nameOf(row.announcedBy);
    return {
      ...row,
      announcedByName: actorName,
      announcedByPerson: actorPerson,
      state: stateOf(row, tx.now()),
    };
  });
}

async function viewOne(
  tx: Transaction,
  reader: Actor,
  row: MaintenanceWindowRow,
): Promise<MaintenanceWindowView> {
  const [one] = await views(tx, reader, [row]);
  if (one === undefined) throw new Error("a row has a view");
  return one;
}

function stateOf(row: MaintenanceWindowRow, nowMs: number): MaintenanceWindowView["state"] {
  return row.cancelledAtMs !== null
    ? "cancelled"
    : nowMs >= row.toMs
      ? "over"
      : nowMs >= row.fromMs
        ? "under-way"
        : "planned";
}
