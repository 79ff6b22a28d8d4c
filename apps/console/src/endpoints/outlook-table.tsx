import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge, type Tone } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { backgroundApi } from "@holdfast/web-calls/calls";
import { usePagedList } from "@holdfast/web-calls/paged-list";
import { EndpointReference, UserReference } from "../lists/references.tsx";

type Entry = Schema<"OfflineOutlookEntry">;

const states: Record<Entry["state"], { readonly tone: Tone; readonly text: string }> = {
  "may-sign-in": { tone: "good", text: "May sign in offline" },
  expired: { tone: "caution", text: "Right has ended" },
  exhausted: { tone: "caution", text: "Codes used up" },
  "fresh-sign-in-needed": { tone: "caution", text: "Must sign in online first" },
  "revocation-pending": { tone: "pending", text: "Revocation pending" },
  revoked: { tone: "quiet", text: "Revoked and deleted" },
};

type OutlookTableProps = {
  readonly of: { readonly userId: string } | { readonly endpointId: string };
  readonly empty: string;
};

/** UNI-3: what one endpoint holds, or where one user has something. */
export function OutlookTable({ of, empty }: OutlookTableProps) {
  const list = usePagedList(
    ["offline-outlook", of],
    "read what endpoints hold",
    (after) =>
      backgroundApi.GET("/api/v1/offline-outlook", {
        params: { query: { ...of, limit: 50, ...(after === undefined ? {} : { after }) } },
      }),
    15_000,
  );
  const who: Column<Entry> =
    "userId" in of
      ? {
          name: "Endpoint",
          render: (entry) => <EndpointReference id={entry.endpointId} name={entry.endpointName} />,
        }
      : { name: "User", render: (entry) => <UserReference id={entry.userId} name={entry.userName} /> };
  const columns: readonly Column<Entry>[] = [
    who,
    {
      name: "State",
      render: ({ state, note }) => (
        <>
          <StateBadge tone={states[state].tone}>{states[state].text}</StateBadge>
          {note !== null && <div>{note}</div>}
        </>
      ),
    },
    {
      name: "Sign-ins left",
      align: "end",
      render: ({ remainingAtMost, reportedRemaining }) =>
        reportedRemaining === null || reportedRemaining === remainingAtMost
          ? `${remainingAtMost} at most`
          : `${remainingAtMost} at most, ${reportedRemaining} reported`,
    },
    { name: "Until", render: ({ notAfterMs }) => <RelativeTime atMs={notAfterMs} /> },
    { name: "Last contact", render: ({ lastContactAtMs }) => <RelativeTime atMs={lastContactAtMs} /> },
  ];
  return (
    <DataTable
      what={"userId" in of ? "endpoints that hold something for this user" : "users who have something here"}
      columns={columns}
      rowKey={(entry) => `${entry.endpointId} ${entry.userId}`}
      empty={<EmptyState title="Nothing is held.">{empty}</EmptyState>}
      {...list}
    />
  );
}
