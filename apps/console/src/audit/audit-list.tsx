import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { api } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { EndpointReference, UserReference } from "../lists/references.tsx";
import { ActorName } from "./actor-name.tsx";
import { eventWords, outcomeWords, reasonWords } from "./event-words.ts";
import { SignedOrder } from "./signed-order.tsx";

type Event = Schema<"AuditView">;
export type AuditFilter = {
  readonly userId?: string;
  readonly endpointId?: string;
  readonly type?: string;
  readonly mode?: "online" | "offline";
  readonly fromMs?: number;
  readonly toMs?: number;
};

/** Audit events, newest first; without the column that the page is about. */
export function AuditList({
  filter,
  about,
}: {
  readonly filter: AuditFilter;
  readonly about?: "user" | "endpoint";
}) {
  const list = usePagedList(["audit", filter], "read the audit", (after) =>
    api.GET("/api/v1/audit", {
      params: { query: { ...filter, limit: 50, ...(after === undefined ? {} : { after }) } },
    }),
  );
  const columns: readonly Column<Event>[] = [
    { name: "When", render: ({ atMs }) => <RelativeTime atMs={atMs} /> },
    {
      name: "What",
      render: (event) => (
        <>
          {eventWords(event.type)}
          {event.reason !== null && <div>{reasonWords(event.reason)}</div>}
          {event.type === "order-signed" && <SignedOrder event={event} />}
        </>
      ),
    },
    {
      name: "Outcome",
      render: ({ outcome, mode }) => (
        <>
          {outcome === "info" ? (
            <span>{outcomeWords.info}</span>
          ) : (
            <StateBadge tone={outcome === "succeeded" ? "good" : "bad"}>{outcomeWords[outcome]}</StateBadge>
          )}
          {mode === "offline" && (
            <>
              {" "}
              <StateBadge tone="caution">offline</StateBadge>
            </>
          )}
        </>
      ),
    },
    ...(about === "user"
      ? []
      : [
          {
            name: "User",
            render: ({ subjectUserId }: Event) =>
              subjectUserId === null ? <None /> : <UserReference id={subjectUserId} />,
          },
        ]),
    ...(about === "endpoint"
      ? []
      : [
          {
            name: "Endpoint",
            render: ({ endpointId }: Event) =>
              endpointId === null ? <None /> : <EndpointReference id={endpointId} />,
          },
        ]),
    {
      name: "By",
      render: ({ actor, actorName, actorPerson }) => (
        <ActorName actor={actor} name={actorName} person={actorPerson} />
      ),
    },
  ];
  return (
    <Panel {...(about === undefined ? {} : { title: "What happened" })} flush>
      <DataTable
        what="audit events"
        columns={columns}
        rowKey={(event) => String(event.id)}
        empty={
          <EmptyState title="No event fits.">
            What happens from now on is written here within the second.
          </EmptyState>
        }
        {...list}
      />
    </Panel>
  );
}
