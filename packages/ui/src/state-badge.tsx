import CircleAlert from "lucide-react/icons/circle-alert";
import CircleCheck from "lucide-react/icons/circle-check";
import CircleDashed from "lucide-react/icons/circle-dashed";
import Clock from "lucide-react/icons/clock";
import Info from "lucide-react/icons/info";
import OctagonX from "lucide-react/icons/octagon-x";
import type { ReactNode } from "react";
import classes from "./state-badge.module.css";

/** What a state means for the person who reads it. */
export type Tone = "good" | "caution" | "bad" | "info" | "quiet" | "pending";

const icons = {
  good: CircleCheck,
  caution: CircleAlert,
  bad: OctagonX,
  info: Info,
  quiet: CircleDashed,
  pending: Clock,
} as const;

/** A state as icon, words and colour: colour alone says nothing (WCAG 1.4.1). */
export function StateBadge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  const Icon = icons[tone];
  return (
    <span className={`${classes.badge} ${classes[tone]}`}>
      <Icon size={14} strokeWidth={2.25} aria-hidden="true" />
      <span>{children}</span>
    </span>
  );
}

/** A few sentences that need attention, in place. */
export function Callout({
  tone,
  title,
  children,
}: {
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div className={`${classes.callout} ${classes[tone]}`}>
      <Icon size={18} aria-hidden="true" />
      <div>
        {title !== undefined && <p className={classes.calloutTitle}>{title}</p>}
        <div className={classes.calloutText}>{children}</div>
      </div>
    </div>
  );
}
