import { Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import classes from "./dialogs.module.css";
import { ProblemNote, type ProblemText } from "./states.tsx";

type FormDialogProps = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly action: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** What it does cannot be taken back, or others will feel it. */
  readonly dangerous?: boolean;
  /** Resolves to a problem where it was refused; null closes the dialog. */
  readonly onSubmit: (form: FormData) => Promise<ProblemText | null>;
};

/** A short form over the page it belongs to. What was typed stays when the server refuses. */
export function FormDialog(props: FormDialogProps) {
  const { opened, onClose, title, lead, action, children, wide = false, dangerous = false, onSubmit } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const close = () => {
    setProblem(null);
    onClose();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A dialog's form within a page's form must not send that one.
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    const refused = await onSubmit(form).finally(() => setBusy(false));
    if (refused === null) close();
    else setProblem(refused);
  };
  return (
    <Modal opened={opened} onClose={close} title={title} size={wide ? "lg" : "md"}>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      <form onSubmit={(event) => void submit(event)}>
        <div className={classes.fields}>{children}</div>
        <ProblemNote problem={problem} />
        <div className={classes.buttons}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" color={dangerous ? "red" : "teal"} loading={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What was typed into a field, without blanks around it; undefined where nothing was. */
export function typed(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
