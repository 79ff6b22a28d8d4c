import ChevronRight from "lucide-react/icons/chevron-right";
import { openScreen } from "../frame/navigation.ts";
import { Note } from "../frame/parts.tsx";
import { nameOf, type Profile } from "../profiles/profile.ts";
import { RescanNote } from "../registration/rescan-note.tsx";
import classes from "./codes.module.css";
import { driftText } from "./codes.ts";
import { EventCode } from "./event-code.tsx";
import { TimeCode } from "./time-code.tsx";

export function ProfileCard({ profile }: { readonly profile: Profile }) {
  const drift = driftText(profile.clockDriftMs);
  const byTime = profile.codes.some(({ kind }) => kind === "totp");
  return (
    <li className={classes.card}>
      <button
        type="button"
        className={classes.whose}
        onClick={() => openScreen(`/profiles/${encodeURIComponent(profile.id)}`)}
      >
        <span>
          <span className={classes.issuer}>{profile.issuer}</span>
          <span className={classes.account}>{nameOf(profile)}</span>
        </span>
        <ChevronRight size={20} aria-hidden="true" />
        <span className="visually-hidden">: about this profile</span>
      </button>
      {profile.codes.map((source) =>
        source.kind === "totp" ? (
          <TimeCode key={source.tokenId} source={source} of={nameOf(profile)} />
        ) : (
          <EventCode key={source.tokenId} source={source} profileId={profile.id} of={nameOf(profile)} />
        ),
      )}
      {profile.codes.length === 0 && <p className={classes.noCodes}>{withoutCodes(profile)}</p>}
      <RescanNote profile={profile} />
      {profile.notice !== null && <Note tone="caution">{profile.notice}</Note>}
      {drift !== null && byTime && (
        <Note tone="caution" title={drift}>
          Its codes may be refused. Set the phone’s time to automatic, then open the app while there is a
          network.
        </Note>
      )}
    </li>
  );
}

function withoutCodes({ types }: Profile): string {
  if (types.includes("push")) return "Approves sign-ins; it has no codes.";
  return types.includes("qr-challenge")
    ? "Answers endpoints without network; it has no codes."
    : "Nothing is set up yet.";
}
