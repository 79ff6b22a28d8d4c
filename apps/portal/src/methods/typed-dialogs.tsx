import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import type { ProblemText } from "@holdfast/ui/states";
import { api, useAct } from "@holdfast/web-calls/calls";
import { PasswordInput, TextInput } from "@mantine/core";

type DialogProps = { readonly opened: boolean; readonly onClose: () => void; readonly onAdded: () => void };

/** A PIN replaces the one before. Typed twice, because nobody sees what was typed. */
export function PinDialog({ opened, onClose, onAdded }: DialogProps) {
  const { act } = useAct();
  const submit = async (form: FormData): Promise<ProblemText | null> => {
    const pin = String(form.get("pin") ?? "");
    if (pin !== form.get("again")) return { what: "The two are not the same.", next: "Type your PIN again." };
    return act(
      "set your PIN",
      () => api.POST("/api/v1/me/authenticators", { body: { kind: "pin", pin } }),
      onAdded,
    );
  };
  return (
    <FormDialog opened={opened} onClose={onClose} title="Set a PIN" action="Set the PIN" onSubmit={submit}>
      <PasswordInput
        name="pin"
        label="PIN"
        inputMode="numeric"
        autoComplete="new-password"
        required
        withAsterisk={false}
        data-autofocus
      />
      <PasswordInput
        name="again"
        label="The same PIN again"
        inputMode="numeric"
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
    </FormDialog>
  );
}

/** A reader types the card's number and presses Enter. */
export function CardDialog({ opened, onClose, onAdded }: DialogProps) {
  const { act } = useAct();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title="Add a card"
      lead="Put the cursor into the field and hold your card to the reader."
      action="Add the card"
      onSubmit={(form) =>
        act(
          "add the card",
          () =>
            api.POST("/api/v1/me/authenticators", {
              body: { kind: "card", number: typed(form, "number") ?? "" },
            }),
          onAdded,
        )
      }
    >
      <TextInput
        name="number"
        label="Card number"
        autoComplete="off"
        required
        withAsterisk={false}
        data-autofocus
      />
    </FormDialog>
  );
}
