import { Panel, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, backgroundApi, useAct, useRead } from "@holdfast/web-calls/calls";
import { useCan } from "../frame/session.ts";
import { ActButton } from "./act-button.tsx";

const sources = {
  environment: "the environment",
  "systemd-credential": "a systemd credential",
  file: "a file of the server (0600)",
  memory: "memory only: it ends with the server",
} as const;

/** The key under which every secret in the store is wrapped. */
export function MasterKeyPanel() {
  const can = useCan();
  const { act } = useAct();
  const toast = useToast();
  const { data, problem, retry } = useRead(
    ["master-key"],
    "read where the master key stands",
    () => backgroundApi.GET("/api/v1/keys/master"),
    { refetchEveryMs: 15_000 },
  );
  const rotation = data?.rotation ?? null;
  return (
    <Panel
      title="Master key"
      lead="Token seeds and other secrets in the store are wrapped under it."
      actions={
        can("properties.keys") && (
          <ActButton
            action="Change the master key"
            title="Change the master key?"
            onConfirm={() =>
              act(
                "change the master key",
                () => api.POST("/api/v1/keys/master/rotation"),
                () => toast("Secrets are being wrapped anew. This page follows."),
              )
            }
          >
            <p>
              Every secret is wrapped anew under a new key while people go on signing in. Backups made before
              need the old one.
            </p>
          </ActButton>
        )
      }
    >
      {problem !== null ? (
        <ErrorState problem={problem} onRetry={retry} />
      ) : data === undefined ? (
        <LoadingRows rows={2} what="the master key" />
      ) : (
        <Properties
          rows={[
            property("Key", data.masterKeyId),
            property("Kept in", sources[data.source]),
            property(
              "Change",
              rotation === null ? (
                "none under way"
              ) : rotation.finishedAtMs === null ? (
                <StateBadge tone="pending">Under way: {rotation.rewrapped} secrets wrapped anew</StateBadge>
              ) : (
                <StateBadge tone="good">
                  Finished <RelativeTime atMs={rotation.finishedAtMs} />
                </StateBadge>
              ),
            ),
          ]}
        />
      )}
    </Panel>
  );
}
