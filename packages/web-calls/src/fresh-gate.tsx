import type { GivenValue, SignInPrompt } from "@holdfast/ui/sign-in-steps";
import type { ProblemText } from "@holdfast/ui/states";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { api, call, problemOf, setFreshGate } from "./calls.ts";

/** Seldom needed, so not part of the first load. */
const FreshSignIn = lazy(async () => ({ default: (await import("@holdfast/ui/fresh-sign-in")).FreshSignIn }));

type Asking = { readonly continuation: string; readonly prompts: readonly SignInPrompt[] };

/** Stands by for calls that need a fresh sign-in: asks, and lets them go on or not. */
export function FreshSignInGate({ children }: { readonly children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const decide = useRef<(proven: boolean) => void>(() => undefined);

  const begin = useCallback(async () => {
    try {
      const answer = await call("ask you to sign in again", () =>
        api.POST("/api/v1/session/fresh", { body: { given: [] } }),
      );
      if (answer.status === "asking") setAsking(answer);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, []);

  useEffect(() => {
    setFreshGate(() => {
      setOpened(true);
      setAsking(null);
      setProblem(null);
      void begin();
      return new Promise((resolve) => {
        decide.current = resolve;
      });
    });
  }, [begin]);

  async function give(given: GivenValue) {
    if (asking === null) return;
    try {
      const answer = await call("accept this", () =>
        api.POST("/api/v1/session/fresh/steps", {
          body: { continuation: asking.continuation, given },
        }),
      );
      setProblem(null);
      if (answer.status === "asking") setAsking(answer);
      else end(true);
    } catch (error) {
      setProblem(problemOf(error));
      await begin();
    }
  }
  function end(proven: boolean) {
    setOpened(false);
    decide.current(proven);
  }
  return (
    <>
      {children}
      {opened && (
        <Suspense fallback={null}>
          <FreshSignIn
            opened
            onClose={() => end(false)}
            prompts={asking?.prompts ?? null}
            problem={problem}
            onGiven={give}
          />
        </Suspense>
      )}
    </>
  );
}
