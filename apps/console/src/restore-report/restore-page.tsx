import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { clockTime, zonedTime } from "@holdfast/ui/time-words.ts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type Item = Schema<"RestoreItem">;

/** What a restored backup could not know, and what somebody must look into before it counts as settled. */
export function RestorePage() {
  const can = useCan();
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const report = useRead(["restore-report"], "read the report", () => api.GET("/api/v1/restore-report"));
  const { data } = report;
  const columns: readonly Column<Item>[] = [
    { name: "What", render: ({ text }) => text },
    { name: "About", render: (item) => <About item={item} /> },
    { name: "When", render: ({ atMs }) => <RelativeTime atMs={atMs} /> },
    {
      name: "State",
      render: ({ status }) =>
        status === "open" ? (
          <StateBadge tone="caution">Open</StateBadge>
        ) : (
          <StateBadge tone="good">{status === "settled" ? "Settled by itself" : "Confirmed"}</StateBadge>
        ),
    },
    ...(can("properties.keys")
      ? [
          {
            name: "Action",
            render: ({ kind, subjectId, status }: Item) =>
              status === "open" ? (
                <Button
                  variant="default"
                  size="compact-sm"
                  loading={busy}
                  onClick={() =>
                    void act("confirm the entry", () =>
                      api.POST("/api/v1/restore-report/confirmations", { body: { kind, subjectId } }),
                    ).then(setProblem)
                  }
                >
                  I looked into it
                </Button>
              ) : (
                <None />
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader
        title="After the restore"
        lead="A backup knows nothing of what came after it. This is what was found."
      />
      <Parts>
        {data?.restored != null && (
          <Callout tone="info">
            Restored {zonedTime(data.restored.restoredAtMs)} from a backup of{" "}
            {zonedTime(data.restored.madeAtMs)}.{" "}
            {data.tokensWaiting === 0
              ? "Every token has shown two codes since."
              : `${data.tokensWaiting} tokens must still show two codes in a row, at their next sign-in.`}
          </Callout>
        )}
        <ProblemNote problem={problem} />
        <Panel flush>
          <DataTable
            what="findings"
            columns={columns}
            rows={data?.items}
            rowKey={({ kind, subjectId }) => `${kind} ${subjectId}`}
            problem={report.problem}
            onRetry={report.retry}
            empty={<EmptyState title="No backup was restored here." />}
          />
        </Panel>
      </Parts>
    </>
  );
}

/** Whom or what it speaks of: by name where the server knows one, else by its id. */
function About({ item: { kind, subjectId, detail } }: { readonly item: Item }) {
  const words = [detail.userName, detail.role, detail.name, detail.label, lastSyncOf(detail)].filter(
    (word) => typeof word === "string",
  );
  const name = words.length === 0 ? subjectId : words.join(", ");
  if (kind === "phone" && typeof detail.userId === "string")
    return (
      <Link to="/users/$userId" params={{ userId: detail.userId }}>
        {name}
      </Link>
    );
  if (["role-holder", "user-disabled", "password-changed"].includes(kind))
    return (
      <Link to="/users/$userId" params={{ userId: subjectId }}>
        {name}
      </Link>
    );
  if (["endpoint", "endpoint-revoked", "chain-not-proven"].includes(kind))
    return (
      <Link to="/endpoints/$endpointId" params={{ endpointId: subjectId }}>
        {name}
      </Link>
    );
  return kind === "changes-lost" ? <None /> : name;
}

/** Of a phone that follows the server: whoever lost it may remember until when he had it. */
function lastSyncOf({ lastSyncMs }: Item["detail"]): string | null {
  return typeof lastSyncMs === "number" ? `last sync ${clockTime(lastSyncMs)}` : null;
}
