import type { Schema } from "@holdfast/api-client/client";
import { Columns, PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { backgroundApi, useRead } from "@holdfast/web-calls/calls";
import { Link } from "@tanstack/react-router";
import { useCan } from "../frame/session.ts";
import { NextOutage } from "../outages/next-outage.tsx";
import { ChecklistPanel } from "./checklist-panel.tsx";
import classes from "./dashboard.module.css";
import { Lasting } from "./lasting.tsx";
import { RestoreNotice } from "./restore-notice.tsx";

type Summary = Schema<"OutageSummary">;

/** UNI-3, MDA-33: if the network went now, who could sign in where, for how long, and who could not. */
export function DashboardPage() {
  const can = useCan();
  const { data, problem, retry } = useRead(
    ["outage"],
    "work out who could sign in",
    () => backgroundApi.GET("/api/v1/outage"),
    { refetchEveryMs: 15_000, enabled: can("endpoints.read") },
  );
  return (
    <>
      <PageHeader
        title="Dashboard"
        lead="If the network went now, who could sign in where, for how long, and who could not."
      />
      <Parts>
        <RestoreNotice />
        <ChecklistPanel place="top" />
        {!can("endpoints.read") ? (
          <Callout tone="info">Your role does not show endpoints, so there is no outlook here.</Callout>
        ) : problem !== null ? (
          <ErrorState problem={problem} onRetry={retry} />
        ) : data === undefined ? (
          <LoadingPage what="the outlook" />
        ) : (
          <Outlook summary={data} />
        )}
        <ChecklistPanel place="bottom" />
      </Parts>
    </>
  );
}

function Outlook({ summary }: { readonly summary: Summary }) {
  const { people, endpoints, firstEndsAtMs, revocationsPending } = summary;
  return (
    <>
      <section className={classes.figures} aria-label="If the network went now">
        <Figure
          value={people.couldSignIn}
          of={people.active}
          text={people.couldSignIn === 1 ? "person could go on signing in" : "people could go on signing in"}
          share={people.active === 0 ? 0 : people.couldSignIn / people.active}
        />
        <Figure
          value={endpoints.usable}
          of={endpoints.active}
          text="endpoints where somebody could"
          share={endpoints.active === 0 ? 0 : endpoints.usable / endpoints.active}
        />
        <Figure
          value={endpoints.connected}
          of={endpoints.active}
          text="endpoints connected now"
          share={endpoints.active === 0 ? 0 : endpoints.connected / endpoints.active}
        />
        <div className={classes.figure}>
          <p className={classes.moment}>
            <RelativeTime atMs={firstEndsAtMs} never="none" />
          </p>
          <p className={classes.figureText}>
            {firstEndsAtMs === null
              ? "No right to sign in offline is out."
              : "the first right to sign in offline ends"}
          </p>
        </div>
      </section>
      {revocationsPending > 0 && (
        <Callout tone="pending">
          {revocationsPending === 1 ? "One revocation is" : `${revocationsPending} revocations are`} pending:
          endpoints that are away have not confirmed that they deleted what they hold.{" "}
          <Link to="/endpoints">See which</Link>
        </Callout>
      )}
      <Columns>
        <Panel
          title="How long it would last"
          lead="People who could still sign in somewhere, the longer the network stays away."
        >
          <Lasting summary={summary} />
        </Panel>
        <Panel title="Who could not, and why">
          <Obstacles summary={summary} />
        </Panel>
      </Columns>
      <NextOutage />
    </>
  );
}

type FigureProps = {
  readonly value: number;
  readonly of: number;
  readonly text: string;
  readonly share: number;
};

function Figure({ value, of, text, share }: FigureProps) {
  return (
    <div className={classes.figure}>
      <p className={classes.number}>
        <strong>{value.toLocaleString("en")}</strong> of {of.toLocaleString("en")}
      </p>
      <p className={classes.figureText}>{text}</p>
      <meter className={classes.meter} min={0} max={1} value={share} aria-hidden="true" />
    </div>
  );
}

function Obstacles({ summary: { obstacles, people } }: { readonly summary: Summary }) {
  if (obstacles.length === 0) {
    return (
      <Callout tone={people.active === 0 ? "info" : "good"}>
        {people.active === 0 ? "There are no users yet." : "Everybody could sign in somewhere."}
      </Callout>
    );
  }
  return (
    <ul className={classes.obstacles}>
      {obstacles.map((obstacle) => (
        <li key={obstacle.code}>
          <p className={classes.obstacle}>
            <strong>{obstacle.people.toLocaleString("en")}</strong>
            <Link to="/outages/people" search={{ obstacle: obstacle.code }}>
              {obstacle.title}
            </Link>
          </p>
          <p className={classes.next}>{obstacle.next}</p>
        </li>
      ))}
    </ul>
  );
}
