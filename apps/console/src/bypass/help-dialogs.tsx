import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Callout } from "@holdfast/ui/state-badge";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Textarea, TextInput } from "@mantine/core";
import { useHeldDialog } from "../frame/held-dialog.tsx";
import { ReadOutDialog } from "./read-out-dialog.tsx";

type HelpDialogProps = {
  readonly user: Schema<"UserView">;
  readonly at: Schema<"BypassStanding">["endpoints"][number];
  readonly onClose: () => void;
};

/** OTP-23: a code that is good at one endpoint until its next contact. */
export function CodeDialog({ user, at, onClose }: HelpDialogProps) {
  const { act } = useAct();
  const hold = useHeldDialog();
  return (
    <FormDialog
      opened
      wide
      onClose={onClose}
      title={`Bypass code for ${user.userName} at ${at.name}`}
      action="Show the code"
      onSubmit={(form) =>
        act(
          "give the bypass code",
          () =>
            api.POST("/api/v1/users/{id}/bypass-codes", {
              params: { path: { id: user.id } },
              body: { endpointId: at.endpointId, ...reasonOf(form) },
            }),
          ({ code, tell, warnings }) =>
            hold(
              <ReadOutDialog
                title={`The bypass code of ${user.userName} at ${at.name}`}
                text={code}
                userName={user.userName}
                tell={tell}
                warnings={warnings}
                onDone={() => hold(null)}
              />,
            ),
        )
      }
    >
      <WhoAsks user={user} />
      {at.connected && <Connected />}
      <Reason />
    </FormDialog>
  );
}

/** OTP-23: the answer to one challenge, for when the code has not reached the endpoint or a call is to be enough. */
export function AnswerDialog({ user, at, onClose }: HelpDialogProps) {
  const { act } = useAct();
  const hold = useHeldDialog();
  return (
    <FormDialog
      opened
      wide
      onClose={onClose}
      title={`Challenge that ${at.name} shows to ${user.userName}`}
      action="Show the answer"
      onSubmit={(form) =>
        act(
          "answer the challenge",
          () =>
            api.POST("/api/v1/users/{id}/bypass-responses", {
              params: { path: { id: user.id } },
              body: {
                endpointId: at.endpointId,
                challenge: typed(form, "challenge") ?? "",
                ...reasonOf(form),
              },
            }),
          ({ answer, tell, warnings }) =>
            hold(
              <ReadOutDialog
                title={`The answer for ${user.userName} at ${at.name}`}
                text={answer}
                userName={user.userName}
                tell={tell}
                warnings={warnings}
                onDone={() => hold(null)}
              />,
            ),
        )
      }
    >
      <WhoAsks user={user} />
      {at.connected && <Connected />}
      <TextInput
        name="challenge"
        label="Challenge"
        description="Eight digits. The computer shows them after Enter alone at the prompts for one-time code and bypass code."
        inputMode="numeric"
        autoComplete="off"
        placeholder="1234 5678"
        minLength={8}
        maxLength={24}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Reason />
    </FormDialog>
  );
}

function WhoAsks({ user }: Pick<HelpDialogProps, "user">) {
  return (
    <Callout tone="caution" title="First make sure who is asking">
      <p>
        Nothing here checks that. Together with the password of {user.displayName} it opens that computer.
      </p>
    </Callout>
  );
}

function Connected() {
  return (
    <Callout tone="info">
      This computer is connected now: an online sign-in takes neither bypass codes nor answers.
    </Callout>
  );
}

function Reason() {
  return (
    <Textarea
      name="reason"
      label="Reason"
      description="Goes into the audit: what happened, and how you made sure who asked."
      rows={2}
      maxLength={200}
      required
      withAsterisk={false}
    />
  );
}

function reasonOf(form: FormData): { reason?: string } {
  const reason = typed(form, "reason");
  return reason === undefined ? {} : { reason };
}
