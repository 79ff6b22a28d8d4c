import type { Schema } from "@holdfast/api-client/client";
import { FormEnd } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Button, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useId, useState } from "react";
import { momentWords } from "./moment-words.ts";
import { groupsOf, spelled } from "./spelling.ts";
import classes from "./temporary-codes.module.css";

type CodeDialogProps = {
  readonly userName: string;
  readonly issued: Schema<"TemporaryCodeCreated">;
  readonly onDone: () => void;
};

/**
 * The code, as it is read over the telephone, and what to tell its user. Only Done ends it: afterwards nobody can see
 * the code again (TC-21 to TC-23).
 */
export function CodeDialog({ userName, issued, onDone }: CodeDialogProps) {
  const [leaving, setLeaving] = useState(false);
  const titleId = useId();
  const [shownAtMs] = useState(() => Date.now());
  useBlocker({
    shouldBlockFn: () => {
      setLeaving(true);
      return true;
    },
    enableBeforeUnload: true,
  });
  const groups = groupsOf(issued.code);
  return (
    <Modal
      opened
      onClose={() => setLeaving(true)}
      closeOnClickOutside={false}
      withCloseButton={false}
      size="lg"
      title={`The temporary code of ${userName}`}
    >
      <section aria-labelledby={titleId} className={classes.code}>
        <p id={titleId} className={classes.codeLabel}>
          Read it out
        </p>
        {/* One text without blanks for whoever copies it; the groups are a matter of style. */}
        <code className={classes.groups} data-autofocus tabIndex={-1}>
          {groups.map((group, index) => (
            // Groups have no identity but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <span key={index} className={classes.group}>
              {group}
            </span>
          ))}
        </code>
        <ol className={classes.spelling} aria-label="Spelled">
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={index}>{spelled(group)}</li>
          ))}
        </ol>
      </section>
      <p className={classes.expiry}>
        Expires on{" "}
        <time dateTime={new Date(issued.expiresAtMs).toISOString()}>
          {momentWords(issued.expiresAtMs, shownAtMs)}
        </time>
      </p>
      <section aria-label={`Tell ${userName}`}>
        <h3 className={classes.tellTitle}>Tell {userName}</h3>
        <ul className={classes.tell}>
          {issued.tell.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </section>
      {leaving && (
        <div role="alert">
          <Callout tone="caution" title="The code cannot be shown again">
            Read it out first, then press Done. Whoever has not heard it needs another one.
          </Callout>
        </div>
      )}
      <FormEnd>
        <Button onClick={onDone}>Done</Button>
      </FormEnd>
    </Modal>
  );
}
