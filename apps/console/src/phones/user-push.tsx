import type { Schema } from "@holdfast/api-client/client";
import { FormEnd, Panel, Parts } from "@holdfast/ui/page";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { PushFields } from "../account-management/push-fields.tsx";

type User = Schema<"UserView">;
type Push = Schema<"PushView">;

/** The tab **Push** of one user (REG-23, REG-25, REG-26). */
export function UserPush({ user }: { readonly user: User }) {
  const { data, problem, retry } = useRead(["push", user.id], "read Mobile Push of the user", () =>
    api.GET("/api/v1/users/{id}/push", { params: { path: { id: user.id } } }),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingRows rows={3} what="Mobile Push" />;
  return <PushForm user={user} push={data} key={`${data.enabled} ${data.requireBiometric}`} />;
}

function PushForm({ user, push }: { readonly user: User; readonly push: Push }) {
  const { act, busy } = useAct();
  const toast = useToast();
  const [draft, setDraft] = useState({ enabled: push.enabled, requireBiometric: push.requireBiometric });
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const changed = draft.enabled !== push.enabled || draft.requireBiometric !== push.requireBiometric;
  async function save(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    setProblem(
      await act(
        "change Mobile Push",
        () => api.PUT("/api/v1/users/{id}/push", { params: { path: { id: user.id } }, body: draft }),
        () => toast(`Mobile Push of ${user.userName} was changed.`),
      ),
    );
  }
  return (
    <Panel
      title="Mobile Push"
      lead={`${user.displayName} approves sign-ins on the phone, by a number that only the sign-in shows.`}
    >
      <form onSubmit={(event) => void save(event)}>
        <Parts>
          <PushState push={push} />
          <PushFields value={draft} disabled={!push.may} onChange={setDraft} />
          {push.warnings.map(({ code, message }) => (
            <Callout key={code} tone="caution">
              {message}
            </Callout>
          ))}
        </Parts>
        <ProblemNote problem={problem} />
        {push.may && (
          <FormEnd>
            <Button type="submit" loading={busy} disabled={!changed}>
              Save
            </Button>
          </FormEnd>
        )}
      </form>
    </Panel>
  );
}

/** Enabled is one half; the other is a phone that can be asked (REG-26). */
function PushState({ push }: { readonly push: Push }) {
  if (push.ready) {
    return (
      <div>
        <StateBadge tone="good">Ready</StateBadge>
      </div>
    );
  }
  if (!push.enabled) {
    return (
      <div>
        <StateBadge tone="quiet">Not enabled</StateBadge>
      </div>
    );
  }
  return (
    <Callout tone="caution" title="Enabled, and not possible yet">
      {push.text}
    </Callout>
  );
}
