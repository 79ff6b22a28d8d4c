import QrCode from "lucide-react/icons/qr-code";
import ScanLine from "lucide-react/icons/scan-line";
import Search from "lucide-react/icons/search";
import { useState } from "react";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, ScreenTitle } from "../frame/parts.tsx";
import { nameOf, type Profile } from "../profiles/profile.ts";
import { newestFirst } from "../registration/rescan.ts";
import { Unfinished } from "../registration/unfinished.tsx";
import { stagedOf } from "../server-link/registrations.ts";
import { useProfiles } from "../vault/use-vault.ts";
import classes from "./codes.module.css";
import { ProfileCard } from "./profile-card.tsx";

/** With fewer, all are in sight. */
const searchFrom = 4;

export function CodesScreen() {
  const profiles = newestFirst(useProfiles().filter((profile) => stagedOf(profile) === null));
  const [wanted, setWanted] = useState("");
  if (profiles.length === 0)
    return (
      <>
        <Unfinished />
        <NoProfiles />
      </>
    );
  const found = profiles.filter((profile) => matches(profile, wanted));
  return (
    <>
      <title>Codes · Authenticator</title>
      <h1 className="visually-hidden" tabIndex={-1}>
        Codes
      </h1>
      <Unfinished />
      {profiles.length >= searchFrom && (
        <search className={classes.search}>
          <Search size={20} aria-hidden="true" />
          <input
            type="search"
            aria-label="Search your profiles"
            placeholder="Search"
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </search>
      )}
      <p className="visually-hidden" role="status">
        {wanted === "" ? "" : `${found.length} of ${profiles.length} profiles`}
      </p>
      {found.length === 0 ? (
        <p className={classes.none}>No profile is called “{wanted}”.</p>
      ) : (
        <ul className={classes.list}>
          {found.map((profile) => (
            <ProfileCard key={profile.id} profile={profile} />
          ))}
        </ul>
      )}
    </>
  );
}

function NoProfiles() {
  return (
    <>
      <ScreenTitle icon={QrCode} title="Add your first profile">
        Open the portal on a computer, choose “Add a phone”, and scan the QR code that it shows. Other
        services’ codes for authenticator apps can be scanned, too.
      </ScreenTitle>
      <Actions>
        <Button
          wide
          look="main"
          icon={<ScanLine size={22} aria-hidden="true" />}
          onClick={() => openScreen("/scan")}
        >
          Scan a QR code
        </Button>
      </Actions>
    </>
  );
}

function matches(profile: Profile, wanted: string): boolean {
  const text = [nameOf(profile), profile.account, profile.issuer].join(" ").toLocaleLowerCase();
  return text.includes(wanted.trim().toLocaleLowerCase());
}
