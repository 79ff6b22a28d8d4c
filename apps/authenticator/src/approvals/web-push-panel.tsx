import { useEffect, useState } from "react";
import { Button, Note, Panel } from "../frame/parts.tsx";
import { useProfiles } from "../vault/use-vault.ts";
import { switchWebPushOff, switchWebPushOn, type WebPushState, webPushState } from "./web-push.ts";

const texts: Readonly<Record<WebPushState, string>> = {
  unavailable: "This browser cannot notify you while the app is closed. Open the app when you sign in.",
  blocked: "Notifications are blocked for this app in the browser’s settings. Open the app when you sign in.",
  off: "While the app is closed nothing tells you that a sign-in waits.",
  on: "While the app is closed the browser tells you that something waits, and nothing else: no name, no place, no number.",
};

/** Among the settings: for who does not have the app open when he signs in. */
export function WebPushPanel() {
  const online = useProfiles().filter(({ kind, types }) => kind === "online" && types.includes("push"));
  const [state, setState] = useState<WebPushState | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => void webPushState().then(setState), []);
  if (online.length === 0 || state === null) return null;
  const change = async (work: () => Promise<string | null | undefined>) => {
    setBusy(true);
    setProblem(null);
    try {
      setProblem((await work()) ?? null);
    } finally {
      setState(await webPushState());
      setBusy(false);
    }
  };
  return (
    <Panel title="Notifications">
      <p>{texts[state]}</p>
      {problem !== null && <Note tone="bad">{problem}</Note>}
      {state === "off" && (
        <Button wide busy={busy} onClick={() => void change(() => switchWebPushOn(online))}>
          Notify me
        </Button>
      )}
      {state === "on" && (
        <Button wide busy={busy} onClick={() => void change(() => switchWebPushOff(online).then(() => null))}>
          Notify me no more
        </Button>
      )}
    </Panel>
  );
}
