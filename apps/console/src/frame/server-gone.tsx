import { Callout } from "@holdfast/ui/state-badge";
import { clockTime } from "@holdfast/ui/time-words.ts";
import classes from "./frame.module.css";

/** What is on screen may be old. */
export function ServerGone({ sinceMs }: { readonly sinceMs: number }) {
  return (
    <div role="status" className={classes.notice}>
      <Callout tone="caution" title="The server does not answer">
        What you see is what was true at {clockTime(sinceMs)}. This page goes on by itself when the server is
        back.
      </Callout>
    </div>
  );
}
