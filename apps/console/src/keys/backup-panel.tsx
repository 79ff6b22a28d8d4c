import { FormDialog } from "@holdfast/ui/form-dialog";
import { Panel } from "@holdfast/ui/page";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button, PasswordInput } from "@mantine/core";
import Download from "lucide-react/icons/download";
import { useState } from "react";

/** One encrypted file with everything; restored by `holdfast-server --restore`. */
export function BackupPanel() {
  const { act } = useAct();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  return (
    <Panel
      title="Backup"
      lead="One encrypted file with everything that is needed to begin again. Try a restore once, before you need it."
    >
      <Button
        variant="default"
        leftSection={<Download size={16} aria-hidden="true" />}
        onClick={() => setAsked(true)}
      >
        Make a backup
      </Button>
      <FormDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title="Make a backup"
        lead="It is encrypted under this passphrase, which nobody can recover. A large store is better backed up at the server: holdfast-server --backup FILE"
        action="Make and download"
        onSubmit={(form) =>
          act(
            "make the backup",
            () =>
              api.POST("/api/v1/backups", {
                body: {
                  secret: { kind: "passphrase", passphrase: String(form.get("passphrase") ?? "") },
                  withMasterKeys: true,
                },
                parseAs: "blob",
              }),
            (file) => {
              download(file as unknown as Blob);
              toast("The backup is downloaded. Keep it and its passphrase apart.");
            },
          )
        }
      >
        <PasswordInput
          name="passphrase"
          label="Passphrase"
          description="12 characters or more."
          minLength={12}
          required
          autoComplete="new-password"
          data-autofocus
        />
      </FormDialog>
    </Panel>
  );
}

function download(file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = `holdfast-${new Date().toISOString().slice(0, 10)}.backup`;
  link.click();
  URL.revokeObjectURL(url);
}
