import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { api, useAct } from "@holdfast/web-calls/calls";
import { NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { usePolicies } from "../policies/use-policies.ts";

/** Creates a user and goes to his page, where a token is enrolled. */
export function CreateUserDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { data: policies } = usePolicies();
  const { act } = useAct();
  const navigate = useNavigate();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title="Create user"
      lead="The user name is the account's on the endpoints. It cannot be changed later."
      action="Create user"
      onSubmit={(form) => {
        const displayName = typed(form, "displayName");
        const policyId = typed(form, "policyId");
        const password = form.get("password");
        return act(
          "create the user",
          () =>
            api.POST("/api/v1/users", {
              body: {
                userName: typed(form, "userName") ?? "",
                ...(displayName === undefined ? {} : { displayName }),
                ...(policyId === undefined ? {} : { policyId }),
                ...(typeof password === "string" && password !== "" ? { password } : {}),
              },
            }),
          (user) =>
            void navigate({ to: "/users/$userId", params: { userId: user.id }, search: { tab: "methods" } }),
        );
      }}
    >
      <TextInput
        name="userName"
        label="User name"
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
      />
      <TextInput
        name="displayName"
        label="Display name"
        description="As colleagues know this person."
        autoComplete="off"
      />
      {policies !== undefined && (
        <NativeSelect
          name="policyId"
          label="User policy"
          data={policies.items.map(({ id, name }) => ({ value: id, label: name }))}
          defaultValue={policies.items.find(({ isDefault }) => isDefault)?.id ?? ""}
        />
      )}
      <PasswordInput
        name="password"
        label="Password"
        description="Can be set later. Whoever it is for should change it."
        autoComplete="new-password"
      />
    </FormDialog>
  );
}
