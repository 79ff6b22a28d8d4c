import { useState } from "react";
import { Button } from "../frame/parts.tsx";
import { showToast } from "../frame/toasts.ts";
import type { CodeSource } from "../profiles/profile.ts";
import classes from "./codes.module.css";
import { codeAt } from "./codes.ts";
import { CopyCode } from "./copy-code.tsx";
import { takeCounter } from "./take-counter.ts";

/** A code at each press. The counter has moved on the disk before the code is on the screen (RFC 4226 §7.2). */
export function EventCode({
  source,
  profileId,
  of,
}: {
  readonly source: CodeSource;
  readonly profileId: string;
  readonly of: string;
}) {
  const [shown, setShown] = useState<{ code: string; counter: number } | null>(null);
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    const counter = await takeCounter(profileId, source.tokenId).finally(() => setBusy(false));
    if (counter === null)
      return showToast("The code could not be kept as used, so it is not shown. Try again.");
    setShown({ code: codeAt(source, counter), counter });
  };
  return (
    <div className={classes.eventCode}>
      {shown !== null && (
        <div className={classes.code} role="status">
          <CopyCode code={shown.code} of={of} />
          <span className={classes.number}>No. {shown.counter + 1}</span>
        </div>
      )}
      <Button wide busy={busy} look={shown === null ? "main" : "plain"} onClick={() => void press()}>
        Next code
      </Button>
    </div>
  );
}
