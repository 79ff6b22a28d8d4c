import { type Column, DataTable } from "@holdfast/ui/data-table";
import { FormEnd, Panel, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ProblemNote } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Failure } from "./account-changes.ts";
import classes from "./account-management.module.css";
import type { BulkRun } from "./use-bulk-run.ts";

type RunViewProps = {
  readonly run: BulkRun;
  readonly onStop: () => void;
  readonly onGoOn: () => void;
  readonly onRetry: () => void;
};

const failuresAPage = 50;

/** How far it is, whom it could not be done to and why, and what can be done about that. */
export function RunView({ run, onStop, onGoOn, onRetry }: RunViewProps) {
  const { phase, total, done, failures, withoutPhone, problem } = run;
  const works = phase === "running" || phase === "stopping";
  const left = total - done;
  return (
    <Parts>
      <Panel title="Progress">
        <div className={classes.progress}>
          <progress
            className={classes.bar}
            value={done}
            max={total}
            aria-label="Accounts that were gone through"
          />
          <p className={classes.count} role="status">
            {titles[phase]}: {number(done)} of {number(total)} {total === 1 ? "account" : "accounts"}
            {failures.length > 0 && `, ${number(failures.length)} not changed`}
          </p>
        </div>
        {phase === "stopped" && (
          <Callout tone="info">
            {number(done - failures.length)} were changed, and stay so. {number(left)} were not begun.
          </Callout>
        )}
        {phase === "interrupted" && (
          <Callout tone="caution">
            Of the next few it is not known whether they were changed. Going on does them again, which does no
            harm.
          </Callout>
        )}
        {phase === "finished" && failures.length === 0 && (
          <Callout tone="good">All {number(total)} were changed. The audit has an event for each.</Callout>
        )}
        {!works && withoutPhone > 0 && (
          <Callout tone="info">
            {number(withoutPhone)} of them cannot be asked yet: there is no phone that is registered online
            and fits. Mobile Push works for them once they have registered one.
          </Callout>
        )}
        <ProblemNote problem={problem} />
        <FormEnd>
          {works && (
            <Button variant="default" disabled={phase === "stopping"} onClick={onStop}>
              {phase === "stopping" ? "Stopping…" : "Stop"}
            </Button>
          )}
          {(phase === "stopped" || phase === "interrupted") && (
            <Button onClick={onGoOn}>Go on with the other {number(left)}</Button>
          )}
          {phase === "finished" && failures.length > 0 && (
            <Button onClick={onRetry}>Try again with {number(failures.length)}</Button>
          )}
          {!works && (
            <Button variant="default" component={Link} to="/users">
              Back to the users
            </Button>
          )}
        </FormEnd>
      </Panel>
      {failures.length > 0 && <Failures failures={failures} />}
    </Parts>
  );
}

const titles: Readonly<Record<BulkRun["phase"], string>> = {
  running: "Under way",
  stopping: "Stopping after what is under way",
  stopped: "Stopped",
  interrupted: "Interrupted",
  finished: "Finished",
};

const columns: readonly Column<Failure>[] = [
  {
    name: "User",
    render: ({ user }) => (
      <Link to="/users/$userId" params={{ userId: user.id }} target="_blank">
        {user.userName}
      </Link>
    ),
  },
  { name: "Why", render: ({ why }) => why },
];

function Failures({ failures }: { readonly failures: readonly Failure[] }) {
  const [page, setPage] = useState(0);
  const from = page * failuresAPage;
  return (
    <Panel title="Not changed" lead="Everybody else is." flush>
      <DataTable
        what="accounts that were not changed"
        columns={columns}
        rows={failures.slice(from, from + failuresAPage)}
        rowKey={({ user }) => user.id}
        empty="None."
        paging={{
          page: page + 1,
          onPrevious: page === 0 ? null : () => setPage(page - 1),
          onNext: from + failuresAPage >= failures.length ? null : () => setPage(page + 1),
        }}
      />
    </Panel>
  );
}

const inGroups = new Intl.NumberFormat("en-GB");
export function number(value: number): string {
  return inGroups.format(value);
}
