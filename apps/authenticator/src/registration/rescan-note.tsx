import type { ReactNode } from "react";
import { confirm } from "../frame/confirm.ts";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Note } from "../frame/parts.tsx";
import { dateTimeOf } from "../frame/time-words.ts";
import { showToast } from "../frame/toasts.ts";
import { nameOf, type Profile } from "../profiles/profile.ts";
import { useProfiles } from "../vault/use-vault.ts";
import { endRescan, rescannedAs, rescanOf } from "./rescan.ts";

/** On the card of a profile that was rescanned without a network: which of its keys count, and what to do about it. */
export function RescanNote({ profile }: { readonly profile: Profile }) {
  const profiles = useProfiles();
  const later = rescannedAs(profile, profiles);
  if (later !== null)
    return (
      <Note tone="caution" title={`Rescanned ${dateTimeOf(later.scannedAtMs)}`}>
        These codes end when the portal takes the new Device ID. Until then they are the ones that work.
      </Note>
    );
  const rescan = rescanOf(profile, profiles);
  if (rescan === null) return null;
  return (
    <Note title={`New keys, scanned ${dateTimeOf(rescan.scannedAtMs)}`}>
      <p>They work once the portal has taken their Device ID. Did it say that the phone has its new keys?</p>
      <RescanChoice profile={profile}>
        <Button wide onClick={() => openScreen(`/register/offline/${encodeURIComponent(profile.id)}`)}>
          Show the Device ID
        </Button>
      </RescanChoice>
    </Note>
  );
}

/** Nothing is removed before the person has said what the portal said. */
export function RescanChoice({
  profile,
  children,
}: {
  readonly profile: Profile;
  readonly children: ReactNode;
}) {
  return (
    <Actions>
      <Button wide look="main" onClick={() => void ask(profile, "taken")}>
        The portal took it: remove the old codes
      </Button>
      <Button wide onClick={() => void ask(profile, "not-taken")}>
        It did not: remove the new ones
      </Button>
      {children}
    </Actions>
  );
}

async function ask(profile: Profile, outcome: "taken" | "not-taken"): Promise<void> {
  const taken = outcome === "taken";
  const yes = await confirm({
    title: taken ? "Remove the old codes?" : "Remove the new codes?",
    text: (
      <p>
        {taken
          ? "Only if the portal, or the endpoint, said that the phone has its new keys: then the old ones work nowhere any more."
          : "Only if the QR code expired or was cancelled before the Device ID was taken: then the old codes go on."}{" "}
        What is removed is gone for good.
      </p>
    ),
    action: "Remove",
    dangerous: true,
  });
  if (!yes) return;
  await endRescan(profile, outcome);
  showToast(taken ? `${nameOf(profile)} has its new keys.` : `${nameOf(profile)} goes on as it was.`);
  openScreen("/", undefined, { replace: true });
}
