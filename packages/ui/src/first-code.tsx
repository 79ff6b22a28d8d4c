import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { FormEnd } from "./page.tsx";
import { ProblemNote, type ProblemText } from "./states.tsx";

/** The first code of an authenticator app that has just been scanned: only with it does the app count. */
export function FirstCode({
  description,
  onTry,
  onLater,
}: {
  readonly description: string;
  /** Resolves to a problem where it could not be asked, to false where the code is wrong. */
  readonly onTry: (code: string) => Promise<ProblemText | boolean>;
  readonly onLater: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code") ?? "").replace(/\s/g, "");
    setBusy(true);
    setProblem(null);
    const tried = await onTry(code).finally(() => setBusy(false));
    if (tried === true) return;
    setProblem(
      tried === false
        ? {
            what: "This is not the code that the app shows now.",
            next: "Wait for the next code and type that one. If it is refused, too, the clock of the phone is wrong.",
          }
        : tried,
    );
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextInput
        name="code"
        label="The code that the app shows"
        description={description}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={16}
        required
        withAsterisk={false}
        data-autofocus
      />
      <ProblemNote problem={problem} />
      <FormEnd>
        <Button variant="default" onClick={onLater}>
          Later
        </Button>
        <Button type="submit" loading={busy}>
          Finish
        </Button>
      </FormEnd>
    </form>
  );
}
