import Fingerprint from "lucide-react/icons/fingerprint-pattern";
import Lock from "lucide-react/icons/lock";
import { useState } from "react";
import { confirm } from "../frame/confirm.ts";
import { Actions, Button, Details, Note, ScreenTitle } from "../frame/parts.tsx";
import { biometricFailureText } from "./biometric.ts";
import { PinForm } from "./pin-form.tsx";
import { vault } from "./vault.ts";

export function Unlock({ by }: { readonly by: "pin" | "biometric" }) {
  return (
    <>
      <ScreenTitle icon={Lock} title="Locked" />
      {by === "pin" ? (
        <PinForm check={vault.unlockByPin} onRight={() => undefined} action="Unlock" />
      ) : (
        <ByBiometric />
      )}
      <Details summary={by === "pin" ? "I forgot the PIN" : "It does not know me any more"}>
        <p>
          What is stored here cannot be opened without it, by nobody. Delete it, set the app up again, and
          bring your profiles back: open the portal, go to “How I sign in”, choose this phone and{" "}
          <strong>Rescan Device</strong>.
        </p>
        <Button wide onClick={() => void deleteAll()}>
          Delete everything on this phone
        </Button>
      </Details>
    </>
  );
}

function ByBiometric() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const unlock = async () => {
    setBusy(true);
    setProblem(null);
    const answer = await vault.unlockByBiometric().finally(() => setBusy(false));
    if (answer.kind === "refused") setProblem(biometricFailureText[answer.reason]);
  };
  return (
    <>
      <Actions>
        <Button
          wide
          look="main"
          busy={busy}
          icon={<Fingerprint size={22} aria-hidden="true" />}
          onClick={() => void unlock()}
        >
          Unlock with fingerprint or face
        </Button>
      </Actions>
      {problem !== null && <Note tone="bad" title={problem} />}
    </>
  );
}

/** Asks first. */
export async function deleteAll(): Promise<void> {
  const yes = await confirm({
    title: "Delete everything on this phone?",
    text: (
      <p>
        All profiles and keys in this app are deleted for good. Your accounts stay as they are; to use this
        phone again you rescan it at the portal. If the phone is to leave your hands, remove it there, too.
      </p>
    ),
    action: "Delete everything",
    dangerous: true,
  });
  if (yes) await vault.wipe();
}
