import { Button, Skeleton } from "@mantine/core";
import CloudOff from "lucide-react/icons/cloud-off";
import Inbox from "lucide-react/icons/inbox";
import RotateCw from "lucide-react/icons/rotate-cw";
import type { ReactNode } from "react";
import { Callout } from "./state-badge.tsx";
import classes from "./states.module.css";

/** A problem in the words of packages/api-client: what happened, why, and what to do next. */
export type ProblemText = {
  readonly what: string;
  readonly why?: string | null;
  readonly next?: string | null;
};

/** Nothing here: why, and how to begin. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      <span className={classes.emptyIcon}>
        <Inbox size={26} strokeWidth={1.6} aria-hidden="true" />
      </span>
      <p className={classes.emptyTitle}>{title}</p>
      {children !== undefined && <div className={classes.emptyText}>{children}</div>}
      {action}
    </div>
  );
}

/** In place of what could not be shown. */
export function ErrorState({
  problem,
  onRetry,
}: {
  readonly problem: ProblemText;
  readonly onRetry?: () => void;
}) {
  return (
    <div className={classes.empty} role="alert">
      <span className={`${classes.emptyIcon} ${classes.errorIcon}`}>
        <CloudOff size={26} strokeWidth={1.6} aria-hidden="true" />
      </span>
      <p className={classes.emptyTitle}>{problem.what}</p>
      <div className={classes.emptyText}>
        {problem.why != null && <p>{problem.why}</p>}
        {problem.next != null && <p>{problem.next}</p>}
      </div>
      {onRetry !== undefined && (
        <Button variant="default" leftSection={<RotateCw size={16} aria-hidden="true" />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Beside what was tried: in forms and dialogs. */
export function ProblemNote({ problem }: { readonly problem: ProblemText | null | undefined }) {
  if (problem == null) return null;
  return (
    <div role="alert" className={classes.note}>
      <Callout tone="bad" title={problem.what}>
        {problem.why != null && <p>{problem.why}</p>}
        {problem.next != null && <p>{problem.next}</p>}
      </Callout>
    </div>
  );
}

/** While a list is on its way: as many lines as will probably come, so that nothing jumps. */
export function LoadingRows({ rows = 8, what }: { readonly rows?: number; readonly what: string }) {
  return (
    <div className={classes.loading} role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: rows }, (_, index) => `row ${index}`).map((row) => (
        <div key={row} className={classes.loadingRow}>
          <Skeleton height={14} className={classes.wide ?? ""} />
          <Skeleton height={14} className={classes.narrow ?? ""} />
          <Skeleton height={14} className={classes.narrow ?? ""} />
        </div>
      ))}
    </div>
  );
}

/** While a page is on its way. */
export function LoadingPage({ what }: { readonly what: string }) {
  return (
    <div className={classes.loadingPage} role="status" aria-label={`Loading ${what}`}>
      <Skeleton height={28} className={classes.loadingTitle ?? ""} />
      <Skeleton height={14} className={classes.wide ?? ""} />
      <div className={classes.loadingPanel}>
        <LoadingRows rows={6} what={what} />
      </div>
    </div>
  );
}
