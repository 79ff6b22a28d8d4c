import type { OnlineLink } from "@holdfast/core/registration/link";
import { useState } from "react";
import { forgetGiven, openScreen } from "../frame/navigation.ts";
import { Actions, Button, Facts, Note, Panel, ScreenTitle, Waiting } from "../frame/parts.tsx";
import type { ScreenProps } from "../frame/screens.ts";
import { beginRegistration, dropRegistration, type Staged, stagedOf } from "../server-link/registrations.ts";
import { useProfiles } from "../vault/use-vault.ts";
import { Nothing } from "./nothing.tsx";
import classes from "./online.module.css";

/** A phone with a network: it brings its keys, shows six digits to compare, and is registered. */
export function OnlineScreen({ given }: ScreenProps) {
  const [link] = useState(given as OnlineLink | undefined);
  const [began, setBegan] = useState<{ id: string; account: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const unfinished = useProfiles().find((profile) => stagedOf(profile) !== null);
  if (began !== null) return <Following id={began.id} account={began.account} />;
  // Loaded again: what was scanned is gone, and what was begun with it goes on.
  if (link === undefined)
    return unfinished ? <Following id={unfinished.id} account={unfinished.account} /> : <Nothing />;
  const begin = async () => {
    setBusy(true);
    try {
      const id = await beginRegistration(link);
      if (id === null)
        return setProblem("Nothing was registered: this phone has to see that it is you. Try again.");
      forgetGiven();
      setBegan({ id, account: link.account });
    } catch {
      setProblem("The keys could not be stored. Free some space on this phone, then try again.");
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ScreenTitle title={link.purpose === "new" ? "Register this phone?" : "Give this phone new keys?"}>
        {link.purpose === "new"
          ? "Only if you are at the portal yourself, and it shows this QR code to you."
          : "The registration goes on under the same name. What works now works until the new keys do."}
      </ScreenTitle>
      <Panel>
        <Facts
          rows={[
            ["Enterprise", link.enterprise],
            ["Account", link.account],
            ["Server", new URL(link.origin).host],
          ]}
        />
      </Panel>
      {problem !== null && <Note tone="bad">{problem}</Note>}
      <Actions>
        <Button wide look="main" busy={busy} onClick={() => void begin()}>
          {link.purpose === "new" ? "Register" : "Go on"}
        </Button>
        <Button wide onClick={() => openScreen("/")}>
          Cancel
        </Button>
      </Actions>
    </>
  );
}

/** `/register/online/<id>`: one that was begun before. */
export function UnfinishedScreen({ rest }: ScreenProps) {
  const account = useProfiles().find(({ id }) => id === rest)?.account ?? "";
  return <Following id={rest} account={account} />;
}

function Following({ id, account }: { readonly id: string; readonly account: string }) {
  const profile = useProfiles().find((one) => one.id === id);
  const staged = profile && stagedOf(profile);
  return staged ? <Step id={id} staged={staged} /> : <Done account={account} />;
}

function Step({ id, staged }: { readonly id: string; readonly staged: Staged }) {
  const { state, link } = staged;
  const drop = async () => {
    await dropRegistration(id);
    openScreen("/", undefined, { replace: true });
  };
  switch (state.step) {
    case "claiming":
      return (
        <>
          <ScreenTitle title="Reaching the server">
            This phone brings its keys to {new URL(link.origin).host}.
          </ScreenTitle>
          <Waiting what="Waiting for an answer" />
          <Note>
            Without a network it goes on by itself once there is one, as long as the QR code is good.
          </Note>
          <Actions>
            <Button wide onClick={() => void drop()}>
              Cancel
            </Button>
          </Actions>
        </>
      );
    case "comparing":
      return (
        <>
          <ScreenTitle title="Compare these digits">
            The portal shows six digits, too. If they are the same, say so there.
          </ScreenTitle>
          <p
            className={classes.digits}
            role="status"
            aria-label={`Digits: ${state.digits.split("").join(" ")}`}
          >
            {state.digits.slice(0, 3)} {state.digits.slice(3)}
          </p>
          <Note tone="caution" title="Not the same?">
            Then another phone was faster. Choose “They differ” at the portal, and tell your help desk.
          </Note>
          <Waiting what="Waiting for you to compare them at the portal" />
          <Actions>
            <Button wide onClick={() => void drop()}>
              Cancel
            </Button>
          </Actions>
        </>
      );
    case "finishing":
    case "registered":
      return (
        <>
          <ScreenTitle title="Finishing">
            The new keys are stored on this phone. The server is told that they count from now on.
          </ScreenTitle>
          <Waiting what="Waiting for the server’s word" />
          <Note>
            Until then use the codes that you have. You can leave this screen: it goes on by itself.
          </Note>
          <Actions>
            <Button wide onClick={() => openScreen("/")}>
              Show my codes
            </Button>
          </Actions>
        </>
      );
    case "dropped":
      return (
        <>
          <ScreenTitle title="Not registered">Nothing on this phone was changed.</ScreenTitle>
          <Note tone="caution">{state.why}</Note>
          <Actions>
            <Button wide look="main" onClick={() => void drop()}>
              Show my codes
            </Button>
          </Actions>
        </>
      );
  }
}

function Done({ account }: { readonly account: string }) {
  return (
    <>
      <ScreenTitle title="This phone is registered" />
      <Note tone="good">
        {account === "" ? "The profile is ready." : `It is ready for ${account}.`} Its settings come from the
        server from now on.
      </Note>
      <Actions>
        <Button wide look="main" onClick={() => openScreen("/", undefined, { replace: true })}>
          Show my codes
        </Button>
      </Actions>
    </>
  );
}
