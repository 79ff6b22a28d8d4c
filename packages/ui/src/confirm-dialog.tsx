import { Button, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useState } from "react";
import classes from "./dialogs.module.css";
import { ProblemNote, type ProblemText } from "./states.tsx";

type ConfirmDialogProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** A question that names what it is about: "Revoke ward-7?" */
  readonly title: string;
  /** What will happen, and what will not. */
  readonly children: ReactNode;
  /** The verb of the question, never "OK". */
  readonly action: string;
  readonly dangerous?: boolean;
  /** Resolves to a problem where it was refused; null closes the dialog. */
  readonly onConfirm: () => Promise<ProblemText | null>;
};

/** Asks before something that cannot be taken back, or that others will feel. Focus returns to where it came from. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, onClose, title, children, action, dangerous = false, onConfirm } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const close = () => {
    setProblem(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    const refused = await onConfirm().finally(() => setBusy(false));
    if (refused === null) close();
    else setProblem(refused);
  };
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <div className={classes.text}>{children}</div>
      <ProblemNote problem={problem} />
      <div className={classes.buttons}>
        <Button variant="default" onClick={close} data-autofocus={dangerous || undefined}>
          Cancel
        </Button>
        <Button
          color={dangerous ? "red" : "teal"}
          loading={busy}
          onClick={() => void confirm()}
          data-autofocus={dangerous ? undefined : true}
        >
          {action}
        </Button>
      </div>
    </Modal>
  );
}
