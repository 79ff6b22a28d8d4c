import { TextInput } from "@mantine/core";
import { FormDialog, typed } from "./form-dialog.tsx";
import type { ProblemText } from "./states.tsx";

type RenameDialogProps = {
  /** What it is called now; null while nothing is renamed. */
  readonly name: string | null;
  readonly maxLength: number;
  readonly onClose: () => void;
  /** Resolves to a problem where it was refused. */
  readonly onRename: (name: string) => Promise<ProblemText | null>;
};

/** Another name for something of one's own. */
export function RenameDialog({ name, maxLength, onClose, onRename }: RenameDialogProps) {
  return (
    <FormDialog
      opened={name !== null}
      onClose={onClose}
      title={`Rename ${name ?? ""}`}
      action="Rename"
      onSubmit={(form) => onRename(typed(form, "name") ?? "")}
    >
      <TextInput
        name="name"
        label="Name"
        defaultValue={name ?? ""}
        maxLength={maxLength}
        required
        autoComplete="off"
        data-autofocus
      />
    </FormDialog>
  );
}
