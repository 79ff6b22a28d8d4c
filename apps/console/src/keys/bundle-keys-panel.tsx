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

type BundleKey = Schema<"KeysView">["bundleKeys"][number];

const columns: readonly Column<BundleKey>[] = [
  { name: "Key", render: ({ kid }) => kid },
  {
    name: "State",
    render: ({ signing, notBeforeMs }) =>
      signing ? (
        <StateBadge tone="good">Signs</StateBadge>
      ) : notBeforeMs > Date.now() ? (
        <StateBadge tone="pending">Announced</StateBadge>
      ) : (
        <StateBadge tone="quiet">Still trusted</StateBadge>
      ),
  },
  {
    name: "From",
    render: ({ notBeforeMs }) => (
      <RelativeTime atMs={notBeforeMs === 0 ? null : notBeforeMs} never="the first start" />
    ),
  },
  {
    name: "Until",
    render: ({ notAfterMs }) => <RelativeTime atMs={notAfterMs} never="it has a successor" />,
  },
];

/** The keys that sign what endpoints keep, and the root key that vouches for them. */
export function BundleKeysPanel() {
  const can = useCan();
  const { act } = useAct();
  const toast = useToast();
  const { data, problem, retry } = useRead(["keys"], "read the keys", () => api.GET("/api/v1/keys"));
  return (
    <Panel
      title="Bundle keys"
      lead="They sign what endpoints keep for offline sign-in; a manifest, signed by the root key, names them."
      flush
      actions={
        can("properties.keys") &&
        data?.rootKey.onServer === true && (
          <ActButton
            action="Announce a new key"
            title="Announce a new bundle key?"
            onConfirm={() =>
              act(
                "announce the key",
                () => api.POST("/api/v1/keys/bundle/rotation"),
                ({ signsFromMs }) => toast(`The new key signs from ${zonedTime(signsFromMs)} on.`),
              )
            }
          >
            <p>
              Endpoints learn of it with the next manifest. It signs one longest lease later; the old one
              stays trusted.
            </p>
          </ActButton>
        )
      }
    >
      {data?.rootKey.onServer === true && (
        <Callout tone="caution">
          The root key is on the server. Export it and keep it offline: holdfast-server --export-root-key FILE
        </Callout>
      )}
      {data?.manifest.due === true && (
        <Callout tone="caution">
          A new manifest waits to be signed: holdfast-server --sign-manifest FILE
        </Callout>
      )}
      <DataTable
        what="bundle keys"
        columns={columns}
        rows={data?.bundleKeys}
        rowKey={({ kid }) => kid}
        problem={problem}
        onRetry={retry}
        empty={<None />}
      />
    </Panel>
  );
}
