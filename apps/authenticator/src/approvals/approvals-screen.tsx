import { documentFingerprintLabel } from "@holdfast/ui/order-words.ts";
import { useEffect, useState } from "react";
import { useNowMs } from "../codes/use-now.ts";
import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Dialog, Facts, Note, Panel, ScreenTitle } from "../frame/parts.tsx";
import { nameOf } from "../profiles/profile.ts";
import { useProfiles } from "../vault/use-vault.ts";
import { answerRequest, type Result } from "./answer.ts";
import classes from "./approvals.module.css";
import { NumberPad } from "./number-pad.tsx";
import { notWhatItSays } from "./order.ts";
import type { Decision } from "./statement.ts";
import { forget, keepLooking, useWaiting, type WaitingRequest, whyWithdrawn } from "./waiting.ts";
import { timeOf, titleOf, whatOf } from "./words.ts";

/** One request at a time, the oldest first; what became of it stays until the person goes on (REG-27). */
export function ApprovalsScreen() {
  const waiting = useWaiting();
  const [shown, setShown] = useState<WaitingRequest | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  useEffect(keepLooking, []);
  const [oldest] = waiting;
  useEffect(() => {
    if (shown === null && oldest !== undefined) setShown(oldest);
  }, [shown, oldest]);
  const done = () => {
    if (shown !== null) forget(shown.request.id);
    setShown(null);
    setResult(null);
  };
  const one = shown ?? oldest;
  if (one === undefined) return <Nothing />;
  if (result !== null) return <Ended result={result} onDone={done} />;
  const isThere = waiting.some(({ request }) => request.id === one.request.id);
  return <Asked key={one.request.id} waiting={one} isThere={isThere} onResult={setResult} onDone={done} />;
}

function Nothing() {
  const online = useProfiles().some(({ kind }) => kind === "online");
  return (
    <>
      <ScreenTitle title="Approvals" />
      <Note title="Nothing waits for you">
        {online
          ? "When you sign in and choose your phone, it is shown here."
          : "No profile on this phone is connected to a server, so nothing can be asked here. Use its codes."}
      </Note>
    </>
  );
}

function Asked({
  waiting,
  isThere,
  onResult,
  onDone,
}: {
  readonly waiting: WaitingRequest;
  /** False: the server does not list it any more. */
  readonly isThere: boolean;
  readonly onResult: (result: Result) => void;
  readonly onDone: () => void;
}) {
  const { request, isGenuine, endsAtMs } = waiting;
  const nowMs = useNowMs();
  const [number, setNumber] = useState("");
  const [denying, setDenying] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const leftMs = endsAtMs - nowMs;

  const decide = async (decided: Decision) => {
    if (busy) return;
    setBusy(true);
    setDenying(false);
    setProblem(null);
    try {
      const result = await answerRequest(waiting, decided);
      if (result.kind === "not-verified") return;
      if (result.kind === "unreachable")
        return setProblem(
          "The server cannot be reached, so nothing was answered. Try again while there is time.",
        );
      onResult(result);
    } finally {
      setBusy(false);
    }
  };

  if (leftMs <= 0 && !busy) return <Over onDone={onDone} title="The time is over" text={overText} />;
  const why = whyWithdrawn(request.id);
  if (!isThere && !busy && why !== null)
    return (
      <Withdrawn
        why={why}
        problem={problem}
        onDone={onDone}
        onReport={() => void decide({ decision: "report" })}
      />
    );
  if (!isThere && !busy)
    return (
      <Over
        onDone={onDone}
        title="Answered elsewhere"
        text="It was answered on another phone of yours, or whoever began it went another way."
      />
    );
  return (
    <>
      <ScreenTitle title={titleOf(request)} />
      <Countdown leftMs={leftMs} request={request} />
      <Panel>
        <div className={classes.compact}>
          <Facts rows={rowsOf(waiting)} />
        </div>
        <Profile profileId={waiting.profileId} />
      </Panel>
      {isGenuine ? (
        <NumberPad value={number} onChange={setNumber} disabled={busy} />
      ) : (
        <Note tone="bad" title={notWhatItSays}>
          What would be signed is another order than the one shown here. Deny it, and tell your
          administrators.
        </Note>
      )}
      {problem !== null && <Note tone="bad">{problem}</Note>}
      <div className={request.order === null ? `${classes.decide} ${classes.inSight}` : classes.decide}>
        <Button
          wide
          look="main"
          busy={busy}
          disabled={number.length < 2 || !isGenuine}
          onClick={() => void decide({ decision: "approve", number })}
        >
          {request.order === null ? "Approve" : "Sign"}
        </Button>
        <Button wide disabled={busy} onClick={() => setDenying(true)}>
          Deny
        </Button>
      </div>
      {denying && <Reasons onClose={() => setDenying(false)} onDecide={(decided) => void decide(decided)} />}
    </>
  );
}

