import type { Schema } from "@holdfast/api-client/client";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Checkbox, Radio, TextInput } from "@mantine/core";

type Client = Schema<"RadiusClientView">;
type Issued = Schema<"RadiusClientIssued">;
type Prompts = Client["prompts"];

/** A client that is registered, or changed. Its secret comes with the answer to the first alone. */
export function ClientDialog({
  client,
  onClose,
  onIssued,
}: {
  readonly client: Client | null;
  readonly onClose: () => void;
  readonly onIssued: (issued: Issued) => void;
}) {
  const { act } = useAct();
  const read = (form: FormData) => ({
    name: typed(form, "name") ?? "",
    address: typed(form, "address") ?? "",
    requiresMessageAuthenticator: form.get("signed") === "on",
    prompts: (form.get("prompts") === "one-line" ? "one-line" : "challenge") satisfies Prompts as Prompts,
  });
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={client === null ? "Register RADIUS client" : `Edit ${client.name}`}
      action={client === null ? "Register client" : "Save"}
      onSubmit={(form) =>
        client === null
          ? act(
              "register the client",
              () => api.POST("/api/v1/radius/clients", { body: read(form) }),
              onIssued,
            )
          : act("change the client", () =>
              api.PATCH("/api/v1/radius/clients/{id}", {
                params: { path: { id: client.id } },
                body: read(form),
              }),
            )
      }
    >
      <TextInput
        name="name"
        label="Name"
        description="What the audit calls it."
        defaultValue={client?.name ?? ""}
        required
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        name="address"
        label="Address"
        description="Where it sends from: an address, or a network such as 10.1.0.0/24."
        defaultValue={client?.address ?? ""}
        required
        autoComplete="off"
        mt="md"
      />
      <Radio.Group
        name="prompts"
        label="How it asks for the code"
        defaultValue={client?.prompts ?? "challenge"}
        mt="md"
      >
        <Radio mt="xs" value="challenge" label="In a second step (Access-Challenge)" />
        <Radio
          mt="xs"
          value="one-line"
          label="In the same line, after the password: it knows no second step"
        />
      </Radio.Group>
      <Checkbox
        name="signed"
        mt="md"
        defaultChecked={client?.requiresMessageAuthenticator ?? true}
        label="Its requests must carry a Message-Authenticator"
        description="Without one, somebody on the network between can make an acceptance out of a refusal (CVE-2024-3596). Only for clients that cannot send it."
      />
    </FormDialog>
  );
}
