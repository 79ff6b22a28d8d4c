import type { FormEvent, ReactNode } from "react";
import { useEffect, useState } from "react";
import { Actions, Button, Field } from "../frame/parts.tsx";
import type { PinVerdict } from "./pin-question.ts";
import { waitWords } from "./pin-words.ts";
import { vault } from "./vault.ts";

/** The field for the PIN that is there already; wrong ones have to wait longer and longer. */
export function PinForm({
  check,
  onRight,
  action,
  children,
}: {
  readonly check: (pin: string) => Promise<PinVerdict>;
  readonly onRight: () => void;
  readonly action: string;
  readonly children?: ReactNode;
}) {
  const [pin, setPin] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [readyAtMs, setReadyAtMs] = useState(0);
  const waitMs = useWait(readyAtMs);

  useEffect(() => {
    // Waits outlive the app: somebody who guesses does not get rid of them by starting it again.
    void vault.pinWaitMs().then((left) => {
      if (left > 0) setReadyAtMs(Date.now() + left);
    });
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || waitMs > 0) return;
    if (pin === "") return setProblem("Type your PIN.");
    setBusy(true);
    const verdict = await check(pin).finally(() => setBusy(false));
    setPin("");
    if (verdict.kind === "ok") return onRight();
    setProblem(verdict.kind === "wrong" ? "This PIN is wrong." : null);
    if (verdict.waitMs > 0) setReadyAtMs(Date.now() + verdict.waitMs);
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Field
        label="PIN"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        autoFocus
        value={pin}
        onChange={(event) => setPin(event.target.value.replace(/[^0-9]/g, ""))}
        problem={problem}
      />
      {waitMs > 0 && (
        <p role="status">
          Too many wrong PINs. You can try again in <strong>{waitWords(waitMs)}</strong>.
        </p>
      )}
      <Actions>
        <Button type="submit" look="main" wide busy={busy} disabled={waitMs > 0}>
          {action}
        </Button>
        {children}
      </Actions>
    </form>
  );
}

function useWait(readyAtMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    setNowMs(Date.now());
    if (readyAtMs <= Date.now()) return;
    const timer = setInterval(() => {
      setNowMs(Date.now());
      if (Date.now() >= readyAtMs) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [readyAtMs]);
  return Math.max(0, readyAtMs - nowMs);
}
