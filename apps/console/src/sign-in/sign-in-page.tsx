import { Centred } from "@holdfast/ui/centred";
import type { GivenValue, SignInPrompt } from "@holdfast/ui/sign-in-steps";
import { SignInSteps } from "@holdfast/ui/sign-in-steps";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { useCallingOff } from "@holdfast/web-calls/calling-off";
import { api, call, problemOf, queryClient } from "@holdfast/web-calls/calls";
import { usePasskeyFirst } from "@holdfast/web-calls/passkey-first";
import { Button, TextInput } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import KeyRound from "lucide-react/icons/key-round";
import { type FormEvent, useState } from "react";
import classes from "./sign-in.module.css";
import { useProductName } from "./use-product.ts";

const route = getRouteApi("/sign-in");

type Asking = { readonly continuation: string; readonly prompts: readonly SignInPrompt[] };

/** Name or passkey first, then what the policy for administration asks, step by step. */
export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const [userName, setUserName] = useState("");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [busy, setBusy] = useState(false);

  const callOff = useCallingOff(asking);

  async function begin() {
    const answer = await call("begin the sign-in", () =>
      api.POST("/api/v1/session/sign-in", { body: { userName, given: [] } }),
    );
    if (answer.status === "asking") setAsking(answer);
    else await enter();
  }
  async function submitName(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    await begin()
      .catch((error) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  }
  async function give(given: GivenValue) {
    if (asking === null) return;
    try {
      const answer = await call("sign you in", () =>
        api.POST("/api/v1/session/sign-in/steps", {
          body: { continuation: asking.continuation, given },
        }),
      );
      setProblem(null);
      if (answer.status === "asking") setAsking(answer);
      else await enter();
    } catch (error) {
      const failed = problemOf(error);
      setProblem(failed);
      // What is asked again and again may well be answered the next time.
      if (failed.code !== "unreachable" || given.factor !== "push") setAsking(null);
    }
  }
  async function enter() {
    queryClient.clear();
    // Only a path of this app: an address from elsewhere would be an open redirect.
    const to = next?.startsWith("/") === true && !next.startsWith("//") && !next.includes("\\") ? next : "/";
    await router.navigate({ href: to });
  }
  const passkey = usePasskeyFirst({
    waiting: asking === null,
    onProblem: setProblem,
    onAnswer: async (answer) => {
      setUserName("");
      if (answer.status === "asking") setAsking(answer);
      else await enter();
    },
  });
  return (
    <Centred
      productName={useProductName()}
      title="Sign in to the console"
      lead={asking === null ? "For administrators and the help desk." : undefined}
    >
      {asking === null ? (
        <form onSubmit={(event) => void submitName(event)} className={classes.form}>
          <ProblemNote problem={problem} />
          <TextInput
            label="User name"
            value={userName}
            onChange={(event) => setUserName(event.currentTarget.value)}
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            withAsterisk={false}
          />
          <Button type="submit" fullWidth loading={busy}>
            Continue
          </Button>
          <Button
            variant="default"
            fullWidth
            loading={passkey.busy}
            leftSection={<KeyRound size={17} aria-hidden="true" />}
            onClick={() => void passkey.ask()}
          >
            Sign in with a passkey
          </Button>
        </form>
      ) : (
        <div className={classes.form}>
          <p className={classes.who}>
            <span>{userName === "" ? "Your passkey was taken" : userName}</span>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                callOff();
                setAsking(null);
                setProblem(null);
              }}
            >
              Not you?
            </Button>
          </p>
          <SignInSteps prompts={asking.prompts} problem={problem} onGiven={give} />
        </div>
      )}
    </Centred>
  );
}
