import { Button, Modal } from "@mantine/core";
import { CopyOnce } from "./copy-once.tsx";
import { FormEnd } from "./page.tsx";

type ShownOnceDialogProps = {
  readonly title: string;
  /** What the secret is: "API key". */
  readonly label: string;
  /** Null: nothing is shown. */
  readonly secret: string | null;
  /** Where it belongs. */
  readonly once: string;
  readonly onDone: () => void;
};

/** A secret that was just made. A press beside the dialog does not close it: nobody sees that secret again. */
export function ShownOnceDialog({ title, label, secret, once, onDone }: ShownOnceDialogProps) {
  return (
    <Modal opened={secret !== null} onClose={onDone} title={title} closeOnClickOutside={false}>
      {secret !== null && (
        <>
          <CopyOnce label={label} text={secret} once={once} />
          <FormEnd>
            <Button onClick={onDone}>Done</Button>
          </FormEnd>
        </>
      )}
    </Modal>
  );
}
