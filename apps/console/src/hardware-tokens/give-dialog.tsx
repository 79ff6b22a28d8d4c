import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { Fields } from "@holdfast/ui/page";
import type { ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, call, problemOf, useAct } from "@holdfast/web-calls/calls";
import { TextInput } from "@mantine/core";

type User = Pick<Schema<"UserView">, "id" | "userName">;
type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Known where the dialog was opened at the user; else his name is typed. */
  readonly user?: User;
  /** Known where it was opened at the token; else the number is typed. */
  readonly serial?: string | undefined;
};

/** Gives a token of the stock to a user; the codes that it shows prove which one it is. */
export function GiveDialog({ opened, onClose, user, serial }: Props) {
  const { act } = useAct();
  const toast = useToast();
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={serial === undefined ? `Give ${user?.userName} a hardware token` : `Give ${serial} to a user`}
      lead="Press the token and type what it shows. The code proves that it is this token, and is used up by it."
      action="Give token"
      onSubmit={async (form) => {
        const owner = user ?? (await userOfName(typed(form, "userName") ?? ""));
        if ("what" in owner) return owner;
        const [first, second] = [typed(form, "first"), typed(form, "second")];
        return act(
          "give the token",
          () =>
            api.POST("/api/v1/users/{id}/hardware-tokens", {
              params: { path: { id: owner.id } },
              body: {
                serial: serial ?? typed(form, "serial") ?? "",
                ...(first === undefined ? {} : { first }),
                ...(second === undefined ? {} : { second }),
              },
            }),
          ({ token, warnings }) => {
            const has = `${owner.userName} has ${token.label}`;
            toast(token.status === "pending" ? `${has}. It counts from its first right code on.` : `${has}.`);
            for (const { message } of warnings) toast(message);
          },
        );
      }}
    >
      {user === undefined && (
        <TextInput
          name="userName"
          label="User name"
          required
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      )}
      {serial === undefined && (
        <TextInput
          name="serial"
          label="Serial number"
          description="As it is printed on the token."
          required
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      )}
      <Fields>
        <TextInput
          name="first"
          label="Code"
          description="Without one, the token waits for its first code."
          inputMode="numeric"
          autoComplete="off"
        />
        <TextInput
          name="second"
          label="Code after it"
          description="Only where one is not enough."
          inputMode="numeric"
          autoComplete="off"
        />
      </Fields>
    </FormDialog>
  );
}

async function userOfName(userName: string): Promise<User | ProblemText> {
  try {
    const page = await call("find the user", () =>
      api.GET("/api/v1/users", { params: { query: { userName } } }),
    );
    const [found] = page.items;
    if (found) return found;
  } catch (error) {
    return problemOf(error);
  }
  return {
    what: "The token was not given.",
    why: `There is no user ${userName}.`,
    next: "Look for the name under Users.",
  };
}
