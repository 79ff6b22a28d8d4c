import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Toolbar } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { EmptyState } from "@holdfast/ui/states";
import { backgroundApi } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useCan } from "../frame/session.ts";
import { ChoiceFilter, SearchField } from "../lists/filters.tsx";
import { EndpointState, PendingRevocations } from "./endpoint-state.tsx";

type Endpoint = Schema<"EndpointView">;
const route = getRouteApi("/inside/endpoints");

const columns: readonly Column<Endpoint>[] = [
  {
    name: "Endpoint",
    render: ({ id, name, hostName }) => (
      <>
        <Link to="/endpoints/$endpointId" params={{ endpointId: id }}>
          {name}
        </Link>
        {hostName !== name && <div>{hostName}</div>}
      </>
    ),
  },
  { name: "State", render: (endpoint) => <EndpointState endpoint={endpoint} /> },
  { name: "Site", render: ({ site }) => site },
  { name: "Last contact", render: ({ lastContactAtMs }) => <RelativeTime atMs={lastContactAtMs} /> },
  { name: "Revocations", render: (endpoint) => <PendingRevocations endpoint={endpoint} /> },
];

/** The machines that people sign in to, and which of them the server hears. */
export function EndpointsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  const list = usePagedList(
    ["endpoints", search],
    "list the endpoints",
    (after) =>
      backgroundApi.GET("/api/v1/endpoints", {
        params: {
          query: {
            limit: 50,
            ...(search.name === undefined ? {} : { name: search.name }),
            ...(search.site === undefined ? {} : { site: search.site }),
            ...(search.status === "active" || search.status === "revoked" ? { status: search.status } : {}),
            ...(after === undefined ? {} : { after }),
          },
        },
      }),
    10_000,
  );
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const enrol = can("endpoints.enrol") && (
    <Button component={Link} to="/endpoints/enrol" leftSection={<Plus size={17} aria-hidden="true" />}>
      Enrol an endpoint
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Endpoints"
        lead="The machines that people sign in to. Connected ones learn of changes at once, others when they make contact."
        actions={enrol}
      />
      <Toolbar label="Filter endpoints">
        <SearchField label="Name" value={search.name} onSearch={(name) => change({ name })} />
        <SearchField label="Site" value={search.site} onSearch={(site) => change({ site })} />
        <ChoiceFilter
          label="State"
          all="Active and revoked"
          value={search.status}
          choices={[
            { value: "active", label: "Active" },
            { value: "revoked", label: "Revoked" },
          ]}
          onChoose={(status) => change({ status })}
        />
      </Toolbar>
      <Panel flush>
        <DataTable
          what="endpoints"
          columns={columns}
          rowKey={({ id }) => id}
          {...list}
          empty={
            isFiltered ? (
              <EmptyState title="No endpoint fits these filters.">Name and site are typed whole.</EmptyState>
            ) : (
              <EmptyState title="No endpoint is enrolled yet." action={enrol}>
                An endpoint is a Linux machine with the agent. You get a command to paste there.
              </EmptyState>
            )
          }
        />
      </Panel>
    </>
  );
}
