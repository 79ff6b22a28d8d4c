import type { CodeSource } from "../profiles/profile.ts";
import classes from "./codes.module.css";
import { timeCode } from "./codes.ts";
import { CopyCode } from "./copy-code.tsx";
import { useNowMs } from "./use-now.ts";

const soonMs = 5_500;

/** A code of now: large, and how long it is still good, in numbers and as a ring. */
export function TimeCode({ source, of }: { readonly source: CodeSource; readonly of: string }) {
  const nowMs = useNowMs();
  const { code, leftMs } = timeCode(source, nowMs);
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  const whole = source.periodSeconds ?? 30;
  const soon = leftMs <= soonMs;
  return (
    <div className={classes.code}>
      <CopyCode code={code} of={of} />
      {/* A timer is not read out as it runs (ARIA 1.2 §5.3.5); who asks for it hears what is left. */}
      <div
        className={soon ? classes.timerSoon : classes.timer}
        role="timer"
        aria-label={`${seconds} seconds left`}
      >
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <circle cx="20" cy="20" r="17" className={classes.track} />
          <circle
            cx="20"
            cy="20"
            r="17"
            className={classes.left}
            pathLength={whole}
            strokeDasharray={`${seconds} ${whole}`}
          />
        </svg>
        <span aria-hidden="true">{seconds}</span>
      </div>
    </div>
  );
}
