import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import type { ProblemText } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

type Props = { readonly channel: "email" | "sms"; readonly title: string };

/** A test message, and the end of a sender. */
export function SenderActions({ channel, title }: Props) {
  const { act } = useAct();
  const toast = useToast();
  const [open, setOpen] = useState<"test" | "remove" | null>(null);
  const params = { path: { channel } };
  const test = async (form: FormData): Promise<ProblemText | null> => {
    let answer: Schema<"SenderTestAnswer"> | null = null;
    const problem = await act(
      "send the test",
      () => api.POST("/api/v1/senders/{channel}/test", { params, body: { to: typed(form, "to") ?? "" } }),
      (given) => {
        answer = given;
        if (given.sent) toast("The test message was taken. Look whether it arrives.");
      },
    );
    return problem ?? refusedText(answer);
  };
  return (
    <>
      <Button variant="default" onClick={() => setOpen("test")}>
        Send a test
      </Button>
      <Button variant="default" onClick={() => setOpen("remove")}>
        Remove
      </Button>
      <FormDialog
        opened={open === "test"}
        onClose={() => setOpen(null)}
        title={`${title}: send a test`}
        lead="A message without a code, sent with what was saved last."
        action="Send"
        onSubmit={test}
      >
        <TextInput
          name="to"
          label={channel === "sms" ? "Phone number" : "E-mail address"}
          description={channel === "sms" ? "With the country code, such as +49 170 1234567." : undefined}
          type={channel === "sms" ? "tel" : "email"}
          required
          withAsterisk={false}
          data-autofocus
        />
      </FormDialog>
      <ConfirmDialog
        opened={open === "remove"}
        onClose={() => setOpen(null)}
        title={`Remove the ${channel === "sms" ? "gateway" : "mail server"}?`}
        action="Remove"
        dangerous
        onConfirm={() => act("remove the sender", () => api.DELETE("/api/v1/senders/{channel}", { params }))}
      >
        <p>
          Its secret is deleted. Nobody gets a code {channel === "sms" ? "by SMS" : "by e-mail"} any more; who
          has no other second factor cannot sign in where one is asked for.
        </p>
      </ConfirmDialog>
    </>
  );
}

function refusedText(answer: Schema<"SenderTestAnswer"> | null): ProblemText | null {
  if (answer === null || answer.sent) return null;
  return { what: "The test message was not sent.", next: answer.why ?? "The other side did not say why." };
}
