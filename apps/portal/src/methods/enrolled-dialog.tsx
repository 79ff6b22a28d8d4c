import type { Schema } from "@holdfast/api-client/client";
import { FirstCode } from "@holdfast/ui/first-code";
import { FormEnd } from "@holdfast/ui/page";
import { QrPanel } from "@holdfast/ui/qr-panel";
import { Callout } from "@holdfast/ui/state-badge";
import { Button, Modal } from "@mantine/core";
import { factorWords } from "./method-words.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { useFirstCode } from "./use-first-code.ts";

/** What is shown once, right after it was made; of an authenticator app, until its first code was typed. */
export function EnrolledDialog({
  enrolment,
  onDone,
  onLater,
}: {
  readonly enrolment: Schema<"AuthenticatorEnrolment"> | null;
  readonly onDone: () => void;
  readonly onLater: () => void;
}) {
  const tryFirst = useFirstCode();
  const title = enrolment === null ? "" : factorWords[enrolment.authenticator.kind].name;
  const waits = enrolment?.authenticator.status === "pending";
  return (
    <Modal
      opened={enrolment !== null}
      onClose={waits ? onLater : onDone}
      title={title}
      closeOnClickOutside={false}
    >
      {enrolment?.warnings.map(({ code, message }) => (
        <Callout key={code} tone="caution">
          {message}
        </Callout>
      ))}
      {enrolment?.otpauthUri != null && (
        <>
          <p>
            {waits
              ? "Scan this with your authenticator app, then type the code that it shows. Only then does it count."
              : "Scan this with your authenticator app. From now on its codes sign you in."}
          </p>
          <QrPanel
            text={enrolment.otpauthUri}
            label="QR code for your authenticator app"
            once="Shown now and never again. Whoever has it can make your codes."
          />
        </>
      )}
      {enrolment?.codes != null && <RecoveryCodes codes={enrolment.codes} />}
      {enrolment !== null && waits ? (
        <FirstCode
          description="It changes every half minute."
          onTry={(code) => tryFirst(enrolment.authenticator.id, code, onDone)}
          onLater={onLater}
        />
      ) : (
        <FormEnd>
          <Button size="md" onClick={onDone}>
            {enrolment?.codes == null ? "I have scanned it" : "I have kept them"}
          </Button>
        </FormEnd>
      )}
    </Modal>
  );
}
