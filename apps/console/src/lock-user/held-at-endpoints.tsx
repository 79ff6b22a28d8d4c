import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, Panel } from "@holdfast/ui/page";
import { RelativeTime, Since } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { EndpointReference } from "../lists/references.tsx";

type Stopped = Schema<"UserLockView">["endpoints"][number];

/** Whether somebody is locked, and what a lock or a report could not reach yet (UNI-4). */
export function useLockView(
  userId: string,
  options: { readonly enabled?: boolean; readonly refetchEveryMs?: number } = {},
) {
  return useRead(
    ["lock", userId],
    "read what endpoints still hold",
    () => backgroundApi.GET("/api/v1/users/{id}/lock", { params: { path: { id: userId } } }),
    options,
  );
}

/** Per endpoint: done, or pending, and until when it may still honour what it holds. */
export function HeldAtEndpoints({ userId }: { readonly userId: string }) {
  const { rights } = useSession();
  const { data, problem, retry } = useLockView(userId, {
    // Endpoints tell of themselves over the live stream; roles without that right ask.
    refetchEveryMs: rights.includes("endpoints.read") ? 15_000 : 5_000,
  });
  const pending = data?.endpoints.filter(({ state }) => state === "pending").length ?? 0;
  return (
    <Panel title="At endpoints" lead={data === undefined ? undefined : leadOf(data.endpoints, pending)} flush>
      <DataTable
        what="endpoints that held something"
        columns={columns}
        rows={data?.endpoints}
        rowKey={({ endpointId }) => endpointId}
        problem={problem}
        onRetry={retry}
        empty={
          <EmptyState title="No endpoint holds anything.">
            There is nothing to sign in with offline anywhere.
          </EmptyState>
        }
      />
    </Panel>
  );
}

const columns: readonly Column<Stopped>[] = [
  {
    name: "Endpoint",
    render: ({ endpointId, endpointName }) => <EndpointReference id={endpointId} name={endpointName} />,
  },
  {
    name: "State",
    render: ({ state, doneAtMs, orderedAtMs }) =>
      state === "done" ? (
        <StateBadge tone="good">
          Done{doneAtMs !== null && <>, deleted at {<Since atMs={doneAtMs} />}</>}
        </StateBadge>
      ) : (
        <StateBadge tone="pending">
          Pending since <Since atMs={orderedAtMs} />
        </StateBadge>
      ),
  },
  { name: "Last contact", render: ({ lastContactAtMs }) => <RelativeTime atMs={lastContactAtMs} /> },
  {
    name: "Can still be used until",
    render: ({ usableUntilMs }) => (usableUntilMs === null ? <None /> : <Since atMs={usableUntilMs} />),
  },
  {
    name: "Offline sign-ins left",
    align: "end",
    render: ({ offlineSignInsLeft }) =>
      offlineSignInsLeft === 0 ? <None /> : `${offlineSignInsLeft} at most`,
  },
];

function leadOf(endpoints: readonly Stopped[], pending: number): string {
  if (endpoints.length === 0) return "What they keep for offline sign-in.";
  if (pending === 0) return "All of them have said that they deleted what they kept.";
  return `${pending} of ${endpoints.length} ${pending === 1 ? "has" : "have"} not made contact since. Until then, or until the time below, ${pending === 1 ? "it goes" : "they go"} on as before.`;
}
