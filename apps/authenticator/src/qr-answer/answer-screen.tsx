import type { QrWorkflow } from "@holdfast/core/qr-challenge/message";
import { clocksApartMs, qrChallengeLifetimeMs } from "@holdfast/core/qr-challenge/standing";
import { useEffect, useState } from "react";
import { forgetGiven, openScreen } from "../frame/navigation.ts";
import { Actions, Button, Facts, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import type { ScreenProps } from "../frame/screens.ts";
import { nameOf, type Profile } from "../profiles/profile.ts";
import { useProfiles } from "../vault/use-vault.ts";
import { vault } from "../vault/vault.ts";
import { makeAnswer, profileFor } from "./make-answer.ts";
import classes from "./qr-answer.module.css";
import type { ScannedChallenge } from "./read-challenge.ts";

/** An endpoint without a network asks this phone, which needs none either. */
export function AnswerScreen({ given }: ScreenProps) {
  const [scanned] = useState(given as ScannedChallenge | undefined);
  const profiles = useProfiles();
  if (scanned === undefined)
    return (
      <Elsewhere
        title="Scan it again"
        what="What was scanned is not kept."
        next="Scan the QR code that the computer shows now."
      />
    );
  const profile = profileFor(scanned, profiles);
  if (profile === null)
    return (
      <Elsewhere
        title="Not for this phone"
        what="No profile on this phone can answer this QR code."
        next="It may be for another of your phones: type qr at the computer for the next one. If this phone was registered anew, the computer has to be connected once before it knows."
      />
    );
  if (!profile.types.includes("qr-challenge"))
    return (
      <Elsewhere
        title="Not allowed any more"
        what={`An administrator of ${profile.issuer} has switched off that this phone answers QR codes.`}
        next="Use another way to sign in, or ask your help desk."
      />
    );
  return <Challenge scanned={scanned} profile={profile} />;
}

function Challenge({ scanned, profile }: { readonly scanned: ScannedChallenge; readonly profile: Profile }) {
  const { endpointName, account, workflow, issuedAtMs } = scanned.challenge;
  const [apartMs] = useState(() => clocksApartMs(issuedAtMs, Date.now()));
  const [answer, setAnswer] = useState<string | null>(null);
  const [ended, setEnded] = useState<"tampered" | "over" | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (answer === null) return;
    const timer = setTimeout(() => setEnded("over"), qrChallengeLifetimeMs);
    return () => clearTimeout(timer);
  }, [answer]);
  const show = async () => {
    setBusy(true);
    try {
      const verified = await vault.verified(profile.id, { reason: `Answer ${endpointName}` });
      if (verified === null) return;
      const made = await makeAnswer(scanned, profile, await verified.key("challenge"));
      forgetGiven();
      if (made === null) setEnded("tampered");
      else setAnswer(made);
    } finally {
      setBusy(false);
    }
  };
  if (ended === "tampered")
    return (
      <Elsewhere
        title="Do not answer this"
        what="This QR code was not made by an endpoint: its key would give everybody the same answer."
        next="Tell your help desk where you saw it."
      />
    );
  if (ended === "over")
    return (
      <Elsewhere
        title="This answer is over"
        what="An answer is good for two minutes."
        next="Scan the QR code that the computer shows now."
      />
    );
  if (answer !== null) return <Answer answer={answer} endpointName={endpointName} />;
  return (
    <>
      <ScreenTitle title={`Sign in at ${endpointName}?`}>
        <strong>Only if you stand before this machine.</strong> Whoever shows you this QR code in any other
        way wants to sign in as you.
      </ScreenTitle>
      <Panel>
        <Facts
          rows={[
            ["Endpoint", endpointName],
            ["Account", account],
            ["For", workflowWords[workflow]],
            ["Enterprise", profile.issuer],
          ]}
        />
      </Panel>
      {account !== profile.account && (
        <Note tone="bad" title="The account is another one">
          {`This profile is of ${profile.account}, and the endpoint asks for ${account}. Do not answer unless your account was renamed.`}
        </Note>
      )}
      {apartMs !== null && <ClocksApart apartMs={apartMs} />}
      <Actions>
        <Button wide look="main" busy={busy} onClick={() => void show()}>
          Show the answer
        </Button>
        <Button wide onClick={leave}>
          Not me
        </Button>
      </Actions>
      <p className={classes.profile}>{`With ${nameOf(profile)}. No network is needed.`}</p>
    </>
  );
}

function ClocksApart({ apartMs }: { readonly apartMs: number }) {
  const minutes = Math.round(Math.abs(apartMs) / 60_000);
  const far =
    minutes < 120
      ? `${minutes} minutes`
      : minutes < 2880
        ? `${Math.round(minutes / 60)} hours`
        : `${Math.round(minutes / 1440)} days`;
  const which = apartMs > 0 ? "behind the endpoint’s" : "ahead of the endpoint’s";
  return (
    <Note tone="caution" title={`This phone’s clock is ${far} ${which}`}>
      {apartMs > 0
        ? "Put this phone’s clock right: codes that change with time are wrong as well."
        : "Either a clock is wrong, or this QR code was shown long ago. Answer only what the machine before you shows now."}
    </Note>
  );
}

function Answer({ answer, endpointName }: { readonly answer: string; readonly endpointName: string }) {
  return (
    <>
      <ScreenTitle title="Type these digits">{`At ${endpointName}, and nowhere else.`}</ScreenTitle>
      <p
        className={classes.answer}
        role="status"
        aria-label={`Answer: ${answer.split("").join(" ")}`}
        data-answer={answer}
      >
        <span>{answer.slice(0, 4)}</span> <span>{answer.slice(4)}</span>
      </p>
      <Note>Good once, and for two minutes. Never read them to anybody: no help desk asks for them.</Note>
      <Actions>
        <Button wide look="main" onClick={leave}>
          Done
        </Button>
      </Actions>
    </>
  );
}

function Elsewhere({
  title,
  what,
  next,
}: {
  readonly title: string;
  readonly what: string;
  readonly next: string;
}) {
  return (
    <>
      <ScreenTitle title={title} />
      <Note tone="caution" title={what}>
        {next}
      </Note>
      <Actions>
        <Button wide look="main" onClick={() => openScreen("/scan", undefined, { replace: true })}>
          Scan again
        </Button>
        <Button wide onClick={leave}>
          Cancel
        </Button>
      </Actions>
    </>
  );
}

const workflowWords: Readonly<Record<QrWorkflow, string>> = {
  workstation: "Signing in to this computer",
};

function leave(): void {
  openScreen("/", undefined, { replace: true });
}
