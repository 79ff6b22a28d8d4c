import { FormEnd } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Button, Modal } from "@mantine/core";
import { ReadOut, Tell } from "../read-out/read-out.tsx";

type ReadOutDialogProps = {
  readonly title: string;
  /** In groups, as it is read: blanks or hyphens between them. */
  readonly text: string;
  readonly userName: string;
  readonly tell: readonly string[];
  readonly warnings: readonly string[];
  readonly onDone: () => void;
};

/** What the help desk reads out over the telephone, large and spelled. Only Done ends it. */
export function ReadOutDialog({ title, text, userName, tell, warnings, onDone }: ReadOutDialogProps) {
  return (
    <Modal
      opened
      onClose={onDone}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      size="lg"
      title={title}
    >
      {warnings.map((warning) => (
        <Callout key={warning} tone="caution">
          {warning}
        </Callout>
      ))}
      <ReadOut groups={text.split(/[\s-]+/)} long />
      <Tell userName={userName} tell={tell} />
      <FormEnd>
        <Button onClick={onDone}>Done</Button>
      </FormEnd>
    </Modal>
  );
}
