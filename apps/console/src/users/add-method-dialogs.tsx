import type { Schema } from "@holdfast/api-client/client";
import { AddressDialog } from "@holdfast/ui/address-dialog";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormDialog, typed } from "@holdfast/ui/form-dialog";
import { ShownOnceDialog } from "@holdfast/ui/shown-once-dialog";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct } from "@holdfast/web-calls/calls";
import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";

export type Addable = "recovery-code" | "pin" | "card" | "sms-code" | "email-code";

type Props = {
  readonly user: Schema<"UserView">;
  readonly adding: Addable | null;
  readonly onClose: () => void;
};

/** Recovery codes, a PIN, a card, a number or an address for somebody; codes are shown once. */
export function AddMethodDialogs({ user, adding, onClose }: Props) {
  const { act } = useAct();
  const toast = useToast();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const params = { path: { id: user.id } };
  return (
    <>
      <ConfirmDialog
        opened={adding === "recovery-code"}
        onClose={onClose}
        title={`Make recovery codes for ${user.userName}?`}
        action="Make recovery codes"
        onConfirm={() =>
          act(
            "make recovery codes",
            () => api.POST("/api/v1/users/{id}/authenticators", { params, body: { kind: "recovery-code" } }),
            (made) => setCodes(made.codes),
          )
        }
      >
        <p>Each stands for the second factor once. A set that was made before works no longer.</p>
        <p>You see them once: give them to {user.displayName} himself.</p>
      </ConfirmDialog>
      <FormDialog
        opened={adding === "pin"}
        onClose={onClose}
        title={`A PIN for ${user.userName}`}
        lead="The policy says how long it must be. A PIN that was set before works no longer."
        action="Set PIN"
        onSubmit={(form) =>
          act(
            "set the PIN",
            () =>
              api.POST("/api/v1/users/{id}/authenticators", {
                params,
                body: { kind: "pin", pin: typed(form, "pin") ?? "" },
              }),
            () => toast(`${user.userName} has a PIN.`),
          )
        }
      >
        <PasswordInput
          name="pin"
          label="PIN"
          inputMode="numeric"
          autoComplete="new-password"
          required
          data-autofocus
        />
      </FormDialog>
      <FormDialog
        opened={adding === "card"}
        onClose={onClose}
        title={`A proximity card for ${user.userName}`}
        lead="Hold the card at a reader that types its number, or type it."
        action="Add card"
        onSubmit={(form) =>
          act(
            "add the card",
            () =>
              api.POST("/api/v1/users/{id}/authenticators", {
                params,
                body: { kind: "card", number: typed(form, "number") ?? "" },
              }),
            () => toast(`${user.userName} has a card.`),
          )
        }
      >
        <TextInput
          name="number"
          label="Card number"
          autoComplete="off"
          spellCheck={false}
          required
          data-autofocus
        />
      </FormDialog>
      <AddressDialog
        kind={adding === "sms-code" || adding === "email-code" ? adding : null}
        whose={`${user.displayName} reads the code out to you.`}
        onClose={onClose}
        onBegin={async (kind, address) => {
          let proof: Schema<"AddressProof"> | null = null;
          const body = { kind, address };
          const problem = await act(
            "send the code",
            () => api.POST("/api/v1/users/{id}/authenticators/proofs", { params, body }),
            (begun) => {
              proof = begun;
            },
          );
          return { proof, problem };
        }}
        onEnd={(proofId, code) =>
          act(
            "enrol it",
            () =>
              api.POST("/api/v1/users/{id}/authenticators/proofs/{proofId}", {
                params: { path: { id: user.id, proofId } },
                body: { code },
              }),
            (made) => toast(`${user.userName}: ${made.address} was added.`),
          )
        }
      />
      <ShownOnceDialog
        title={`Recovery codes of ${user.userName}`}
        label="Recovery codes"
        secret={codes?.join("\n") ?? null}
        once="Shown now and never again."
        onDone={() => setCodes(null)}
      />
    </>
  );
}
