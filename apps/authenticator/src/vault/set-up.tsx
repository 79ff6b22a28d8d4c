import Eraser from "lucide-react/icons/eraser";
import Fingerprint from "lucide-react/icons/fingerprint-pattern";
import KeyRound from "lucide-react/icons/key-round";
import Smartphone from "lucide-react/icons/smartphone";
import { useEffect, useState } from "react";
import { Actions, Button, Details, Note, ScreenTitle } from "../frame/parts.tsx";
import { biometricFailureText, mayHaveBiometric } from "./biometric.ts";
import type { KeptMark } from "./kept-mark.ts";
import { NewPinForm } from "./new-pin-form.tsx";
import classes from "./vault.module.css";
import { vault } from "./vault.ts";

/** The first thing that the app asks: how it is to be locked. */
export function SetUp({ cleared }: { readonly cleared: KeptMark | null }) {
  const [byPin, setByPin] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const biometric = useBiometric();

  if (byPin)
    return (
      <>
        <ScreenTitle title="Choose a PIN">
          Six digits or more, for this app alone. It opens your codes and confirms approvals.
        </ScreenTitle>
        <Note tone="caution">
          A PIN is weaker than a fingerprint or face: somebody who copies what this browser has stored can try
          PINs elsewhere. More digits help. You can change to a biometric later.
        </Note>
        <NewPinForm action="Lock with this PIN" onGiven={(pin) => vault.setUpByPin(pin)}>
          <Button wide onClick={() => setByPin(false)}>
            Back
          </Button>
        </NewPinForm>
      </>
    );

  const lockByBiometric = async () => {
    setBusy(true);
    setProblem(null);
    const made = await vault.setUpByBiometric().finally(() => setBusy(false));
    if (made.kind === "refused") setProblem(biometricFailureText[made.reason]);
  };
  return (
    <>
      {cleared === null ? (
        <ScreenTitle icon={Smartphone} title="Sign in with this phone">
          It shows codes, approves sign-ins and answers endpoints, also where there is no network. First
          choose how the app is locked.
        </ScreenTitle>
      ) : (
        <Cleared {...cleared} />
      )}
      <Actions>
        {biometric && (
          <Button
            wide
            look="main"
            busy={busy}
            icon={<Fingerprint size={22} aria-hidden="true" />}
            onClick={() => void lockByBiometric()}
          >
            Use fingerprint or face
          </Button>
        )}
        <Button
          wide
          look={biometric === false ? "main" : "plain"}
          icon={<KeyRound size={22} aria-hidden="true" />}
          onClick={() => setByPin(true)}
        >
          Use a PIN
        </Button>
      </Actions>
      {problem !== null && <Note tone="bad" title={problem} />}
      {biometric === false && (
        <p className={classes.small}>
          This browser offers no fingerprint or face to web apps, so it is a PIN, which is weaker. You can
          change later.
        </p>
      )}
      {cleared === null && (
        <Details summary="I had profiles here before">
          <p>
            Browsers delete what web apps keep when site data is cleared, or when the phone runs out of space.
            Nothing of it can be brought back from here, and nobody else has it. Set the app up again; then
            open the portal, go to “How I sign in”, choose this phone and <strong>Rescan Device</strong>. No
            call to the help desk is needed.
          </p>
        </Details>
      )}
    </>
  );
}

function Cleared({ sinceMs, profiles }: KeptMark) {
  const since = new Date(sinceMs).toLocaleDateString(undefined, { dateStyle: "long" });
  return (
    <>
      <ScreenTitle icon={Eraser} title="This phone’s storage was cleared" />
      <Note tone="caution" title={`${lost(profiles)} kept here since ${since}, and nothing of it is left.`}>
        <p>The browser cleared it: because site data was deleted, or because the phone ran out of space.</p>
        <p>
          <strong>The way back:</strong> set the app up again below. Then open the portal on a computer, go to
          “How I sign in”, choose this phone and <strong>Rescan Device</strong>. The old codes stop working
          then.
        </p>
      </Note>
      <p>
        Added to the home screen, the app is cleared far more rarely. If you did not clear anything and
        somebody else had this phone, tell your help desk.
      </p>
    </>
  );
}

function lost(profiles: number): string {
  if (profiles === 0) return "The app’s lock was";
  return profiles === 1 ? "One profile was" : `${profiles} profiles were`;
}

/** Null while the browser has not said. */
function useBiometric(): boolean | null {
  const [has, setHas] = useState<boolean | null>(null);
  useEffect(() => void mayHaveBiometric().then(setHas), []);
  return has;
}
