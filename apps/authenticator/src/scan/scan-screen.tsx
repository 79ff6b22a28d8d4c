import Camera from "lucide-react/icons/camera";
import SwitchCamera from "lucide-react/icons/switch-camera";
import type { ChangeEvent, FormEvent } from "react";
import { useState } from "react";
import { Actions, Button, Details, Field, Note, ScreenTitle } from "../frame/parts.tsx";
import { openScanned } from "./open-scanned.ts";
import { parseScanned } from "./parse-scanned.ts";
import { readPicture } from "./read-picture.ts";
import classes from "./scan.module.css";
import { type CameraProblem, useScanner } from "./use-scanner.ts";

/** The camera; and for when there is none, a pasted link or a picture. */
export function ScanScreen() {
  // Whoever types or pastes is not to be taken elsewhere by what the camera happens to see.
  const [typing, setTyping] = useState(false);
  const found = (bytes: Uint8Array) => openScanned(parseScanned(bytes));
  const { video, state, cameras, next, restart } = useScanner(found, { paused: typing });
  return (
    <>
      <ScreenTitle title="Scan a QR code" />
      {typing ? null : state.at === "failed" ? (
        <Problem problem={state.problem} onRetry={restart} />
      ) : (
        <div className={classes.finder}>
          <video ref={video} playsInline muted aria-label="What the camera sees" />
          <span className={classes.corners} aria-hidden="true" />
          <p className={classes.state} role="status">
            {state.at === "starting" ? "Starting the camera …" : "Point the phone at the QR code."}
          </p>
        </div>
      )}
      {!typing && state.at !== "failed" && cameras.length > 1 && (
        <Button wide icon={<SwitchCamera size={20} aria-hidden="true" />} onClick={next}>
          Another camera
        </Button>
      )}
      <Otherwise onOpen={setTyping} />
    </>
  );
}

function Problem({ problem, onRetry }: { readonly problem: CameraProblem; readonly onRetry: () => void }) {
  const { title, text } = problemText[problem];
  return (
    <>
      <Note tone="caution" title={title}>
        {text}
      </Note>
      <Actions>
        <Button wide look="main" onClick={onRetry}>
          Try the camera again
        </Button>
      </Actions>
    </>
  );
}

const problemText: Readonly<Record<CameraProblem, { title: string; text: string }>> = {
  denied: {
    title: "The app may not use the camera",
    text: "Allow it in the browser: tap the sign beside the address, then Permissions, then Camera. In the installed app: the phone’s settings, Apps. Pictures never leave the phone.",
  },
  none: {
    title: "There is no camera here",
    text: "Paste the link below, or choose a picture of the QR code.",
  },
  busy: {
    title: "Another app is using the camera",
    text: "Close it, then try again. Or paste the link below.",
  },
};

function Otherwise({ onOpen }: { readonly onOpen: (open: boolean) => void }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const go = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") setProblem("Paste the link. The page shows it below the QR code.");
    else openScanned(parseScanned(text));
  };
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [file] = target.files ?? [];
    target.value = "";
    if (file === undefined) return;
    const bytes = await readPicture(file);
    if (bytes === null) setProblem("No QR code was found in this picture.");
    else openScanned(parseScanned(bytes));
  };
  return (
    <Details summary="Without the camera" onToggle={onOpen}>
      <form onSubmit={go}>
        <Field
          label="Link from the page"
          hint="On the page, below the QR code: “The camera cannot scan?” or “Or copy it”."
          type="text"
          inputMode="url"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          problem={problem}
        />
        <Actions>
          <Button type="submit" wide>
            Continue
          </Button>
          <label className={classes.picture}>
            <Camera size={20} aria-hidden="true" />
            <span>Choose a picture of the QR code</span>
            <input
              type="file"
              accept="image/*"
              className="visually-hidden"
              onChange={(event) => void choose(event)}
            />
          </label>
        </Actions>
      </form>
    </Details>
  );
}