const overText = "Nobody got in by this. If it was you, begin the sign-in again.";

function rowsOf({ request }: WaitingRequest) {
  const { details, order, askedAtMs } = request;
  return [
    ["What", whatOf(request)] as const,
    ["Account", details.account] as const,
    ...(details.place === null ? [] : [["Where", details.place] as const]),
    ...(details.address === null ? [] : [["Address", details.address] as const]),
    ["When", timeOf(askedAtMs)] as const,
    ...(order === null
      ? []
      : [
          [
            documentFingerprintLabel,
            <code key="document" className={classes.digest}>
              {order.documentSha256}
            </code>,
          ] as const,
        ]),
  ];
}

/** Only where there are several: whose server it is that asks. */
function Profile({ profileId }: { readonly profileId: string }) {
  const profiles = useProfiles().filter(({ kind }) => kind === "online");
  const profile = profiles.find(({ id }) => id === profileId);
  if (profiles.length < 2 || profile === undefined) return null;
  return (
    <p className={classes.seconds}>
      {profile.issuer} · {nameOf(profile)}
    </p>
  );
}

function Countdown({
  leftMs,
  request,
}: {
  readonly leftMs: number;
  readonly request: WaitingRequest["request"];
}) {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const whole = Math.max(1, request.expiresAtMs - request.askedAtMs);
  const share = Math.min(1, Math.max(0, leftMs / whole));
  return (
    <div className={classes.countdown}>
      <div className={classes.track} aria-hidden="true">
        <div className={classes.left} style={{ transform: `scaleX(${share})` }} />
      </div>
      <p className={classes.seconds}>{seconds === 1 ? "1 second left" : `${seconds} seconds left`}</p>
      {/* Read out once, while there is still time to do something. */}
      <p className="visually-hidden" role="status">
        {seconds <= 15 ? "15 seconds left" : ""}
      </p>
    </div>
  );
}

function Reasons({
  onClose,
  onDecide,
}: {
  readonly onClose: () => void;
  readonly onDecide: (decided: Decision) => void;
}) {
  return (
    <Dialog title="Why do you deny it?" onClose={onClose}>
      <div className={classes.reasons}>
        <Button wide onClick={() => onDecide({ decision: "deny", reason: "not-now" })}>
          Not now
        </Button>
        <Button wide onClick={() => onDecide({ decision: "deny", reason: "mistake" })}>
          I began it by mistake
        </Button>
        <Button wide look="dangerous" onClick={() => onDecide({ decision: "report" })}>
          It wasn’t me
        </Button>
        <p className={classes.seconds}>
          “It wasn’t me” tells your administrators that somebody has your password. Your account may be
          locked.
        </p>
        <Button wide look="quiet" onClick={onClose}>
          Back
        </Button>
      </div>
    </Dialog>
  );
}

function Ended({ result, onDone }: { readonly result: Result; readonly onDone: () => void }) {
  if (result.kind === "answered") {
    const approved = result.outcome === "approved";
    return (
      <>
        <ScreenTitle title={titles[result.outcome]} />
        <Note tone={approved ? "good" : "info"}>{result.text}</Note>
        {result.outcome === "reported" && (
          <Note tone="caution">Change your password as soon as you can.</Note>
        )}
        <Done onDone={onDone} />
      </>
    );
  }
  const text = result.kind === "refused" ? result.text : "";
  return (
    <>
      <ScreenTitle title="This was not taken" />
      <Note tone="bad">{text}</Note>
      <Done onDone={onDone} />
    </>
  );
}

const titles = { approved: "Approved", denied: "Denied", reported: "Reported" } as const;

function Over({
  title,
  text,
  onDone,
}: {
  readonly title: string;
  readonly text: string;
  readonly onDone: () => void;
}) {
  return (
    <>
      <ScreenTitle title={title} />
      <Note tone="caution">{text}</Note>
      <Done onDone={onDone} />
    </>
  );
}

/** The sign-in went on without this phone. Whoever did not begin it has something to say even so (REG-27). */
function Withdrawn({
  why,
  problem,
  onDone,
  onReport,
}: {
  readonly why: string;
  readonly problem: string | null;
  readonly onDone: () => void;
  readonly onReport: () => void;
}) {
  return (
    <>
      <ScreenTitle title="No answer needed any more" />
      <Note tone="info">{why}</Note>
      {problem !== null && <Note tone="bad">{problem}</Note>}
      <Actions>
        <Button wide look="dangerous" onClick={onReport}>
          It wasn’t me
        </Button>
      </Actions>
      <Done onDone={onDone} />
    </>
  );
}

function Done({ onDone }: { readonly onDone: () => void }) {
  return (
    <Actions>
      <Button
        wide
        look="main"
        onClick={() => {
          onDone();
          openScreen("/", undefined, { replace: true });
        }}
      >
        Done
      </Button>
    </Actions>
  );
}
