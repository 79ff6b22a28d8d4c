import Fingerprint from "lucide-react/icons/fingerprint-pattern";
import { useEffect, useState } from "react";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import { showToast } from "../frame/toasts.ts";
import { mayHaveBiometric } from "../vault/biometric.ts";
import { NewPinForm } from "../vault/new-pin-form.tsx";
import { useProfiles, useVaultState } from "../vault/use-vault.ts";
import { vault } from "../vault/vault.ts";

/** From PIN to biometric and back, or to another PIN. Profiles and their own keys stay; what they are sealed by does not. */
export function ChangeLockScreen() {
  const state = useVaultState();
  const by = state.at === "unlocked" ? state.by : "pin";
  const [biometric, setBiometric] = useState<boolean | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const online = useProfiles().some(({ kind }) => kind === "online");
  useEffect(() => void mayHaveBiometric().then(setBiometric), []);

  const change = async (to: Parameters<typeof vault.changeLock>[0]) => {
    setBusy(true);
    setProblem(null);
    const answer = await vault.changeLock(to).finally(() => setBusy(false));
    if (answer.kind === "refused") return setProblem(answer.why);
    showToast(to.kind === "pin" ? "The new PIN locks the app." : "Your fingerprint or face locks the app.");
    openScreen("/settings", undefined, { replace: true });
  };

  return (
    <>
      <ScreenTitle title="Change how it is locked">
        You prove yourself the present way first. Your profiles stay, and are locked anew by keys of the new
        lock.
      </ScreenTitle>
      {problem !== null && <Note tone="bad" title={problem} />}
      {online && (
        <Note title="Where a server asks for a biometric">
          Servers know the way of locking that this phone was registered with. To have approvals count as
          biometric, rescan this phone at the portal after the change.
        </Note>
      )}
      <Panel title="Fingerprint or face">
        <p>
          {biometric === false
            ? "This browser offers none to web apps."
            : by === "biometric"
              ? "That is how it is locked now. Set it up anew if the phone’s screen lock was changed."
              : "Stronger than a PIN."}
        </p>
        <Button
          wide
          look={by === "pin" && biometric === true ? "main" : "plain"}
          busy={busy}
          disabled={biometric === false}
          icon={<Fingerprint size={22} aria-hidden="true" />}
          onClick={() => void change({ kind: "biometric" })}
        >
          Use fingerprint or face
        </Button>
      </Panel>
      <Panel title={by === "pin" ? "Another PIN" : "A PIN"}>
        {by === "biometric" && <Note tone="caution">A PIN is weaker than what you have now.</Note>}
        <NewPinForm action="Use this PIN" onGiven={(pin) => change({ kind: "pin", pin })} />
      </Panel>
      <Actions>
        <Button wide onClick={() => openScreen("/settings")}>
          Cancel
        </Button>
      </Actions>
    </>
  );
}
