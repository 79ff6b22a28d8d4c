import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge, type Tone } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { useState } from "react";
import { EndpointReference } from "../lists/references.tsx";
import classes from "./bypass.module.css";
import { AnswerDialog, CodeDialog } from "./help-dialogs.tsx";

type View = Schema<"BypassStanding">;
type Place = View["endpoints"][number];

/** Where the help desk can stand in for a person's one-time code while the network is gone (OTP-23, OTP-24). */
export function BypassPanel({ user }: { readonly user: Schema<"UserView"> }) {
  const [asked, setAsked] = useState<{ what: "code" | "challenge"; at: Place } | null>(null);
  const { data, problem, retry } = useRead(
    ["bypass", user.id],
    "read the bypass codes",
    () => backgroundApi.GET("/api/v1/users/{id}/bypass", { params: { path: { id: user.id } } }),
    { refetchEveryMs: 15_000 },
  );
  const close = () => setAsked(null);
  const buttons: Column<Place> = {
    name: "Help",
    render: (at) => (
      <div className={classes.buttons}>
        {data?.kinds.includes("code") && at.state !== "waiting" && (
          <Button variant="default" size="compact-sm" onClick={() => setAsked({ what: "code", at })}>
            Bypass code
          </Button>
        )}
        {data?.kinds.includes("challenge") && (
          <Button variant="default" size="compact-sm" onClick={() => setAsked({ what: "challenge", at })}>
            Answer a challenge
          </Button>
        )}
      </div>
    ),
  };
  return (
    <Panel title="Help without a network" lead={data && leadOf(data)} flush>
      <DataTable
        what="endpoints at which this user can be helped"
        columns={data?.may && data.kinds.length > 0 ? [...columns, buttons] : columns}
        rows={data?.endpoints}
        rowKey={({ endpointId }) => endpointId}
        problem={problem}
        onRetry={retry}
        empty={
          <EmptyState title="No endpoint to help at.">
            A bypass code needs an endpoint at which this user has signed in with a token.
          </EmptyState>
        }
      />
      {asked?.what === "code" && <CodeDialog user={user} at={asked.at} onClose={close} />}
      {asked?.what === "challenge" && <AnswerDialog user={user} at={asked.at} onClose={close} />}
    </Panel>
  );
}

function leadOf({ kinds, may }: View): string {
  if (kinds.length === 0) return "The user's policy has neither bypass codes nor answers to challenges.";
  const what =
    "A code, or the answer to a challenge, that stands for the one-time code at one endpoint that has no network.";
  return may ? what : `${what} Your role cannot give them to this user.`;
}

const states: Readonly<Record<Place["state"], { readonly tone: Tone; readonly text: string }>> = {
  ready: { tone: "quiet", text: "None given" },
  given: { tone: "info", text: "Given, not reported as used" },
  waiting: { tone: "pending", text: "Waits for contact" },
  "used-rotated": { tone: "good", text: "Used – rotated" },
};

const columns: readonly Column<Place>[] = [
  {
    name: "Endpoint",
    render: ({ endpointId, name }) => <EndpointReference id={endpointId} name={name} />,
  },
  {
    name: "Network",
    render: ({ connected }) => (
      <StateBadge tone={connected ? "good" : "caution"}>
        {connected ? "Connected" : "Not connected"}
      </StateBadge>
    ),
  },
  { name: "Last contact", render: ({ lastContactAtMs }) => <RelativeTime atMs={lastContactAtMs} /> },
  {
    name: "Bypass code",
    render: ({ state }) => <StateBadge tone={states[state].tone}>{states[state].text}</StateBadge>,
  },
  {
    name: "Last used",
    render: ({ lastUsedAtMs, uses }) =>
      lastUsedAtMs === null ? (
        <None />
      ) : (
        <>
          <RelativeTime atMs={lastUsedAtMs} />
          {uses > 1 && `, ${uses} times`}
        </>
      ),
  },
  { name: "Offline until", render: ({ notAfterMs }) => <RelativeTime atMs={notAfterMs} /> },
];
