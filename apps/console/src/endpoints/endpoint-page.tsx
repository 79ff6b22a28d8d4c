import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { Columns, PageHeader, Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { RelativeTime, Since } from "@holdfast/ui/relative-time";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { getRouteApi, Link } from "@tanstack/react-router";
import { AuditList } from "../audit/audit-list.tsx";
import { useCan } from "../frame/session.ts";
import { GroupNames } from "../lists/group-names.tsx";
import { UserReference } from "../lists/references.tsx";
import { EndpointActions } from "./endpoint-actions.tsx";
import { EndpointState } from "./endpoint-state.tsx";
import { OutlookTable } from "./outlook-table.tsx";

type Endpoint = Schema<"EndpointView">;
type Revocation = Endpoint["pendingRevocations"][number];
const route = getRouteApi("/inside/endpoints/$endpointId");

/** One machine: whether the server hears it, what it holds of whom, and what it has not confirmed. */
export function EndpointPage() {
  const { endpointId } = route.useParams();
  const can = useCan();
  const {
    data: endpoint,
    problem,
    retry,
  } = useRead(
    ["endpoint", endpointId],
    "read the endpoint",
    () => backgroundApi.GET("/api/v1/endpoints/{id}", { params: { path: { id: endpointId } } }),
    { refetchEveryMs: 10_000 },
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (endpoint === undefined) return <LoadingPage what="the endpoint" />;
  return (
    <>
      <PageHeader
        title={endpoint.name}
        trail={<Link to="/endpoints">Endpoints</Link>}
        state={<EndpointState endpoint={endpoint} />}
        actions={<EndpointActions endpoint={endpoint} />}
      />
      <Parts>
        <NotBelieved endpoint={endpoint} />
        <Pending endpoint={endpoint} />
        <Columns>
          <Panel title="Machine">
            <Properties
              rows={[
                property("Host name", endpoint.hostName),
                property("Site", endpoint.site),
                property("Groups", <GroupNames groups={endpoint.groups} />),
                property("Agent", endpoint.agentVersion),
                property(
                  "Client profile",
                  endpoint.profile.name === "pam"
                    ? `PAM, buffer ${endpoint.profile.buffer}`
                    : "workstation logon manager",
                ),
              ]}
            />
          </Panel>
          <Panel title="Connection">
            <Properties
              rows={[
                property("Last contact", <RelativeTime atMs={endpoint.lastContactAtMs} />),
                property("Enrolled", <RelativeTime atMs={endpoint.enrolledAtMs} />),
                property(
                  "Key protection",
                  endpoint.keyProtection === "tpm"
                    ? "TPM: the key cannot leave the machine"
                    : "file: whoever copies the disk has the key",
                ),
              ]}
            />
          </Panel>
        </Columns>
        <Panel
          title="Who may sign in here offline"
          lead="Numbers are what was handed out at most: while the endpoint is away it may have used some."
          flush
        >
          <OutlookTable
            of={{ endpointId: endpoint.id }}
            empty="It holds nothing of anybody. That comes with a sign-in while it is connected, where the policy allows offline sign-in."
          />
        </Panel>
        {can("audit.read") && <AuditList filter={{ endpointId: endpoint.id }} about="endpoint" />}
      </Parts>
    </>
  );
}

const pendingColumns: readonly Column<Revocation>[] = [
  {
    name: "Of",
    render: ({ userId }) => (userId === null ? "everything here" : <UserReference id={userId} />),
  },
  { name: "Why", render: ({ reason }) => reason },
  { name: "Pending since", render: ({ sinceMs }) => <Since atMs={sinceMs} /> },
];

function Pending({ endpoint }: { readonly endpoint: Endpoint }) {
  if (endpoint.pendingRevocations.length === 0) return null;
  return (
    <Panel title="Revocations that it has not confirmed" flush>
      <Callout tone="pending">
        {endpoint.connected
          ? "The order is under way; the endpoint confirms when it has deleted."
          : "The endpoint is away. Until it makes contact, old rights may still be honoured there, within their limits."}
      </Callout>
      <DataTable
        what="pending revocations"
        columns={pendingColumns}
        rows={endpoint.pendingRevocations}
        rowKey={({ id }) => id}
        empty="None."
      />
    </Panel>
  );
}

function NotBelieved({ endpoint: { distrustedSinceMs } }: { readonly endpoint: Endpoint }) {
  if (distrustedSinceMs === null) return null;
  return (
    <Callout tone="bad">
      What this endpoint reports of sign-ins has had no effect since <Since atMs={distrustedSinceMs} />. It is
      kept in the audit. People still sign in here.
    </Callout>
  );
}
