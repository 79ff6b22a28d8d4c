import { useSyncExternalStore } from "react";
import { newVersionWaits, onNewVersion, takeNewVersion } from "../service-worker/register.ts";
import { Button, Note } from "./parts.tsx";

/** A newer version of the app is on the phone; it is taken when its user says so, not in the middle of something. */
export function Update() {
  const waits = useSyncExternalStore(onNewVersion, newVersionWaits);
  if (!waits) return null;
  return (
    <Note title="A newer version is ready">
      <p>Your profiles stay.</p>
      <Button wide onClick={() => void takeNewVersion()}>
        Use it now
      </Button>
    </Note>
  );
}
