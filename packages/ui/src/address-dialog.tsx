import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import classes from "./dialogs.module.css";
import { Callout } from "./state-badge.tsx";
import { ProblemNote, type ProblemText } from "./states.tsx";

type Kind = "sms-code" | "email-code";
type Proof = { readonly proofId: string; readonly sentTo: string };

type AddressDialogProps = {
  /** Null: closed. */
  readonly kind: Kind | null;
  /** What to say of who has the phone or the mailbox. */
  readonly whose: string;
  readonly onClose: () => void;
  readonly onBegin: (
    kind: Kind,
    address: string,
  ) => Promise<{ readonly proof: Proof | null; readonly problem: ProblemText | null }>;
  readonly onEnd: (proofId: string, code: string) => Promise<ProblemText | null>;
};

/** A phone number or a mail address in two steps: it is typed, and then the code that arrived there. */
export function AddressDialog({ kind, whose, onClose, onBegin, onEnd }: AddressDialogProps) {
  const [proof, setProof] = useState<Proof | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [busy, setBusy] = useState(false);
  const close = () => {
    setProof(null);
    setProblem(null);
    onClose();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    if (kind === null) return;
    const value = String(new FormData(event.currentTarget).get("value") ?? "").trim();
    setBusy(true);
    setProblem(null);
    if (proof === null) {
      const begun = await onBegin(kind, value).finally(() => setBusy(false));
      setProof(begun.proof);
      setProblem(begun.problem);
      return;
    }
    const refused = await onEnd(proof.proofId, value).finally(() => setBusy(false));
    if (refused === null) close();
    else setProblem(refused);
  };
  const sms = kind === "sms-code";
  return (
    <Modal
      opened={kind !== null}
      onClose={close}
      title={sms ? "Codes to a phone number" : "Codes to an e-mail address"}
      closeOnClickOutside={false}
    >
      <form onSubmit={(event) => void submit(event)}>
        <div className={classes.fields}>
          {proof === null ? (
            <>
              <Callout tone="caution">
                {sms
                  ? "Whoever talks the phone company into a new SIM card gets the codes, too. An authenticator app or a passkey is safer."
                  : "Whoever gets into the mailbox gets the codes, too. An authenticator app or a passkey is safer."}
              </Callout>
              <TextInput
                key="address"
                name="value"
                label={sms ? "Phone number" : "E-mail address"}
                description={sms ? "With the country code, such as +49 170 1234567." : undefined}
                type={sms ? "tel" : "email"}
                autoComplete={sms ? "tel" : "email"}
                required
                withAsterisk={false}
                data-autofocus
              />
            </>
          ) : (
            <TextInput
              key="code"
              name="value"
              label={`The code that was sent to ${proof.sentTo}`}
              description={`Good for five minutes. ${whose}`.trim()}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={16}
              required
              withAsterisk={false}
              data-autofocus
            />
          )}
        </div>
        <ProblemNote problem={problem} />
        <div className={classes.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          {proof !== null && (
            <Button
              variant="default"
              onClick={() => {
                setProof(null);
                setProblem(null);
              }}
            >
              {sms ? "Another number" : "Another address"}
            </Button>
          )}
          <Button type="submit" loading={busy}>
            {proof === null ? "Send a code" : "Add it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
