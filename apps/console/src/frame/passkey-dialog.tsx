import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import type { ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { enrolPasskey } from "@holdfast/web-calls/enrol-passkey";

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
    const refused = await enrolPasskey(
      act,
      () => api.POST("/api/v1/session/passkey-options"),
      (body) => api.POST("/api/v1/session/passkeys", { body }),
    );
    if (refused === null) toast("The passkey is added. Next time it opens the console by itself.");
    return refused;
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
