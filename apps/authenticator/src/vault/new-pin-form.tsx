import type { FormEvent, ReactNode } from "react";
import { useState } from "react";
import { Actions, Button, Field } from "../frame/parts.tsx";
import { leastPinDigits, pinProblem, pinProblemText } from "./pin-rules.ts";

/** A new PIN, twice. */
export function NewPinForm({
  action,
  onGiven,
  children,
}: {
  readonly action: string;
  readonly onGiven: (pin: string) => Promise<unknown>;
  readonly children?: ReactNode;
}) {
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [problems, setProblems] = useState<{ pin: string | null; again: string | null }>({
    pin: null,
    again: null,
  });
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = pinProblem(pin);
    const differ = pin === again ? null : "The two are not the same.";
    setProblems({ pin: wrong && pinProblemText[wrong], again: wrong ? null : differ });
    if (wrong || differ) return;
    setBusy(true);
    await onGiven(pin).finally(() => setBusy(false));
  };
  const common = { type: "password", inputMode: "numeric", autoComplete: "new-password" } as const;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Field
        {...common}
        label="New PIN"
        hint={`At least ${leastPinDigits} digits.`}
        value={pin}
        onChange={(event) => setPin(event.target.value)}
        problem={problems.pin}
      />
      <Field
        {...common}
        label="The same again"
        value={again}
        onChange={(event) => setAgain(event.target.value)}
        problem={problems.again}
      />
      <Actions>
        <Button type="submit" look="main" wide busy={busy}>
          {action}
        </Button>
        {children}
      </Actions>
    </form>
  );
}
