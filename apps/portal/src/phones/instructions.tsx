import { FormEnd } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { Button } from "@mantine/core";
import type { Phone } from "./phone-words.ts";
import classes from "./phones.module.css";

/** What to do on the phone before the code is shown, which is good for ten minutes only (REG-18). */
export function Instructions({
  phone,
  mode,
  onNext,
  onCancel,
}: {
  readonly phone: Phone;
  readonly mode: Phone["mode"];
  readonly onNext: () => void;
  readonly onCancel: () => void;
}) {
  return (
    <>
      <p>
        The phone keeps its place here and its profile in the app, and gets new keys. Until it has them, the
        codes that it shows now go on working.
      </p>
      <ol className={classes.instructions}>
        <li>
          Take the phone{mode === "online" && ", connected to a network"}. A new phone is fine, too: it takes
          the old one's place.
        </li>
        <li>Open the authenticator app and unlock it.</li>
        <li>Choose “Scan” there, and allow the camera if the phone asks.</li>
      </ol>
      {mode === "offline" && phone.mode === "online" && (
        <Callout tone="caution">
          Your administrators have phones registered offline now. This one will not approve sign-ins any more,
          and has no connection.
        </Callout>
      )}
      <p>
        Device ID of the phone: <strong className={classes.deviceId}>{phone.deviceId}</strong>
      </p>
      <FormEnd>
        <Button variant="default" size="md" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="md" onClick={onNext} data-autofocus>
          Next
        </Button>
      </FormEnd>
    </>
  );
}
