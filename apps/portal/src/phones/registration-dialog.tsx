import { FormEnd } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { LoadingRows, ProblemNote } from "@holdfast/ui/states";
import { Button, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { Instructions } from "./instructions.tsx";
import type { Phone } from "./phone-words.ts";
import { Compare, Done, Ended, Finishing, ScanOffline, ScanOnline } from "./registration-steps.tsx";
import { useRegistration } from "./use-registration.ts";

type RegistrationDialogProps = {
  /** Null: a new phone; else the one that is scanned again, whose record stays (REG-18, REG-20). */
  readonly rescanned: Phone | null;
  /** How phones are registered now, as far as the page knows. */
  readonly mode: Phone["mode"];
  readonly onClose: (registered: boolean) => void;
};

/** A phone is registered, or moved to new keys: a code to scan, then what the phone has answered, by itself (REG-8). */
export function RegistrationDialog({ rescanned, mode, onClose }: RegistrationDialogProps) {
  const registration = useRegistration(rescanned);
  const { begun, followed, problem, busy } = registration;
  const [instructed, setInstructed] = useState(rescanned === null);
  // Of 360 pixels a phone has none to give away.
  const isNarrow = useMediaQuery("(max-width: 40em)", false, { getInitialValueInEffect: false });
  const started = useRef(false);
  useEffect(() => {
    if (!instructed || started.current) return;
    started.current = true;
    void registration.begin();
  });
  const waits = begun !== null && (followed === undefined || followed.state === "waiting");
  // What is wrong with a Device ID is said where it is typed.
  const typesDeviceId = waits && begun.mode === "offline";
  const isOver = followed?.state === "done" || followed?.state === "ended";
  const close = () => {
    // What the person has said to be right goes on without this page.
    if (followed?.state !== "finishing") void registration.cancel();
    onClose(followed?.state === "done");
  };
  return (
    <Modal
      opened
      onClose={close}
      title={rescanned === null ? "Add a phone" : `Rescan ${rescanned.label}`}
      size={typesDeviceId ? "xl" : "lg"}
      fullScreen={isNarrow}
      closeOnClickOutside={isOver}
    >
      {!instructed && (
        <Instructions
          phone={rescanned as Phone}
          mode={mode}
          onNext={() => setInstructed(true)}
          onCancel={() => onClose(false)}
        />
      )}
      {instructed && begun === null && problem === null && <LoadingRows rows={4} what="the QR code" />}
      {begun !== null && followed?.anotherPhoneTried === true && (
        <Callout tone="caution" title="Another phone scanned this code, too">
          It was refused and knows nothing. Was it not you? Cancel, and show the next code where nobody looks
          over your shoulder.
        </Callout>
      )}
      {waits &&
        (begun.mode === "online" ? (
          <ScanOnline begun={begun} isNarrow={isNarrow} />
        ) : (
          <ScanOffline
            begun={begun}
            isNarrow={isNarrow}
            triesLeft={problem === null && followed?.state === "waiting" ? followed.triesLeft : null}
            busy={busy}
            problem={problem}
            onDeviceId={registration.enterDeviceId}
          />
        ))}
      {followed?.state === "scanned" && (
        <Compare
          digits={followed.digits}
          phoneName={followed.phoneName}
          busy={busy}
          onSame={() => registration.confirm(followed.digits)}
          onDiffer={registration.differ}
        />
      )}
      {followed?.state === "finishing" && <Finishing phoneName={followed.phoneName} />}
      {followed?.state === "done" && <Done phone={followed.phone} isRescan={followed.kind === "rescan"} />}
      {followed?.state === "ended" && (
        <Ended
          why={followed.why}
          isRescan={followed.kind === "rescan"}
          onAgain={registration.begin}
          busy={busy}
        />
      )}
      {!typesDeviceId && <ProblemNote problem={problem} />}
      {instructed && (
        <FormEnd>
          {begun === null && problem !== null && (
            <Button loading={busy} onClick={() => void registration.begin()}>
              Try again
            </Button>
          )}
          <Button variant={followed?.state === "done" ? "filled" : "default"} size="md" onClick={close}>
            {isOver || followed?.state === "finishing" ? "Close" : "Cancel"}
          </Button>
        </FormEnd>
      )}
    </Modal>
  );
}
