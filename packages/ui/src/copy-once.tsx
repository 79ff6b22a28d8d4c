import { Button } from "@mantine/core";
import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import type { ReactNode } from "react";
import { useId, useState } from "react";
import classes from "./dialogs.module.css";

type CopyOnceProps = {
  readonly label: string;
  readonly text: string;
  /** Why it will not be seen again; absent for what may be copied at any time. */
  readonly once?: ReactNode;
};

/** A secret that is told once, or a command to be pasted: readable, selectable, copied by one press. */
export function CopyOnce({ label, text, once }: CopyOnceProps) {
  const [copied, setCopied] = useState(false);
  const labelId = useId();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <section aria-labelledby={labelId}>
      <p id={labelId} className={classes.secretLabel}>
        {label}
      </p>
      <div className={classes.secret}>
        <code className={classes.secretText}>{text}</code>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={
            copied ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />
          }
          onClick={() => void copy()}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
      {once !== undefined && <p className={classes.once}>{once}</p>}
    </section>
  );
}
