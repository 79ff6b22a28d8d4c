import { useEffect, useRef, useState } from "react";
import classes from "./push-wait.module.css";

/** How often the sign-in asks whether the phone has answered. */
const pollMs = 1_000;

/** After so long something may be wrong. */
const helpAfterMs = 12_000;

/**
 * A sign-in that waits for its person's phone. The number stands here and nowhere else (SECURITY §3); it is read out
 * once, because asking again each second changes nothing on the page.
 */
export function PushWait({
  number,
  onPoll,
}: {
  readonly number: string;
  /** Asks the server again; the next time comes after it has answered. */
  readonly onPoll: () => Promise<void>;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  const poll = useRef(onPoll);
  const [heard, setHeard] = useState("");
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    poll.current = onPoll;
  }, [onPoll]);
  useEffect(() => {
    // The button that was pressed is gone; whoever goes on by keyboard goes on from here.
    title.current?.focus();
    // A screen reader tells what comes into a region that was there before.
    const telling = setTimeout(() => setHeard(`Type ${[...number].join(" ")} on your phone.`), 300);
    const helping = setTimeout(() => setIsLate(true), helpAfterMs);
    return () => {
      clearTimeout(telling);
      clearTimeout(helping);
    };
  }, [number]);
  useEffect(() => {
    let left = false;
    let next: ReturnType<typeof setTimeout>;
    const later = () => {
      next = setTimeout(async () => {
        await poll.current();
        if (!left) later();
      }, pollMs);
    };
    later();
    return () => {
      left = true;
      clearTimeout(next);
    };
  }, []);
  return (
    <div className={classes.wait}>
      <h2 className={classes.title} ref={title} tabIndex={-1}>
        Approve this on your phone
      </h2>
      <p className={classes.number} aria-hidden="true" data-testid="push-number">
        {number}
      </p>
      <p className={classes.heard} role="status">
        {heard}
      </p>
      <p className={classes.text}>
        Open what your authenticator app shows, and type this number there. This page goes on by itself.
      </p>
      <p className={classes.help}>
        {isLate
          ? "Nothing arrived? Open the app: what waits is on its first page. It needs a network. Was it declined there, or does it not help? Sign in another way; this page learns of a no only when the minute is over."
          : "Never approve what you did not begin yourself."}
      </p>
    </div>
  );
}
