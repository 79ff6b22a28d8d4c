import type { Schema } from "@holdfast/api-client/client";
import { Panel } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { useState } from "react";
import classes from "./lock-user.module.css";
import { useStolenPreview, warnsOfPasswordOnly } from "./use-stolen-preview.ts";

type Props = { readonly user: Schema<"UserView"> };

/** TC-45: after the deletion the person may get in by the password alone; one press moves him to a policy without that. */
export function PasswordOnlyWarning({ user }: Props) {
  const { data: preview } = useStolenPreview(user.id, []);
  const { act, busy } = useAct();
  const toast = useToast();
  const [problem, setProblem] = useState<ProblemText | null>(null);
  if (preview === undefined || !warnsOfPasswordOnly(preview)) return null;
  const caution = preview.cautions.find(({ code }) => code === "password-only");
  const move = async (policyId: string, name: string) =>
    setProblem(
      await act(
        "move the user",
        () => api.PATCH("/api/v1/users/{id}", { params: { path: { id: user.id } }, body: { policyId } }),
        () => toast(`${user.userName} is in ${name} now.`),
      ),
    );
  return (
    <Panel title="Password only">
      <Callout tone="caution">{caution?.message}</Callout>
      <ProblemNote problem={problem} />
      <div className={classes.moves}>
        {preview.mayMove &&
          preview.policies.map(({ id, name }) => (
            <Button key={id} variant="default" loading={busy} onClick={() => void move(id, name)}>
              Move {user.userName} to {name}
            </Button>
          ))}
      </div>
      {!preview.mayMove && <p>Ask an administrator who may change users to move {user.displayName}.</p>}
      {preview.mayMove && preview.policies.length === 0 && (
        <p>
          There is no user policy in which enrolling cannot be put off. Make one, then move {user.displayName}
          .
        </p>
      )}
    </Panel>
  );
}
