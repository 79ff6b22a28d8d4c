import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Toolbar } from "@holdfast/ui/page";
import { EmptyState } from "@holdfast/ui/states";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChoiceFilter } from "../lists/filters.tsx";
import { UserReference } from "../lists/references.tsx";

type Person = Schema<"OutagePeople">["items"][number];
const route = getRouteApi("/inside/outages/people");

const columns: readonly Column<Person>[] = [
  {
    name: "User",
    render: ({ userId, userName, displayName }) => (
      <>
        <UserReference id={userId} name={userName} />
        {displayName !== userName && <div>{displayName}</div>}
      </>
    ),
  },
  { name: "Why not", render: ({ title }) => title },
  { name: "What to do", render: ({ next }) => next },
];

/** Everybody who could sign in nowhere without the network, and the first thing to mend (OTP-3, OTP-4 among them). */
export function OutagePeoplePage() {
  const { obstacle } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: summary } = useRead(["outage"], "work out who could sign in", () =>
    backgroundApi.GET("/api/v1/outage"),
  );
  const known = summary?.obstacles.find(({ code }) => code === obstacle)?.code;
  const list = usePagedList(["outage", "people", known ?? "all"], "list who could not sign in", (after) =>
    backgroundApi.GET("/api/v1/outage/people", {
      params: {
        query: {
          limit: 50,
          ...(known === undefined ? {} : { obstacle: known }),
          ...(after === undefined ? {} : { after }),
        },
      },
    }),
  );
  return (
    <>
      <PageHeader
        title="Who could not sign in"
        trail={<Link to="/">Dashboard</Link>}
        lead="If the network went now: people without a way in anywhere, and what would give them one."
      />
      <Toolbar label="Filter people">
        <ChoiceFilter
          label="Reason"
          all="All reasons"
          value={known}
          choices={(summary?.obstacles ?? []).map(({ code, title }) => ({ value: code, label: title }))}
          onChoose={(next) =>
            void navigate({ search: next === undefined ? {} : { obstacle: next }, replace: true })
          }
        />
      </Toolbar>
      <Panel flush>
        <DataTable
          what="people who could not sign in"
          columns={columns}
          rowKey={({ userId }) => userId}
          {...list}
          empty={<EmptyState title="Everybody could sign in somewhere." />}
        />
      </Panel>
    </>
  );
}
