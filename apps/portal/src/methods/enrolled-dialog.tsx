import type { Schema } from "@holdfast/api-client/client";
import { FormEnd } from "@holdfast/ui/page";
import { QrPanel } from "@holdfast/ui/qr-panel";
import { Callout } from "@holdfast/ui/state-badge";
import { Button, Modal } from "@mantine/core";
import { factorWords } from "./method-words.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";

/** What is shown once, right after it was made. */
export function EnrolledDialog({
  enrolment,
  onClose,
}: {
  readonly enrolment: Schema<"AuthenticatorEnrolment"> | null;
  readonly onClose: () => void;
}) {
  const title = enrolment === null ? "" : factorWords[enrolment.authenticator.kind].name;
  return (
    <Modal opened={enrolment !== null} onClose={onClose} title={title} closeOnClickOutside={false}>
      {enrolment?.warnings.map(({ code, message }) => (
        <Callout key={code} tone="caution">
          {message}
        </Callout>
      ))}
      {enrolment?.otpauthUri != null && (
        <>
          <p>Scan this with your authenticator app. From now on its codes sign you in.</p>
          <QrPanel
            text={enrolment.otpauthUri}
            label="QR code for your authenticator app"
            once="Shown now and never again. Whoever has it can make your codes."
          />
        </>
      )}
      {enrolment?.codes != null && <RecoveryCodes codes={enrolment.codes} />}
      <FormEnd>
        <Button size="md" onClick={onClose}>
          {enrolment?.codes == null ? "I have scanned it" : "I have kept them"}
        </Button>
      </FormEnd>
    </Modal>
  );
}
