import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { browserName } from "./browser-name.ts";

type Session = Schema<"OwnSessionView">;

/** One's sessions in browsers, each to be ended from here. */
export function SessionsPage() {
  const { act, busy } = useAct();
  const toast = useToast();
  const { data, problem, retry } = useRead(["me", "sessions"], "list your sessions", () =>
    api.GET("/api/v1/me/sessions"),
  );
  const end = (session: Session) =>
    act(
      "end this session",
      () => api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id: session.id } } }),
      () => toast("Signed out there."),
    );
  const endOthers = () =>
    act(
      "end the other sessions",
      () => api.POST("/api/v1/me/sessions/end-others"),
      () => toast("Signed out everywhere else."),
    );
  const columns: readonly Column<Session>[] = [
    {
      name: "Browser",
      render: ({ app, userAgent }) => `${browserName(userAgent)}${app === "console" ? ", the console" : ""}`,
    },
    { name: "From", render: ({ address }) => address },
    { name: "Signed in", render: ({ signedInAtMs }) => <RelativeTime atMs={signedInAtMs} /> },
    { name: "Last used", render: ({ lastSeenAtMs }) => <RelativeTime atMs={lastSeenAtMs} /> },
    {
      name: "Action",
      render: (session) =>
        session.current ? (
          <StateBadge tone="info">This one</StateBadge>
        ) : (
          <Button
            variant="default"
            size="compact-md"
            aria-label={`Sign out there: ${browserName(session.userAgent)} from ${session.address}`}
            onClick={() => void end(session)}
          >
            Sign out there
          </Button>
        ),
    },
  ];
  const others = (data?.items.length ?? 0) > 1;
  return (
    <>
      <PageHeader
        title="Where I am signed in"
        lead="Browsers in which you are signed in to this portal or the console."
        actions={
          others && (
            <Button variant="default" loading={busy} onClick={() => void endOthers()}>
              Sign out everywhere else
            </Button>
          )
        }
      />
      <Panel flush>
        <DataTable
          what="sessions"
          columns={columns}
          rows={data?.items}
          rowKey={({ id }) => id}
          problem={problem}
          onRetry={retry}
          empty="No sessions."
        />
      </Panel>
    </>
  );
}
