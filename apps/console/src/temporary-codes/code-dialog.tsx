import type { Schema } from "@holdfast/api-client/client";
import { FormEnd } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Button, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { ReadOut, Tell } from "../read-out/read-out.tsx";
import { groupsOf } from "../read-out/spelling.ts";
import { momentWords } from "./moment-words.ts";
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
  const [shownAtMs] = useState(() => Date.now());
  useBlocker({
    shouldBlockFn: () => {
      setLeaving(true);
      return true;
    },
    enableBeforeUnload: true,
  });
  return (
    <Modal
      opened
      onClose={() => setLeaving(true)}
      closeOnClickOutside={false}
      withCloseButton={false}
      size="lg"
      title={`The temporary code of ${userName}`}
    >
      <ReadOut groups={groupsOf(issued.code)} />
      <p className={classes.expiry}>
        Expires on{" "}
        <time dateTime={new Date(issued.expiresAtMs).toISOString()}>
          {momentWords(issued.expiresAtMs, shownAtMs)}
        </time>
      </p>
      <Tell userName={userName} tell={issued.tell} />
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
