import type { Resource } from "@holdfast/core/authorization/policy";
import type { AlertQuery } from "@holdfast/protocol/admin-api";
import type { AlertRow } from "../store/alerts-store.ts";
import type { Page } from "../store/page.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { refusalOfChange } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { reachOf, said } from "./reach.ts";

/** Alerts of one kind that one endpoint can have open: it is suspicious by then, and more would bury the others. */
const mostOpenAlerts = 20;

export function listAlerts(ports: AppPorts, actor: Actor, query: AlertQuery): Promise<Page<AlertRow>> {
  return ports.store.read((tx) => tx.lists.alerts({ ...said(query), ...reachOf(actor) }));
}

export function closeAlert(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const alert = await tx.alerts.get(id);
    if (!alert) return notFound("alert");
    const no = await refusalOfChange(tx, actor, "audit.alerts", await alertResource(tx, alert));
    if (no) return no;
    if (!(await tx.alerts.close(id))) return refused("conflict", "This alert is closed already.");
    await report(tx, actor, "alert-closed", {
      userId: alert.userId,
      endpointId: alert.endpointId,
      reason: alert.kind,
      detail: { alertId: id },
    });
    return ok(null);
  });
}

/** Reached by its user or by its endpoint, as in the list. */
async function alertResource(tx: Transaction, { id, userId, endpointId }: AlertRow): Promise<Resource> {
  const { groups } = tx.authorization;
  const groupIds = [
    ...(userId === null ? [] : await groups.of("user", userId)),
    ...(endpointId === null ? [] : await groups.of("endpoint", endpointId)),
  ];
  return { kind: "alert", id, groupIds };
}

/** Raised once: as long as one about the same is open, another would say nothing new. True: this one is new. */
export async function raiseAlert(
  ports: AppPorts,
  tx: Transaction,
  alert: Pick<AlertRow, "kind" | "userId" | "endpointId" | "detail">,
): Promise<boolean> {
  const open = await tx.alerts.list({ status: "open" });
  const same = open.some(
    (one) =>
      one.kind === alert.kind &&
      one.userId === alert.userId &&
      one.endpointId === alert.endpointId &&
      JSON.stringify(one.detail) === JSON.stringify(alert.detail),
  );
  const ofTheirs = open.filter(
    ({ kind, endpointId }) => kind === alert.kind && endpointId !== null && endpointId === alert.endpointId,
  );
  if (same || ofTheirs.length >= mostOpenAlerts) return false;
  await tx.alerts.insert({ id: newId(ports, "alr"), atMs: tx.now(), status: "open", ...alert });
  await report(tx, { name: "server" }, "alert-raised", {
    userId: alert.userId,
    endpointId: alert.endpointId,
    reason: alert.kind,
    detail: alert.detail,
  });
  return true;
}

/** For what the server sees begin and end by itself: open while it is so. */
export async function alertWhile(
  ports: AppPorts,
  tx: Transaction,
  isSo: boolean,
  alert: Pick<AlertRow, "kind" | "userId" | "endpointId">,
): Promise<void> {
  if (isSo) {
    await raiseAlert(ports, tx, { ...alert, detail: {} });
    return;
  }
  const { kind, userId, endpointId } = alert;
  for (const one of await tx.alerts.list({ status: "open" })) {
    if (one.kind !== kind || one.userId !== userId || one.endpointId !== endpointId) continue;
    await tx.alerts.close(one.id);
    await report(tx, { name: "server" }, "alert-closed", {
      userId,
      endpointId,
      reason: kind,
      detail: { alertId: one.id },
    });
  }
}
