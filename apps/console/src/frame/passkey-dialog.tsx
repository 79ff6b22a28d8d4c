import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { makePasskey } from "@holdfast/ui/passkeys.ts";
import type { ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";

/** A passkey of one's own for this console: it works at this address and nowhere else. */
export function PasskeyDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { act } = useAct();
  const toast = useToast();
  async function make(): Promise<ProblemText | null> {
    const asked: { options: Schema<"PasskeyCreationOptions"> | null } = { options: null };
    const refused = await act(
      "begin with the passkey",
      () => api.POST("/api/v1/session/passkey-options"),
      (options) => {
        asked.options = options;
      },
    );
    if (refused !== null || asked.options === null) return refused;
    const { options, ticket } = asked.options;
    const made = await makePasskey(options);
    if (made.kind === "refused") return made.problem;
    return act(
      "keep the passkey",
      () => api.POST("/api/v1/session/passkeys", { body: { ticket, response: JSON.parse(made.value) } }),
      () => toast("The passkey is added. Next time it opens the console by itself."),
    );
  }
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Add a passkey for this console?"
      action="Add a passkey"
      onConfirm={make}
    >
      <p>It lives in this machine, in a phone or in a security key, and stands for password and code.</p>
      <p>It works at this address only: the portal wants one of its own.</p>
    </ConfirmDialog>
  );
}
