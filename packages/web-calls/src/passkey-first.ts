import type { Schema } from "@holdfast/api-client/client";
import { askPasskey, offersPasskeys, pickedPasskey } from "@holdfast/ui/passkeys.ts";
import type { ProblemText } from "@holdfast/ui/states";
import { useEffect, useRef, useState } from "react";
import { api, call, problemOf } from "./calls.ts";

type Answer = Schema<"SessionAnswer">;

/** What a passkey is asked to sign is good for two minutes; a page may stand open for longer. */
const renewedEveryMs = 100_000;

/**
 * Signing in by a passkey before anybody has typed a name. While `waiting`, the browser offers passkeys in the name field
 * where it can; `ask` has it show a window. The passkey says whose it is.
 */
export function usePasskeyFirst({
  waiting,
  onAnswer,
  onProblem,
}: {
  readonly waiting: boolean;
  readonly onAnswer: (answer: Answer) => Promise<void>;
  readonly onProblem: (problem: ProblemText | null) => void;
}): { readonly ask: () => Promise<void>; readonly busy: boolean } {
  const [busy, setBusy] = useState(false);
  const answers = useRef({ onAnswer, onProblem });
  answers.current = { onAnswer, onProblem };

  const give = async ({ continuation }: Begun, value: string) => {
    try {
      const given = { factor: "passkey" as const, value };
      const answer = await call("sign you in", () =>
        api.POST("/api/v1/session/sign-in/steps", { body: { continuation, given } }),
      );
      answers.current.onProblem(null);
      await answers.current.onAnswer(answer);
    } catch (error) {
      answers.current.onProblem(problemOf(error));
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `give` reaches the newest handlers by itself
  useEffect(() => {
    if (!waiting || busy) return;
    const left = new AbortController();
    void offer(left.signal, give);
    return () => left.abort();
  }, [waiting, busy]);

  const ask = async () => {
    // Ends the offer: a browser has one question for passkeys at a time.
    setBusy(true);
    onProblem(null);
    try {
      const begun = await begin();
      const answer = await askPasskey(begun.options);
      if (answer.kind === "given") await give(begun, answer.value);
      else onProblem(answer.problem);
    } catch (error) {
      onProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { ask, busy };
}

type Begun = { readonly continuation: string; readonly options: unknown };

async function begin(): Promise<Begun> {
  const answer = await call("begin the sign-in", () =>
    api.POST("/api/v1/session/sign-in", { body: { given: [] } }),
  );
  if (answer.status !== "asking") throw new Error("a sign-in of nobody succeeded");
  return { continuation: answer.continuation, options: answer.prompts[0]?.passkeyOptions };
}

/** Asks anew until somebody picks a passkey or the page goes on; where it cannot, the page works without. */
async function offer(left: AbortSignal, give: (begun: Begun, value: string) => Promise<void>): Promise<void> {
  if (!(await offersPasskeys())) return;
  while (!left.aborted) {
    const begun = await begin().catch(() => null);
    if (begun === null || left.aborted) return;
    const old = AbortSignal.timeout(renewedEveryMs);
    const value = await pickedPasskey(begun.options, AbortSignal.any([left, old]));
    if (value !== null) return await give(begun, value);
    if (!old.aborted) return;
  }
}
