import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { Panel, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button } from "@mantine/core";
import { useState } from "react";
import { ActorName } from "../audit/actor-name.tsx";
import { useCan } from "../frame/session.ts";
import { HeldAtEndpoints, useLockView } from "./held-at-endpoints.tsx";

type User = Schema<"UserView">;
type Stop = NonNullable<Schema<"UserLockView">["lock"]>;

/** On the page of a user who is locked, or of whom endpoints still hold what was taken from him (UNI-4). */
export function LockPanel({ user }: { readonly user: User }) {
  const { data } = useLockView(user.id);
  if (data === undefined) return null;
  const pending = data.endpoints.some(({ state }) => state === "pending");
  if (data.lock === null && !(data.stolenDevice !== null && pending)) return null;
  return (
    <>
      {data.lock !== null && <Locked user={user} lock={data.lock} />}
      {data.lock === null && data.stolenDevice !== null && (
        <Panel title="Reported stolen">
          <StopFacts stop={data.stolenDevice} whatWasDone="Deleted" />
        </Panel>
      )}
      {data.endpoints.length > 0 && <HeldAtEndpoints userId={user.id} />}
    </>
  );
}

function Locked({ user, lock }: { readonly user: User; readonly lock: Stop }) {
  const can = useCan();
  const isMe = useSession().user.id === user.id;
  const { act } = useAct();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  return (
    <Panel
      title="Locked"
      lead="Nobody gets in as this user, until an administrator ends the lock."
      actions={
        can("users.lock") &&
        !isMe && (
          <Button variant="default" size="compact-sm" onClick={() => setAsked(true)}>
            End the lock
          </Button>
        )
      }
    >
      <StopFacts stop={lock} whatWasDone="Disabled" />
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={`End the lock of ${user.userName}?`}
        action="End the lock"
        onConfirm={() =>
          act(
            "end the lock",
            () => api.DELETE("/api/v1/users/{id}/lock", { params: { path: { id: user.id } } }),
            () => toast(`${user.userName} is no longer locked.`),
          )
        }
      >
        <p>
          What the lock disabled works again. What it ended stays ended: sessions, application passwords,
          codes.
        </p>
        <p>At each endpoint the first sign-in must be online before offline sign-in works there again.</p>
      </ConfirmDialog>
    </Panel>
  );
}

function StopFacts({ stop, whatWasDone }: { readonly stop: Stop; readonly whatWasDone: string }) {
  return (
    <Properties
      rows={[
        property(
          "When",
          <>
            <RelativeTime atMs={stop.atMs} /> by{" "}
            <ActorName actor={stop.by} name={stop.byName} person={stop.byPerson} />
          </>,
        ),
        property("Reason", stop.reason),
        property(
          whatWasDone,
          stop.authenticators.length === 0
            ? "no authentication method"
            : stop.authenticators.map(({ label }) => label).join(", "),
        ),
      ]}
    />
  );
}
