import Download from "lucide-react/icons/download";
import { type ReactNode, useEffect, useId, useState } from "react";
import { WebPushPanel } from "../approvals/web-push-panel.tsx";
import { install, useInstallable } from "../frame/install.ts";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import {
  lockChoices,
  type Preferences,
  readPreferences,
  setLockAfter,
  setScheme,
} from "../frame/preferences.ts";
import { deleteAll } from "../vault/unlock.tsx";
import { useProfiles, useVaultState } from "../vault/use-vault.ts";
import classes from "./settings.module.css";

export function SettingsScreen() {
  const state = useVaultState();
  const byPin = state.at === "unlocked" && state.by === "pin";
  return (
    <>
      <ScreenTitle title="Settings" />
      <Panel title="Lock">
        <p className={classes.text}>
          {byPin
            ? "A PIN locks this app. That is weaker than a fingerprint or face: whoever copies what the browser has stored can try PINs elsewhere."
            : "Your fingerprint, face or screen lock locks this app. The keys open only after the phone has checked that it is you."}
        </p>
        <Button wide onClick={() => openScreen("/settings/lock")}>
          {byPin ? "Change to fingerprint or face, or another PIN" : "Change how it is locked"}
        </Button>
        <LockAfter />
      </Panel>
      <WebPushPanel />
      <Panel title="Appearance">
        <Appearance />
      </Panel>
      <Install />
      <Kept />
      <Panel title="Delete">
        <p className={classes.text}>
          Before the phone leaves your hands: deletes all profiles and keys. Nothing in this app can be copied
          out of it, so on another phone you register anew, at the portal.
        </p>
        <Actions>
          <Button wide look="dangerous" onClick={() => void deleteAll()}>
            Delete everything
          </Button>
        </Actions>
      </Panel>
    </>
  );
}

function LockAfter() {
  const [seconds, setSeconds] = useState(() => readPreferences().lockAfterSeconds);
  return (
    <Select
      label="Locks by itself when not touched for"
      value={String(seconds)}
      onChange={(value) => {
        setLockAfter(Number(value));
        setSeconds(Number(value));
      }}
    >
      {lockChoices.map((choice) => (
        <option key={choice} value={choice}>
          {choice < 60 ? `${choice} seconds` : choice === 60 ? "1 minute" : `${choice / 60} minutes`}
        </option>
      ))}
    </Select>
  );
}

function Appearance() {
  const [scheme, choose] = useState(() => readPreferences().scheme);
  return (
    <Select
      label="Colours"
      value={scheme}
      onChange={(value) => {
        setScheme(value as Preferences["scheme"]);
        choose(value as Preferences["scheme"]);
      }}
    >
      <option value="auto">As the phone has it</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </Select>
  );
}

/** The home screen: without it, some browsers clear what was not opened for a week. */
function Install() {
  const installable = useInstallable();
  if (installable === "installed") return null;
  return (
    <Panel title="On the home screen">
      <p className={classes.text}>
        {installable === "ready"
          ? "Added there, the app opens by itself, without the browser around it, and the phone clears it far more rarely."
          : "Open the browser’s menu and choose “Add to Home screen” (on an iPhone: Share, then “Add to Home Screen”). The phone then clears the app far more rarely."}
      </p>
      {installable === "ready" && (
        <Button
          wide
          look="main"
          icon={<Download size={20} aria-hidden="true" />}
          onClick={() => void install()}
        >
          Add to the home screen
        </Button>
      )}
    </Panel>
  );
}

function Kept() {
  const profiles = useProfiles();
  const [persists, setPersists] = useState<boolean | null>(null);
  useEffect(() => {
    void navigator.storage?.persisted?.().then(setPersists);
  }, []);
  const ask = async () => setPersists(await navigator.storage.persist());
  return (
    <Panel title="What is kept">
      <p className={classes.text}>
        {profiles.length === 1 ? "One profile" : `${profiles.length} profiles`}, on this phone only,
        encrypted.
      </p>
      {persists === true && <Note tone="good">The browser has promised to keep it.</Note>}
      {persists === false && (
        <>
          <Note tone="caution">
            The browser may clear it when the phone runs out of space. Then you rescan this phone at the
            portal.
          </Note>
          <Button wide onClick={() => void ask()}>
            Ask the browser to keep it
          </Button>
        </>
      )}
    </Panel>
  );
}

function Select({
  label,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <div className={classes.select}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </div>
  );
}
