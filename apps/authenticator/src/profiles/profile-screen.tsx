import ChevronLeft from "lucide-react/icons/chevron-left";
import type { FormEvent } from "react";
import { useState } from "react";
import { confirm } from "../frame/confirm.ts";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Facts, Field, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import type { ScreenProps } from "../frame/screens.ts";
import { dateTimeOf } from "../frame/time-words.ts";
import { showToast } from "../frame/toasts.ts";
import type { ConnectionState } from "../server-link/connection.ts";
import { useConnection } from "../server-link/server-link.ts";
import { useProfile } from "../vault/use-vault.ts";
import { vault } from "../vault/vault.ts";
import { DeviceId } from "./device-id.tsx";
import { nameOf, type Profile } from "./profile.ts";
import classes from "./profiles.module.css";
import { typeWords } from "./type-words.ts";

/** What there is to know of one profile, its name here, and its end. */
export function ProfileScreen({ rest }: ScreenProps) {
  const profile = useProfile(rest);
  return (
    <>
      <button type="button" className={classes.back} onClick={() => openScreen("/")}>
        <ChevronLeft size={20} aria-hidden="true" />
        Codes
      </button>
      {profile === null ? (
        <ScreenTitle title="This profile is gone">It was removed.</ScreenTitle>
      ) : (
        <About key={profile.id} profile={profile} />
      )}
    </>
  );
}

function About({ profile }: { readonly profile: Profile }) {
  const [label, setLabel] = useState(profile.label);
  const connection = useConnection(profile.id);
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    await vault.change(profile.id, (now) => ({ ...now, label: label.trim() }));
    showToast("The name is kept on this phone.");
  };
  return (
    <>
      <ScreenTitle title={nameOf(profile)} />
      {profile.notice !== null && <Note tone="caution" title={profile.notice} />}
      <Panel>
        <Facts
          rows={[
            [profile.kind === "standard" ? "Service" : "Enterprise", profile.issuer],
            ["Account", profile.account],
            ["Registered", registered[profile.kind]],
            ["It can", typeWords(profile.types)],
            ...(profile.kind === "online"
              ? [
                  ["Last sync", lastSync(profile.lastSyncMs)] as const,
                  ["Server", connectionText[connection ?? "unreachable"]] as const,
                ]
              : []),
          ]}
        />
      </Panel>
      {profile.deviceId !== null && <DeviceId id={profile.deviceId} label="Device ID in the portal’s list" />}
      <Panel>
        <form onSubmit={(event) => void rename(event)}>
          <Field
            label="Name on this phone"
            value={label}
            maxLength={60}
            placeholder={profile.account}
            onChange={(event) => setLabel(event.target.value)}
          />
          <Button type="submit" wide disabled={label.trim() === profile.label}>
            Keep this name
          </Button>
        </form>
      </Panel>
      <Actions>
        <Button wide look="dangerous" onClick={() => void remove(profile)}>
          Remove from this phone
        </Button>
      </Actions>
    </>
  );
}

async function remove(profile: Profile): Promise<void> {
  const yes = await confirm({
    title: `Remove ${nameOf(profile)}?`,
    text: (
      <p>
        {profile.kind === "standard"
          ? `Its codes are gone for good. Before that, switch the second factor off at ${profile.issuer}, or you are locked out there.`
          : `Its keys on this phone are deleted for good. ${profile.issuer} goes on expecting them until you remove this phone at the portal, too.`}
      </p>
    ),
    action: "Remove",
    dangerous: true,
  });
  if (!yes) return;
  await vault.remove(profile.id);
  showToast(`${nameOf(profile)} was removed.`);
  openScreen("/", undefined, { replace: true });
}

const connectionText: Readonly<Record<ConnectionState, string>> = {
  connecting: "connecting",
  connected: "connected",
  asking: "reached; the network keeps no connection open, so this phone asks every few seconds",
  unreachable: "not reached; codes work all the same",
  revoked: "no longer knows this phone",
};

const registered: Readonly<Record<Profile["kind"], string>> = {
  offline: "By an offline QR code",
  online: "Over the network",
  standard: "By an otpauth QR code",
};

function lastSync(atMs: number | null): string {
  return atMs === null ? "not yet" : dateTimeOf(atMs);
}
