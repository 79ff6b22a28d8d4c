import { PageHeader, Panel, Parts } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage } from "@holdfast/ui/states";
import { Button } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import History from "lucide-react/icons/history";
import KeyRound from "lucide-react/icons/key-round";
import MonitorSmartphone from "lucide-react/icons/monitor-smartphone";
import { useDue } from "../frame/due.ts";
import { useProfile } from "../frame/profile.ts";
import { WaitingOrders } from "../orders/waiting-orders.tsx";
import classes from "./home.module.css";
import { OwnOffline } from "./own-offline.tsx";
import { OwnTemporaryCode } from "./own-temporary-code.tsx";

/** What a person comes for, in as few words as it takes. */
export function HomePage() {
  const { data: profile, problem, retry } = useProfile();
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (profile === undefined) return <LoadingPage what="your page" />;
  const { user, organisationName, warnings, helpDeskContact } = profile;
  return (
    <>
      <PageHeader
        title={`Hello, ${user.displayName}`}
        lead={
          organisationName === ""
            ? "Your sign-in, in your own hands."
            : `Your sign-in at ${organisationName}, in your own hands.`
        }
      />
      <Parts>
        <DueNotes />
        {warnings.map(({ code, message }) => (
          <Callout key={code} tone="caution">
            {message}
          </Callout>
        ))}
        <WaitingOrders />
        {profile.temporaryCode !== null && (
          <OwnTemporaryCode code={profile.temporaryCode} helpDesk={helpDeskContact} />
        )}
        <OwnOffline offline={profile.offline} />
        <Panel title="What you can do here">
          <ul className={classes.tiles}>
            <Tile
              to="/methods"
              icon={KeyRound}
              title="How I sign in"
              text="Password, phones, tokens, passkeys, recovery codes."
            />
            <Tile
              to="/sign-ins"
              icon={History}
              title="Recent sign-ins"
              text="See them, and say so if one was not you."
            />
            <Tile
              to="/sessions"
              icon={MonitorSmartphone}
              title="Where I am signed in"
              text="End what you forgot to sign out of."
            />
          </ul>
        </Panel>
        {helpDeskContact !== "" && <p className={classes.help}>Help desk: {helpDeskContact}</p>}
      </Parts>
    </>
  );
}

/** What the sign-in said cannot wait for long. */
function DueNotes() {
  const { signInsLeft, renewPin } = useDue();
  const toMethods = (text: string) => (
    <Button component={Link} to="/methods" variant="default">
      {text}
    </Button>
  );
  return (
    <>
      {signInsLeft !== null && (
        <Callout tone="caution" title="Add one more way to sign in">
          <p>
            {signInsLeft <= 1
              ? "The next sign-in asks for it before anything else."
              : `You can put it off ${signInsLeft - 1} more ${signInsLeft === 2 ? "time" : "times"}.`}
          </p>
          {toMethods("Add it now")}
        </Callout>
      )}
      {renewPin && (
        <Callout tone="caution" title="Your PIN has expired">
          <p>Computers refuse it until you set a new one.</p>
          {toMethods("Set a new PIN")}
        </Callout>
      )}
    </>
  );
}

function Tile({
  to,
  icon: Icon,
  title,
  text,
}: {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
}) {
  return (
    <li className={classes.tile}>
      <Icon size={22} aria-hidden="true" />
      <p>{text}</p>
      <Button component={Link} to={to} variant="default" size="md" fullWidth>
        {title}
      </Button>
    </li>
  );
}
