import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import type { ProblemText } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";

type ActButtonProps = {
  /** What the button says, and its dialog's button again. */
  readonly action: string;
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly onConfirm: () => Promise<ProblemText | null>;
};

/** A button that asks before it does something. */
export function ActButton({ action, title, children, onConfirm }: ActButtonProps) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setAsked(true)}>
        {action}
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={title}
        action={action}
        onConfirm={onConfirm}
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
