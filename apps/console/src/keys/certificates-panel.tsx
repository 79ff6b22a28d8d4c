import type { Schema } from "@holdfast/api-client/client";
import { type Column, DataTable } from "@holdfast/ui/data-table";
import { None, Panel } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { zonedTime } from "@holdfast/ui/time-words.ts";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { useCan } from "../frame/session.ts";
import { ActButton } from "./act-button.tsx";

type Certificate = Schema<"CertificateView">;

/** A certificate that ends within this is worth a word. */
const soonMs = 21 * 86_400_000;

const columns: readonly Column<Certificate>[] = [
  { name: "For", render: ({ use }) => (use === "api" ? "endpoints and programs" : "browsers") },
  { name: "Names", render: ({ names }) => names.join(", ") },
  {
    name: "From",
    render: ({ source }) => (source === "own" ? "the server's own authority" : "your own files"),
  },
  {
    name: "State",
    render: ({ notAfterMs, refused }) => {
      if (refused !== null) return <StateBadge tone="bad">New files refused: {refused.why}</StateBadge>;
      const leftMs = notAfterMs - Date.now();
      if (leftMs < 0) return <StateBadge tone="bad">Expired</StateBadge>;
      return leftMs < soonMs ? (
        <StateBadge tone="caution">Ends soon</StateBadge>
      ) : (
        <StateBadge tone="good">Valid</StateBadge>
      );
    },
  },
  { name: "Until", render: ({ notAfterMs }) => <RelativeTime atMs={notAfterMs} /> },
];

/** What the server presents, and the authority that endpoints pin. */
export function CertificatesPanel() {
  const can = useCan();
  const { act } = useAct();
  const toast = useToast();
  const { data, problem, retry } = useRead(["certificates"], "read the certificates", () =>
    api.GET("/api/v1/certificates"),
  );
  return (
    <Panel
      title="Certificates"
      lead="Given files are taken up without a restart; its own renew themselves."
      flush
      actions={
        can("properties.keys") && (
          <>
            <ActButton
              action="Read files again"
              title="Read the given certificates again?"
              onConfirm={() =>
                act(
                  "read the certificates again",
                  () => api.POST("/api/v1/certificates/reload"),
                  ({ kind }) =>
                    toast(kind === "reloaded" ? "The new certificates are in use." : "Nothing has changed."),
                )
              }
            >
              <p>New connections get what the files hold now. Connections that are open stay as they are.</p>
            </ActButton>
            <ActButton
              action="Announce a new authority"
              title="Announce a successor of the authority?"
              onConfirm={() =>
                act(
                  "announce the authority",
                  () => api.POST("/api/v1/certificates/authority/rotation"),
                  () => toast("The successor is announced. Endpoints learn of it at their next contact."),
                )
              }
            >
              <p>
                Endpoints learn of it at their next contact and trust both. It signs one longest lease later,
                so that machines that are away meanwhile still find their server.
              </p>
            </ActButton>
          </>
        )
      }
    >
      {data?.successor != null && (
        <Callout tone="info">
          A successor of the authority is announced
          {data.successor.signsFromMs === null
            ? "."
            : `; it signs from ${zonedTime(data.successor.signsFromMs)} on.`}
        </Callout>
      )}
      <DataTable
        what="certificates"
        columns={columns}
        rows={data?.items}
        rowKey={({ use, fingerprint }) => `${use} ${fingerprint}`}
        problem={problem}
        onRetry={retry}
        empty={<None />}
      />
    </Panel>
  );
}
