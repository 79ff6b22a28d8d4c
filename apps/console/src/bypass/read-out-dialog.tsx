import { FormEnd } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Button, Modal } from "@mantine/core";
import { useId } from "react";
import { spelled } from "../temporary-codes/spelling.ts";
import classes from "./bypass.module.css";

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
  const titleId = useId();
  const groups = text.split(/[\s-]+/);
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
      <section aria-labelledby={titleId} className={classes.readOut}>
        <p id={titleId} className={classes.label}>
          Read it out
        </p>
        <code className={classes.groups} data-autofocus tabIndex={-1}>
          {groups.map((group, index) => (
            // Groups have no identity but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <span key={index}>{group}</span>
          ))}
        </code>
        <ol className={classes.spelling} aria-label="Spelled">
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={index}>{spelled(group)}</li>
          ))}
        </ol>
      </section>
      <section aria-label={`Tell ${userName}`}>
        <h3 className={classes.tellTitle}>Tell {userName}</h3>
        <ul className={classes.tell}>
          {tell.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </section>
      <FormEnd>
        <Button onClick={onDone}>Done</Button>
      </FormEnd>
    </Modal>
  );
}
