import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { TextInput } from "@mantine/core";

type ResynchroniseProps = {
  readonly token: Schema<"TokenView">;
  readonly opened: boolean;
  readonly onClose: () => void;
};

/** Finds a token that was pressed too often, by two codes in a row (RFC 4226 §7.4). */
export function ResynchroniseDialog({ token, opened, onClose }: ResynchroniseProps) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={`Resynchronise ${token.label}`}
      lead="Ask the user for two codes, one right after the other. Neither can be used to sign in afterwards."
      action="Resynchronise"
      onSubmit={(form) =>
        act(
          "resynchronise the token",
          () =>
            api.POST("/api/v1/tokens/{id}/resynchronisation", {
              params: { path: { id: token.id } },
              body: { first: typed(form, "first") ?? "", second: typed(form, "second") ?? "" },
            }),
          ({ nextCounter }) => toast(`In step again: the next counter is ${nextCounter}.`),
        )
      }
    >
      <TextInput
        name="first"
        label="First code"
        required
        inputMode="numeric"
        autoComplete="off"
        data-autofocus
      />
      <TextInput name="second" label="Code after it" required inputMode="numeric" autoComplete="off" />
    </FormDialog>
  );
}
