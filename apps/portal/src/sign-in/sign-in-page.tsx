import type { Schema } from "@holdfast/api-client/client";
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
import { rememberDue } from "../frame/due.ts";
import { useProduct } from "../frame/product.ts";
import classes from "./sign-in.module.css";

const route = getRouteApi("/sign-in");

type Signed = Extract<Schema<"SessionAnswer">, { status: "succeeded" }>;
type Asking = { readonly continuation: string; readonly prompts: readonly SignInPrompt[] };

/** Name or passkey first, then what the policy asks, step by step; any of the ways that are offered answers a step. */
export function SignInPage() {
  const router = useRouter();
  const { next } = route.useSearch();
  const { productName, organisationName, helpDeskContact } = useProduct();
  const [userName, setUserName] = useState("");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [busy, setBusy] = useState(false);

  async function enter({ enrolmentDue, renewalDue }: Signed) {
    queryClient.clear();
    rememberDue({
      signInsLeft: enrolmentDue?.signInsLeft ?? null,
      renewPin: renewalDue?.includes("pin") ?? false,
    });
    await router.navigate({ to: next ?? "/" });
  }
  async function submitName(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const answer = await call("begin the sign-in", () =>
        api.POST("/api/v1/session/sign-in", { body: { userName: userName.trim(), given: [] } }),
      );
      if (answer.status === "asking") setAsking(answer);
      else await enter(answer);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }
  async function give(given: GivenValue) {
    if (asking === null) return;
    try {
      const answer = await call("sign you in", () =>
        api.POST("/api/v1/session/sign-in/steps", { body: { continuation: asking.continuation, given } }),
      );
      setProblem(null);
      if (answer.status === "asking") setAsking(answer);
      else await enter(answer);
    } catch (error) {
      const failed = problemOf(error);
      setProblem(failed);
      // What is asked again and again may well be answered the next time.
      if (failed.code !== "unreachable" || given.factor !== "push") setAsking(null);
    }
  }
  const passkey = usePasskeyFirst({
    waiting: asking === null,
    onProblem: setProblem,
    onAnswer: async (answer) => {
      setUserName("");
      if (answer.status === "asking") setAsking(answer);
      else await enter(answer);
    },
  });
  const callOff = useCallingOff(asking);
  function startOver() {
    callOff();
    setAsking(null);
    setProblem(null);
  }
  return (
    <Centred
      productName={productName}
      title="Sign in"
      lead={organisationName === "" ? undefined : organisationName}
      foot={helpDeskContact === "" ? undefined : <p className={classes.help}>Help desk: {helpDeskContact}</p>}
    >
      {asking === null ? (
        <form onSubmit={(event) => void submitName(event)} className={classes.form}>
          <ProblemNote problem={problem} />
          <TextInput
            label="User name"
            size="md"
            name="username"
            value={userName}
            onChange={(event) => setUserName(event.currentTarget.value)}
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            withAsterisk={false}
          />
          <Button type="submit" size="md" fullWidth loading={busy}>
            Continue
          </Button>
          <Button
            variant="default"
            size="md"
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
            <Button variant="subtle" size="compact-sm" onClick={startOver}>
              Not you?
            </Button>
          </p>
          <SignInSteps prompts={asking.prompts} problem={problem} onGiven={give} mayHaveNoCode />
        </div>
      )}
    </Centred>
  );
}
