import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Textarea } from "@mantine/core";

type LockDialogProps = {
  readonly user: Schema<"UserView">;
  readonly opened: boolean;
  readonly onClose: () => void;
};

/** UNI-4: ends at once all that a user can do, as far as the server reaches. */
export function LockDialog({ user, opened, onClose }: LockDialogProps) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={`Lock ${user.userName}?`}
      action="Lock this user"
      dangerous
      lead={`${user.displayName} can no longer sign in anywhere that the server reaches. Sessions end; tokens, application passwords, temporary and bypass codes and waiting requests are refused, and so are API keys that he made.`}
      onSubmit={(form) =>
        act(
          "lock the user",
          () =>
            api.POST("/api/v1/users/{id}/lock", {
              params: { path: { id: user.id } },
              body: { reason: typed(form, "reason") ?? "" },
            }),
          ({ ended }) => toast(lockedText(user.userName, ended.apiKeys)),
        )
      }
    >
      <p>
        Endpoints without a connection go on as they are until they make contact or their time runs out. This
        page then shows which, and until when.
      </p>
      <ReasonField />
    </FormDialog>
  );
}

/** Programs that stop working with it are named: somebody will ask why. */
function lockedText(userName: string, apiKeys: readonly { readonly name: string }[]): string {
  const names = apiKeys.map(({ name }) => name).join(", ");
  return names === ""
    ? `${userName} is locked.`
    : `${userName} is locked. API keys that he made are refused until the lock ends: ${names}.`;
}

/** Why something was done to a person; kept in the audit. */
export function ReasonField() {
  return (
    <Textarea
      name="reason"
      label="Reason"
      description="Goes into the audit."
      rows={2}
      maxLength={500}
      required
      withAsterisk={false}
      autoComplete="off"
    />
  );
}
