import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { FormEnd, PageHeader, Panel } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { EmptyState } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { Link, useBlocker } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useCan } from "../frame/session.ts";
import { usePolicyName } from "../policies/use-policies.ts";
import { type AccountChanges, changesAnything, noChanges } from "./account-changes.ts";
import classes from "./account-management.module.css";
import { chosenUsers } from "./chosen-users.ts";
import { number, RunView } from "./run-view.tsx";
import { AccountStep, PolicyStep, PushStep } from "./steps.tsx";
import { useBulkRun } from "./use-bulk-run.ts";

type Step = "account" | "policy" | "push" | "summary";

const stepTitles: Readonly<Record<Step, string>> = {
  account: "Account",
  policy: "User policy",
  push: "Mobile Push Authentication",
  summary: "Summary",
};

/** REG-24: one change for many accounts, screen by screen; nothing happens before the last one. */
export function ManageUsersPage() {
  const can = useCan();
  const [users] = useState(chosenUsers);
  const steps: readonly Step[] = [
    ...(can("users.edit") || can("users.unlock") ? (["account"] as const) : []),
    ...(can("users.edit") && can("properties.read") ? (["policy"] as const) : []),
    ...(can("users.push") ? (["push"] as const) : []),
    "summary",
  ];
  const [at, setAt] = useState(0);
  const [changes, setChanges] = useState<AccountChanges>(noChanges);
  const bulk = useBulkRun(changes);
  const works = bulk.run?.phase === "running" || bulk.run?.phase === "stopping";
  const leaving = useBlocker({
    shouldBlockFn: () => works,
    enableBeforeUnload: () => works,
    withResolver: true,
  });
  const heading = useRef<HTMLHeadingElement>(null);
  const step = steps[at] ?? "summary";
  /** Another screen: it is read out from its heading on, and the keyboard goes on from there. */
  const goTo = (next: number) => {
    flushSync(() => setAt(next));
    heading.current?.focus();
  };

  const lead = `${number(users.length)} selected ${users.length === 1 ? "account" : "accounts"}: ${namesOf(users)}`;
  if (users.length === 0) {
    return (
      <>
        <PageHeader title="User Account Management" lead="One change for many accounts." />
        <EmptyState
          title="Nobody is selected."
          action={
            <Button component={Link} to="/users">
              Select users
            </Button>
          }
        >
          Select them in the list of users, then choose User Account Management there.
        </EmptyState>
      </>
    );
  }
  const next = (event: FormEvent) => {
    event.preventDefault();
    if (step === "summary") bulk.start(users);
    else goTo(at + 1);
  };
  return (
    <>
      <PageHeader title="User Account Management" lead={lead} />
      {bulk.run !== null ? (
        <RunView run={bulk.run} onStop={bulk.stop} onGoOn={bulk.goOn} onRetry={bulk.retry} />
      ) : (
        <form onSubmit={next}>
          <ol className={classes.steps} aria-label="Steps">
            {steps.map((each) => (
              <li key={each} {...(each === step ? { "aria-current": "step" as const } : {})}>
                {stepTitles[each]}
              </li>
            ))}
          </ol>
          <h2 className={classes.title} ref={heading} tabIndex={-1}>
            {stepTitles[step]}
          </h2>
          {step === "account" && <AccountStep changes={changes} onChange={setChanges} />}
          {step === "policy" && <PolicyStep changes={changes} onChange={setChanges} />}
          {step === "push" && <PushStep changes={changes} onChange={setChanges} />}
          {step === "summary" && <Summary changes={changes} count={users.length} />}
          <FormEnd>
            <Button variant="default" component={Link} to="/users">
              Cancel
            </Button>
            {at > 0 && (
              <Button variant="default" onClick={() => goTo(at - 1)}>
                Back
              </Button>
            )}
            <Button type="submit" disabled={step === "summary" && !changesAnything(changes)}>
              {step === "summary" ? "Finish" : "Next"}
            </Button>
          </FormEnd>
        </form>
      )}
      <ConfirmDialog
        opened={leaving.status === "blocked"}
        onClose={() => leaving.reset?.()}
        title="Leave while accounts are being changed?"
        action="Stop and leave"
        dangerous
        onConfirm={async () => {
          bulk.stop();
          leaving.proceed?.();
          return null;
        }}
      >
        <p>What was changed stays so; the rest is left as it is. What failed is not listed any more.</p>
      </ConfirmDialog>
    </>
  );
}

function Summary({ changes, count }: { readonly changes: AccountChanges; readonly count: number }) {
  const policyName = usePolicyName();
  const { status, unlock, policyId, push } = changes;
  if (!changesAnything(changes)) {
    return (
      <Panel>
        <Callout tone="info">Nothing was chosen to be changed. Go back, or cancel.</Callout>
      </Panel>
    );
  }
  return (
    <Panel>
      <p>{count === 1 ? "For this account:" : `For each of ${number(count)} accounts:`}</p>
      <ul className={classes.summary}>
        {status !== null && (
          <li>{status === "active" ? "The account is enabled." : "The account is disabled."}</li>
        )}
        {unlock && <li>Failed attempts are forgotten.</li>}
        {policyId !== null && <li>The user policy becomes “{policyName(policyId)}”.</li>}
        {push !== null && (
          <li>
            Mobile Push Authentication is {push.enabled ? "enabled" : "disabled"}
            {push.enabled && (push.requireBiometric ? ", with biometric seed" : ", without biometric seed")}.
          </li>
        )}
      </ul>
      <p>Each account is changed by itself: one that is refused holds up no other, and is listed with why.</p>
    </Panel>
  );
}

const namesShown = 8;

function namesOf(users: readonly { readonly userName: string }[]): string {
  const names = users.slice(0, namesShown).map(({ userName }) => userName);
  const more = users.length - names.length;
  return more === 0 ? names.join(", ") : `${names.join(", ")} and ${number(more)} more`;
}
