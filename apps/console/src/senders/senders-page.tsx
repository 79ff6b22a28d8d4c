import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { EmptyState, ErrorState, LoadingPage } from "@holdfast/ui/states";
import { api, backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { MailServerPanel, ShortMessagePanel } from "./sender-panels.tsx";

type SentMessage = Schema<"SentMessage">;
type Caught = Schema<"CaughtMessages">["items"][number];

/** How codes and notices reach people, and how the last ones fared. */
export function SendersPage() {
  const { data, problem, retry } = useRead(["senders"], "read the senders", () => api.GET("/api/v1/senders"));
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingPage what="the senders" />;
  return (
    <>
      <PageHeader title="Senders" lead="How codes by SMS and e-mail, and notices, reach people." />
      <Parts>
        <Callout tone="caution">
          <p>
            Codes by SMS are better than none and weaker than all else here: a new SIM card, talked out of the
            phone company, receives them. NIST calls them a restricted authenticator (SP 800-63B). A code by
            e-mail proves that somebody can read a mailbox, and counts as no second factor there. Whether
            anybody may sign in with them is said by the workflow policies; none takes them by default.
          </p>
          <p>Whoever may change this page can have the codes sent to himself: give the right to few.</p>
        </Callout>
        <MailServerPanel
          key={`email-${data.email?.changedAtMs}`}
          sender={data.email}
          mayCatch={data.mayCatch}
        />
        <ShortMessagePanel key={`sms-${data.sms?.changedAtMs}`} sender={data.sms} mayCatch={data.mayCatch} />
        {data.mayCatch && <CaughtMessages />}
        <Panel title="Last messages" lead="Neither texts nor whole addresses are kept." flush>
          <DataTable
            what="messages"
            columns={messageColumns}
            rows={data.messages}
            rowKey={({ id }) => id}
            problem={null}
            onRetry={retry}
            empty={
              <EmptyState title="No message was sent in the last seven days.">Send a test above.</EmptyState>
            }
          />
        </Panel>
      </Parts>
    </>
  );
}

const purposes: Readonly<Record<SentMessage["purpose"], string>> = {
  "sign-in": "Code to sign in",
  enrolment: "Code to enrol",
  notice: "Notice",
  test: "Test",
};

const messageColumns: readonly Column<SentMessage>[] = [
  { name: "When", render: ({ atMs }) => <RelativeTime atMs={atMs} /> },
  { name: "What", render: ({ purpose }) => purposes[purpose] },
  { name: "By", render: ({ channel }) => (channel === "sms" ? "SMS" : "E-mail") },
  { name: "To", render: ({ to }) => to },
  {
    name: "State",
    render: ({ state, why }) => {
      if (state === "queued") return <StateBadge tone="quiet">On its way</StateBadge>;
      if (state === "sent") return <StateBadge tone="good">Taken by the sender</StateBadge>;
      return (
        <>
          <StateBadge tone="bad">Not sent</StateBadge>
          <div>{why}</div>
        </>
      );
    },
  },
];

/** In a demo: what would have been sent. */
function CaughtMessages() {
  const { data, problem, retry } = useRead(
    ["senders", "caught"],
    "read the caught messages",
    () => backgroundApi.GET("/api/v1/senders/caught"),
    { refetchEveryMs: 2_000 },
  );
  const columns: readonly Column<Caught>[] = [
    { name: "When", render: ({ atMs }) => <RelativeTime atMs={atMs} /> },
    { name: "To", render: ({ to }) => to },
    {
      name: "Message",
      render: ({ subject, text }) => (
        <>
          {subject !== null && <strong>{subject}</strong>}
          <div>{text}</div>
        </>
      ),
    },
  ];
  return (
    <Panel
      title="Caught messages"
      lead="This is a demo: messages end here. This server keeps the last hundred."
      flush
    >
      <DataTable
        what="caught messages"
        columns={columns}
        rows={data?.items}
        rowKey={({ id }) => id}
        problem={problem}
        onRetry={retry}
        empty={<EmptyState title="Nothing was caught yet.">Ask for a code somewhere.</EmptyState>}
      />
    </Panel>
  );
}
