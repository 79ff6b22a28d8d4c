import { useState, useSyncExternalStore } from "react";
import { PinForm } from "../vault/pin-form.tsx";
import { onPinQuestion, pinQuestion } from "../vault/pin-question.ts";
import { useConfirmation } from "./confirm.ts";
import { Actions, Button, Dialog } from "./parts.tsx";

/** What is asked over the screens. */
export function Overlays() {
  const confirmation = useConfirmation();
  const question = useSyncExternalStore(onPinQuestion, pinQuestion);
  return (
    <>
      {confirmation && <ConfirmDialog key={confirmation.title} {...confirmation} />}
      {question && (
        <Dialog title="Your PIN" onClose={() => question.end(false)}>
          <p>{question.reason}</p>
          <PinForm check={question.check} onRight={() => question.end(true)} action="Confirm">
            <Button wide onClick={() => question.end(false)}>
              Cancel
            </Button>
          </PinForm>
        </Dialog>
      )}
    </>
  );
}

function ConfirmDialog(props: NonNullable<ReturnType<typeof useConfirmation>>) {
  const { title, text, action, dangerous = false, end } = props;
  const [pressed, setPressed] = useState(false);
  return (
    <Dialog title={title} onClose={() => end(false)}>
      <div>{text}</div>
      <Actions>
        <Button
          wide
          look={dangerous ? "dangerous" : "main"}
          busy={pressed}
          onClick={() => {
            setPressed(true);
            end(true);
          }}
        >
          {action}
        </Button>
        <Button wide autoFocus={dangerous} onClick={() => end(false)}>
          Cancel
        </Button>
      </Actions>
    </Dialog>
  );
}
