import { FormDialog } from "@holdfast/ui/form-dialog";
import type { ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { PasswordInput } from "@mantine/core";

/** A new password. Who is asked for the old one is asked by the fresh sign-in, with everything else. */
export function PasswordDialog({
  minimumLength,
  opened,
  onClose,
}: {
  readonly minimumLength: number;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { act } = useAct();
  const toast = useToast();
  const submit = async (form: FormData): Promise<ProblemText | null> => {
    const password = String(form.get("password") ?? "");
    if (password !== form.get("again"))
      return { what: "The two are not the same.", next: "Type the new password again." };
    return act(
      "change your password",
      () => api.PUT("/api/v1/me/password", { body: { password } }),
      () => toast("Your password is changed. You are signed out everywhere else."),
    );
  };
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title="Change the password"
      lead={`At least ${minimumLength} characters; several words are better than signs. Computers keep asking for the old one without the network, until you have signed in there once while connected.`}
      action="Change the password"
      onSubmit={submit}
    >
      <PasswordInput
        name="password"
        label="New password"
        autoComplete="new-password"
        minLength={minimumLength}
        required
        withAsterisk={false}
        data-autofocus
      />
      <PasswordInput
        name="again"
        label="The same again"
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
    </FormDialog>
  );
}
