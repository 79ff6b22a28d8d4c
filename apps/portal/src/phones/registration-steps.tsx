import { CopyOnce } from "@holdfast/ui/copy-once";
import { LargeQr } from "@holdfast/ui/qr-panel";
import { Callout } from "@holdfast/ui/state-badge";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { Button, Loader, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { abilityText, endWords, type Phone, registeredText } from "./phone-words.ts";
import classes from "./phones.module.css";
import type { Begun, Followed } from "./use-registration.ts";

type ScanProps = { readonly begun: Begun; readonly isNarrow: boolean };

/** Online: nothing is typed here, the phone does the rest (REG-6, REG-7). */
export function ScanOnline({ begun, isNarrow }: ScanProps) {
  return (
    <Scan begun={begun} isNarrow={isNarrow}>
      <p className={classes.state} role="status">
        <Loader size="xs" aria-hidden="true" />
        <span>Waiting for phone to scan the QR code</span>
      </p>
    </Scan>
  );
}

/** Offline: the phone shows a Device ID, which its person types here (REG-2). */
export function ScanOffline({
  begun,
  isNarrow,
  triesLeft,
  busy,
  problem,
  onDeviceId,
}: ScanProps & {
  readonly triesLeft: number | null;
  readonly busy: boolean;
  readonly problem: ProblemText | null;
  readonly onDeviceId: (deviceId: string) => Promise<void>;
}) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onDeviceId(typed);
  };
  return (
    <Scan begun={begun} isNarrow={isNarrow} beside>
      <form className={classes.entry} onSubmit={submit}>
        <TextInput
          label="Device ID"
          description="The phone shows it once it has scanned the code: twelve letters and digits. Capitals and dashes do not matter."
          placeholder="XXXX-XXXX-XXXX"
          size="md"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={40}
          required
          withAsterisk={false}
        />
        <ProblemNote problem={problem} />
        <Button type="submit" size="md" loading={busy}>
          Register this phone
        </Button>
      </form>
      {triesLeft !== null && triesLeft < 3 && (
        <p className={classes.about} role="status">
          {triesLeft === 1 ? "One try is left." : `${triesLeft} tries are left.`} After that a new QR code is
          needed.
        </p>
      )}
    </Scan>
  );
}

/** `beside`: what is done here stands beside the code, where there is room; both are in sight on a low screen. */
function Scan({
  begun,
  isNarrow,
  beside = false,
  children,
}: ScanProps & { readonly beside?: boolean; readonly children: ReactNode }) {
  const appUrl = new URL(begun.link).origin;
  return (
    <div className={classes.scan}>
      <p className={classes.lead}>
        Scan this with the authenticator app on your phone, or with the phone's camera, which opens the app.
      </p>
      <div className={beside ? classes.beside : classes.under}>
        <LargeQr
          text={begun.link}
          label="QR code for the phone"
          {...(isNarrow ? { most: globalThis.innerWidth - 2 * sidePixels } : {})}
        />
        <div className={classes.under}>{children}</div>
      </div>
      <p className={classes.about}>
        Good until {timeOfDay.format(begun.expiresAtMs)}, for one phone. No app yet? Open{" "}
        <strong>{appUrl}</strong> on the phone and add it to the home screen.
      </p>
      {isNarrow && (
        <Button component="a" href={begun.link} variant="default" size="md" fullWidth>
          This is the phone: open the app
        </Button>
      )}
      <details className={classes.cannot}>
        <summary>The camera cannot scan?</summary>
        <CopyOnce label="Paste this link into the app" text={begun.link} />
      </details>
    </div>
  );
}

/** What a dialog over the whole screen keeps free at either side. */
const sidePixels = 16;

const timeOfDay = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

/** Both screens show the same six digits, if nobody stands between them. */
export function Compare({
  digits,
  phoneName,
  busy,
  onSame,
  onDiffer,
}: {
  readonly digits: string;
  readonly phoneName: string;
  readonly busy: boolean;
  readonly onSame: () => Promise<void>;
  readonly onDiffer: () => Promise<void>;
}) {
  return (
    <Step title="The phone has scanned the QR code">
      <p>
        <strong>{phoneName}</strong> now shows six digits. Are they these?
      </p>
      <p className={classes.digits}>
        <span aria-hidden="true">
          {digits.slice(0, 3)} {digits.slice(3)}
        </span>
        <span className={classes.heard}>{[...digits].join(" ")}</span>
      </p>
      <div className={classes.answers}>
        <Button size="md" loading={busy} onClick={() => void onSame()}>
          They match
        </Button>
        <Button size="md" color="red" variant="default" disabled={busy} onClick={() => void onDiffer()}>
          They differ
        </Button>
      </div>
      <p className={classes.about}>
        If they differ, or your phone shows none, somebody else's phone has scanned your code: say so, and
        nothing is given to it.
      </p>
    </Step>
  );
}

export function Finishing({ phoneName }: { readonly phoneName: string }) {
  return (
    <Step title="Nearly done">
      <p className={classes.state} role="status">
        <Loader size="xs" aria-hidden="true" />
        <span>{phoneName} takes over its new keys. Keep the app open.</span>
      </p>
    </Step>
  );
}

export function Done({ phone, isRescan }: { readonly phone: Phone; readonly isRescan: boolean }) {
  return (
    <Step title={isRescan ? `${phone.label} has its new keys` : `${phone.label} is registered`}>
      <Callout tone="good" title={registeredText(phone)}>
        <p>{abilityText(phone)}.</p>
        {isRescan && <p>The codes that it had before do not work any more.</p>}
      </Callout>
    </Step>
  );
}

export function Ended({
  why,
  isRescan,
  busy,
  onAgain,
}: {
  readonly why: Extract<Followed, { state: "ended" }>["why"];
  readonly isRescan: boolean;
  readonly busy: boolean;
  readonly onAgain: () => Promise<void>;
}) {
  return (
    <Step title={isRescan ? "The phone was not changed" : "No phone was registered"}>
      <p>{endWords[why]}</p>
      {isRescan && <p>The phone works as before.</p>}
      <Button size="md" loading={busy} onClick={() => void onAgain()}>
        Show a new QR code
      </Button>
    </Step>
  );
}

/** What comes by itself takes the focus, so that it is read out and the keyboard goes on from there. */
function Step({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={classes.step}>
      <h3 className={classes.stepTitle} ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {children}
    </div>
  );
}
