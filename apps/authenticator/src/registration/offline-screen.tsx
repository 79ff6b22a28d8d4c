import type { OfflineLink } from "@holdfast/core/registration/link";
import { useState } from "react";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Facts, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import type { ScreenProps } from "../frame/screens.ts";
import { DeviceId } from "../profiles/device-id.tsx";
import type { Profile } from "../profiles/profile.ts";
import { typeWords } from "../profiles/type-words.ts";
import { useProfiles } from "../vault/use-vault.ts";
import { Nothing } from "./nothing.tsx";
import { deviceIdToType, registerOffline } from "./register-offline.ts";
import { profileToReplace, rescanOf } from "./rescan.ts";
import { RescanChoice } from "./rescan-note.tsx";

/** A phone without network: it shows a Device ID, which its user types into the portal or at an endpoint. */
export function OfflineScreen({ given }: ScreenProps) {
  const link = given as OfflineLink | undefined;
  const [done, setDone] = useState<Profile | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const profiles = useProfiles();
  if (link === undefined) return <Nothing />;
  if (done !== null) return <Registered profile={done} />;
  const again = profiles.some(({ id }) => id === link.registrationId);
  const older = profiles.find(
    ({ id, issuer, account }) =>
      id !== link.registrationId && issuer === link.enterprise && account === link.account,
  );
  const replaced = profileToReplace(link, profiles);
  const add = async () => {
    setBusy(true);
    setFailed(false);
    try {
      setDone(await registerOffline(link));
    } catch (error) {
      reportError(error);
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ScreenTitle
        title={
          again
            ? "This code was scanned before"
            : replaced
              ? "Give this phone new keys?"
              : "Add this profile?"
        }
      >
        {replaced &&
          !again &&
          "The profile stays. What works now works until the portal takes the new Device ID."}
      </ScreenTitle>
      <Panel>
        <Facts
          rows={[
            ["Enterprise", link.enterprise],
            ["Account", link.account],
            ["Server", new URL(link.origin).host],
            ["It will", typeWords(link.types)],
          ]}
        />
      </Panel>
      {older && !replaced && !again && (
        <Note tone="caution" title="There is a profile for this account already">
          Both are kept. Remove the older one once the new one works: its codes stop when the portal says so.
        </Note>
      )}
      {failed && (
        <Note tone="bad" title="It could not be stored">
          Nothing was added. Free some space on this phone, then try again: the same QR code is still good.
        </Note>
      )}
      <Actions>
        <Button wide look="main" busy={busy} onClick={() => void add()}>
          {again ? "Show its Device ID" : replaced ? "Go on" : "Add"}
        </Button>
        <Button wide onClick={() => openScreen("/")}>
          Cancel
        </Button>
      </Actions>
    </>
  );
}

/** `/register/offline/<id>`: what is to be typed, once more. */
export function DeviceIdScreen({ rest }: ScreenProps) {
  const profile = useProfiles().find(({ id }) => id === rest);
  return profile && deviceIdToType(profile) !== null ? <Registered profile={profile} /> : <Nothing />;
}

function Registered({ profile }: { readonly profile: Profile }) {
  const typed = deviceIdToType(profile);
  const rescanned = rescanOf(profile, useProfiles()) !== null;
  return (
    <>
      <ScreenTitle title="One step is left">
        Type this Device ID where the QR code was shown: into the portal, or at the endpoint.
      </ScreenTitle>
      {typed !== null && <DeviceId id={typed} label="Device ID" />}
      <Note>
        <p>
          <strong>At the portal:</strong> into the field “Device ID” at the QR code.{" "}
          <strong>At an endpoint:</strong> after <code>holdfast register</code>.
        </p>
        <p>
          {rescanned
            ? "The old codes work until then, and the new ones from then on."
            : "The codes work from then on."}{" "}
          The QR code is good for ten minutes and one phone.
        </p>
      </Note>
      {rescanned ? (
        <RescanChoice profile={profile}>
          <Button wide onClick={toCodes}>
            Later
          </Button>
        </RescanChoice>
      ) : (
        <Actions>
          <Button wide look="main" onClick={toCodes}>
            Done
          </Button>
        </Actions>
      )}
    </>
  );
}

function toCodes(): void {
  openScreen("/", undefined, { replace: true });
}
