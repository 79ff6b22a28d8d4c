import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, PageHeader, Panel, Toolbar } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { api, backgroundApi, useAct } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";
import { ChoiceFilter } from "../lists/filters.tsx";
import { EndpointReference, UserReference } from "../lists/references.tsx";
import { alertWords } from "./alert-words.ts";

type Alert = Schema<"AlertView">;
const route = getRouteApi("/inside/alerts");

/** What somebody should look into, with what to do about it. */
export function AlertsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const { act } = useAct();
  const [closing, setClosing] = useState<Alert | null>(null);
  const status = search.status === "all" ? undefined : search.status === "closed" ? "closed" : "open";
  const list = usePagedList(
    ["alerts", status ?? "all"],
    "list the alerts",
    (after) =>
      backgroundApi.GET("/api/v1/alerts", {
        params: {
          query: {
            limit: 50,
            ...(status === undefined ? {} : { status }),
            ...(after === undefined ? {} : { after }),
          },
        },
      }),
    15_000,
  );
  const columns: readonly Column<Alert>[] = [
    {
      name: "Alert",
      render: ({ kind }) => {
        const { title, advice } = alertWords(kind);
        return (
          <>
            <strong>{title}</strong>
            {advice !== null && <div>{advice}</div>}
          </>
        );
      },
    },
    { name: "User", render: ({ userId }) => (userId === null ? <None /> : <UserReference id={userId} />) },
    {
      name: "Endpoint",
      render: ({ endpointId }) => (endpointId === null ? <None /> : <EndpointReference id={endpointId} />),
    },
    { name: "When", render: ({ atMs }) => <RelativeTime atMs={atMs} /> },
    {
      name: "State",
      render: (alert) =>
        alert.status === "open" ? (
          <StateBadge tone="caution">Open</StateBadge>
        ) : (
          <StateBadge tone="quiet">Closed</StateBadge>
        ),
    },
    ...(can("audit.alerts")
      ? [
          {
            name: "Action",
            render: (alert: Alert) =>
              alert.status === "open" && (
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={`Close: ${alertWords(alert.kind).title}`}
                  onClick={() => setClosing(alert)}
                >
                  Close
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader title="Alerts" lead="What does not fit together, and what to do about it." />
      <Toolbar label="Filter alerts">
        <ChoiceFilter
          label="State"
          all="Open"
          value={status === "open" ? undefined : (search.status ?? undefined)}
          choices={[
            { value: "closed", label: "Closed" },
            { value: "all", label: "All" },
          ]}
          onChoose={(next) =>
            void navigate({ search: next === undefined ? {} : { status: next }, replace: true })
          }
        />
      </Toolbar>
      <Panel flush>
        <DataTable
          what="alerts"
          columns={columns}
          rowKey={({ id }) => id}
          {...list}
          empty={
            <EmptyState title={status === "open" ? "No open alerts." : "No alerts."}>
              What looks like a copied machine, a stolen code or a lost event shows up here.
            </EmptyState>
          }
        />
      </Panel>
      <ConfirmDialog
        opened={closing !== null}
        onClose={() => setClosing(null)}
        title="Close this alert?"
        action="Close alert"
        onConfirm={() =>
          act("close the alert", () =>
            api.POST("/api/v1/alerts/{id}/closing", { params: { path: { id: closing?.id ?? "" } } }),
          )
        }
      >
        <p>
          Close it when you have found out what happened. It stays in the list of closed ones, and in the
          audit.
        </p>
      </ConfirmDialog>
    </>
  );
}
