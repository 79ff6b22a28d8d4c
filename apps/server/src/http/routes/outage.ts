import { rightsOf } from "@holdfast/core/authorization/principal";
import {
  checklist,
  maintenanceWindowCreation,
  maintenanceWindowList,
  maintenanceWindowQuery,
  maintenanceWindowView,
  outagePeople,
  outagePeopleQuery,
  outageSummary,
  readinessQuery,
  readinessView,
} from "@holdfast/protocol/outage-api";
import { liveKey } from "../../app/api-keys.ts";
import { readChecklist } from "../../app/outage/checklist.ts";
import { announceWindow, cancelWindow, listWindows, windowReadiness } from "../../app/outage/maintenance.ts";
import { outagePeople as readPeople, outageSummary as readSummary } from "../../app/outage/outage.ts";
import { createHeldSnapshots } from "../../app/outage/snapshot.ts";
import { ok } from "../../app/outcome.ts";
import type { AppPorts } from "../../app/ports.ts";
import { weigh } from "../../app/sessions/live-session.ts";
import type { LiveHub } from "../../events/live-hub.ts";
import type { Caller, Route } from "../route.ts";
import { administrator, alreadySent, ofEnterprise, route } from "../route.ts";
import { byId } from "./people.ts";

/** Who could sign in without the network, what is planned, and what to look at again. */
export function outageRoutes(ports: AppPorts, live: LiveHub): Route[] {
  const snapshots = createHeldSnapshots(ports);
  return [
    route(
      "GET",
      "/api/v1/outage",
      administrator("endpoints.read"),
      { summary: "Who could sign in where if the network went now", answer: outageSummary },
      async ({ actor }) => ok(await readSummary(ports, actor, await snapshots.read(actor))),
    ),
    route(
      "GET",
      "/api/v1/outage/people",
      administrator("users.read"),
      { summary: "Who could sign in nowhere, and why", answer: outagePeople, query: outagePeopleQuery },
      async ({ actor, query }) => ok(await readPeople(ports, actor, await snapshots.read(actor), query)),
    ),
    route(
      "GET",
      "/api/v1/maintenance-windows",
      administrator("endpoints.read"),
      { summary: "List announced outages", answer: maintenanceWindowList, query: maintenanceWindowQuery },
      async ({ actor, query }) => ok(await listWindows(ports, actor, query)),
    ),
    route(
      "POST",
      "/api/v1/maintenance-windows",
      ofEnterprise(administrator("endpoints.edit")),
      {
        summary: "Announce an outage, so that endpoints refresh what they hold before it",
        answer: maintenanceWindowView,
        body: maintenanceWindowCreation,
        status: 201,
      },
      ({ actor, body }) => announceWindow(ports, actor, body),
    ),
    route(
      "POST",
      "/api/v1/maintenance-windows/:id/cancellation",
      ofEnterprise(administrator("endpoints.edit")),
      { summary: "Cancel an announced outage", answer: maintenanceWindowView, params: byId },
      ({ actor, params }) => cancelWindow(ports, actor, params.id),
    ),
    route(
      "GET",
      "/api/v1/maintenance-windows/:id/readiness",
      administrator("endpoints.read"),
      {
        summary: "Which endpoints are ready for an announced outage",
        answer: readinessView,
        params: byId,
        query: readinessQuery,
      },
      async ({ actor, params, query }) =>
        windowReadiness(ports, actor, await snapshots.read(actor), params.id, query),
    ),
    route(
      "GET",
      "/api/v1/setup-checklist",
      administrator("properties.read"),
      { summary: "What is left to set up, in order", answer: checklist },
      async ({ actor }) => ok({ items: await readChecklist(ports, actor, await snapshots.read(actor)) }),
    ),
    route(
      "GET",
      "/api/v1/live",
      administrator("endpoints.read"),
      {
        summary: "What to look at again (server-sent events)",
        answer: null,
        contentType: "text/event-stream",
      },
      async ({ caller, reply }) => {
        reply.hijack();
        live.open(reply.raw, nameOf(caller), () => mayStillLook(ports, caller));
        return alreadySent;
      },
    ),
  ];
}

function nameOf(caller: Caller): string {
  if (caller.kind === "session") return `session:${caller.session.id}`;
  return caller.kind === "api-key" ? `key:${caller.key.id}` : caller.kind;
}

/** Whether who opened the stream is still let in, and may still see endpoints. */
function mayStillLook(ports: AppPorts, caller: Caller): Promise<boolean> {
  return ports.store.read(async (tx) => {
    if (caller.kind === "api-key") {
      const key = await liveKey(tx, caller.key.keyHash);
      return key !== null && rightsOf({ kind: "api-key", ...key }).includes("endpoints.read");
    }
    if (caller.kind !== "session") return false;
    const session = await weigh(ports, tx, await tx.web.sessions.get(caller.session.id));
    return session !== null && "role" in session && session.role?.rights.includes("endpoints.read") === true;
  });
}
