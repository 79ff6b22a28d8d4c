import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge, type Tone } from "@holdfast/ui/state-badge";
import { EmptyState, ErrorState, LoadingPage } from "@holdfast/ui/states";
import { zonedTime } from "@holdfast/ui/time-words.ts";
import { useToast } from "@holdfast/ui/toasts";
import { api, backgroundApi, useAct, useRead } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { ActorName } from "../audit/actor-name.tsx";
import { useCan } from "../frame/session.ts";
import { EndpointReference } from "../lists/references.tsx";
import { WindowState } from "./outages-page.tsx";
import { useWindows } from "./use-windows.ts";

type Window = Schema<"MaintenanceWindowView">;
type Place = Schema<"ReadinessView">["items"][number];
const route = getRouteApi("/inside/outages/$windowId");

const states: Readonly<Record<Place["state"], { readonly tone: Tone; readonly text: string }>> = {
  ready: { tone: "good", text: "Ready" },
  gaps: { tone: "caution", text: "Not ready" },
  nobody: { tone: "quiet", text: "Nobody could sign in" },
};

/** One announced outage: how many endpoints are ready, and the others by name (MDA-33). */
export function OutagePage() {
  const { windowId } = route.useParams();
  const { data: windows, problem, retry } = useWindows();
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (windows === undefined) return <LoadingPage what="the outage" />;
  const window = windows.items.find(({ id }) => id === windowId);
  if (window === undefined) return <EmptyState title="No such outage was announced." />;
  return (
    <>
      <PageHeader
        title={window.name}
        trail={<Link to="/outages">Planned outages</Link>}
        state={<WindowState state={window.state} />}
        actions={<CancelWindow window={window} />}
      />
      <Parts>
        <Panel title="When and where">
          <Properties
            rows={[
              property("From", zonedTime(window.fromMs)),
              property("To", zonedTime(window.toMs)),
              property("Site", window.site ?? "every site"),
              property(
                "Announced",
                <span>
                  <RelativeTime atMs={window.announcedAtMs} /> by{" "}
                  <ActorName
                    actor={window.announcedBy}
                    name={window.announcedByName}
                    person={window.announcedByPerson}
                  />
                </span>,
              ),
            ]}
          />
        </Panel>
        <Readiness window={window} />
      </Parts>
    </>
  );
}

const columns: readonly Column<Place>[] = [
  {
    name: "Endpoint",
    render: ({ endpointId, endpointName }) => <EndpointReference id={endpointId} name={endpointName} />,
  },
  { name: "Site", render: ({ site }) => site },
  {
    name: "State",
    render: ({ state }) => <StateBadge tone={states[state].tone}>{states[state].text}</StateBadge>,
  },
  {
    name: "What is missing",
    render: ({ gaps }) =>
      gaps.length === 0 ? "nothing" : gaps.map(({ code, text }) => <div key={code}>{text}</div>),
  },
  {
    name: "Connection",
    render: ({ connected, lastContactAtMs }) =>
      connected ? (
        "connected"
      ) : (
        <>
          away, last contact <RelativeTime atMs={lastContactAtMs} />
        </>
      ),
  },
];

function Readiness({ window }: { readonly window: Window }) {
  const { data: summary } = useRead(
    ["readiness", window.id, "summary"],
    "read the readiness",
    () =>
      backgroundApi.GET("/api/v1/maintenance-windows/{id}/readiness", {
        params: { path: { id: window.id }, query: { limit: 1 } },
      }),
    { refetchEveryMs: 5_000 },
  );
  const list = usePagedList(
    ["readiness", window.id],
    "read the readiness",
    (after) =>
      backgroundApi.GET("/api/v1/maintenance-windows/{id}/readiness", {
        params: { path: { id: window.id }, query: { limit: 50, ...(after === undefined ? {} : { after }) } },
      }),
    5_000,
  );
  return (
    <Panel
      title={summary === undefined ? "Readiness" : `${summary.ready} of ${summary.of} ready`}
      lead={
        summary !== undefined && summary.nobody > 0
          ? `At ${summary.nobody} more ${summary.nobody === 1 ? "endpoint" : "endpoints"} nobody could sign in without a server.`
          : "An endpoint is ready when everybody whom it knows could sign in there until the outage ends."
      }
      flush
    >
      <DataTable
        what="endpoints and their readiness"
        columns={columns}
        rowKey={({ endpointId }) => endpointId}
        {...list}
        empty={<EmptyState title="No endpoint is enrolled here." />}
      />
    </Panel>
  );
}

function CancelWindow({ window }: { readonly window: Window }) {
  const can = useCan();
  const { act } = useAct();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  if (!can("endpoints.edit") || !["planned", "under-way"].includes(window.state)) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Cancel the outage
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Is ${window.name} not going to happen?`}
        action="Cancel the outage"
        onConfirm={() =>
          act(
            "cancel the outage",
            () =>
              api.POST("/api/v1/maintenance-windows/{id}/cancellation", {
                params: { path: { id: window.id } },
              }),
            () => toast(`${window.name} is cancelled.`),
          )
        }
      >
        <p>Endpoints keep what they have refreshed. The audit keeps that it was announced and cancelled.</p>
      </ConfirmDialog>
    </>
  );
}
