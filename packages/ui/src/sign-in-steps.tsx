import { Button, PasswordInput, TextInput } from "@mantine/core";
import KeyRound from "lucide-react/icons/key-round";
import Smartphone from "lucide-react/icons/smartphone";
import type { FormEvent } from "react";
import { useEffect, useRef, useState } from "react";
import classes from "./dialogs.module.css";
import { askPasskey } from "./passkeys.ts";
import { PushWait } from "./push-wait.tsx";
import { ProblemNote, type ProblemText } from "./states.tsx";

/** The protocol's factors. */
type Factor =
  | "password"
  | "hotp"
  | "totp"
  | "passkey"
  | "recovery-code"
  | "pin"
  | "card"
  | "temporary-code"
  | "sms-code"
  | "email-code"
  | "bypass-code"
  | "ocra"
  | "push"
  | "qr-challenge";

/** A prompt of packages/protocol/src/sign-in-api.ts: one way to answer the step that is due. */
export type SignInPrompt = {
  readonly factor: Factor;
  readonly alternatives: readonly Factor[];
  readonly text: string;
  readonly echo: boolean;
  readonly passkeyOptions?: unknown;
  /** Of a push: the two digits to be typed on the phone. */
  readonly number?: string | undefined;
  /** Of a push: the phone was asked; the value `wait` asks whether it has answered. */
  readonly waiting?: true | undefined;
};

export type GivenValue = { readonly factor: Factor; readonly value: string };

type SignInStepsProps = {
  readonly prompts: readonly SignInPrompt[];
  readonly problem: ProblemText | null;
  readonly onGiven: (given: GivenValue) => Promise<void>;
  /**
   * Offers to go on without a code, for who has none yet. Whether that is so the server says only after the password:
   * the step is asked of everybody alike.
   */
  readonly mayHaveNoCode?: boolean;
};

/** Asks for one step of a sign-in: any of its prompts answers it. Pasting and password managers work. */
export function SignInSteps({ prompts, problem, onGiven, mayHaveNoCode = false }: SignInStepsProps) {
  const [busy, setBusy] = useState(false);
  const [othersFor, setOthersFor] = useState<Factor | null>(null);
  const [passkeyProblem, setPasskeyProblem] = useState<ProblemText | null>(null);
  const [waitsForPhone, setWaitsForPhone] = useState(true);
  const inTurn = useInTurn(onGiven);
  const push = prompts.find((prompt) => prompt.factor === "push");
  const passkey = prompts.find((prompt) => prompt.factor === "passkey");
  // The first is asked for now, so its code is on the way; of the others one is sent to who asks for it.
  const sendable = prompts.filter(({ factor }, index) => index > 0 && isSentCode(factor));
  const typedPrompts = prompts.filter(
    (prompt) => prompt !== passkey && prompt !== push && !sendable.includes(prompt),
  );
  const onItsWay = prompts.find(({ factor }, index) => index === 0 && isSentCode(factor))?.factor;
  // Who has just had a code sent is about to type that one.
  const shown = onItsWay === undefined || othersFor === onItsWay ? typedPrompts : typedPrompts.slice(0, 1);
  const codePrompt = typedPrompts.find(({ factor }) => isCodeFactor(factor));
  const give = async (given: GivenValue) => {
    setBusy(true);
    setPasskeyProblem(null);
    await inTurn(given).finally(() => setBusy(false));
  };
  const givePasskey = async () => {
    const answer = await askPasskey(passkey?.passkeyOptions);
    if (answer.kind === "given") await give({ factor: "passkey", value: answer.value });
    else setPasskeyProblem(answer.problem);
  };
  if (push?.waiting === true && waitsForPhone) {
    return (
      <div className={classes.steps}>
        <ProblemNote problem={problem} />
        <PushWait number={push.number ?? ""} onPoll={() => inTurn({ factor: "push", value: waitForIt })} />
        <Button variant="default" fullWidth onClick={() => setWaitsForPhone(false)}>
          Sign in another way
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.steps}>
      <ProblemNote problem={problem ?? passkeyProblem} />
      {shown.map((prompt, index) => (
        <TypedStep key={prompt.factor} prompt={prompt} busy={busy} isFirst={index === 0} onGiven={give} />
      ))}
      {onItsWay !== undefined && (
        <p className={classes.lead}>
          It is good for five minutes. Nothing arrived after half a minute?{" "}
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={busy}
            onClick={() => void give({ factor: onItsWay, value: sendIt })}
          >
            Send another
          </Button>
        </p>
      )}
      {shown.length < typedPrompts.length && (
        <Button variant="default" fullWidth disabled={busy} onClick={() => setOthersFor(onItsWay ?? null)}>
          Type another code instead
        </Button>
      )}
      {sendable.map(({ factor }) => (
        <Button
          key={factor}
          variant="default"
          fullWidth
          disabled={busy}
          onClick={() => void give({ factor, value: sendIt })}
        >
          {factor === "sms-code" ? "Send a code to my phone" : "Send a code by e-mail"}
        </Button>
      ))}
      {mayHaveNoCode && onItsWay === undefined && codePrompt !== undefined && (
        <Button
          variant="subtle"
          fullWidth
          disabled={busy}
          onClick={() => void give({ factor: codePrompt.factor, value: noCode })}
        >
          I have no code yet
        </Button>
      )}
      {push !== undefined && (
        <Button
          variant={typedPrompts.length === 0 ? "filled" : "default"}
          fullWidth
          disabled={busy}
          leftSection={<Smartphone size={17} aria-hidden="true" />}
          onClick={() => {
            setWaitsForPhone(true);
            if (push.waiting !== true) void give({ factor: "push", value: sendIt });
          }}
        >
          {push.waiting === true ? "Go on waiting for my phone" : "Approve on my phone"}
        </Button>
      )}
      {passkey !== undefined && (
        <Button
          variant={typedPrompts.length === 0 ? "filled" : "default"}
          fullWidth
          loading={busy}
          leftSection={<KeyRound size={17} aria-hidden="true" />}
          onClick={() => void givePasskey()}
        >
          Use a passkey
        </Button>
      )}
    </div>
  );
}

/** Asks whether the approval has come. */
const waitForIt = "wait";

/**
 * One value after another: what was asked by itself is answered before the next goes out, because each answer brings
 * what the next one continues.
 */
function useInTurn(onGiven: (given: GivenValue) => Promise<void>): (given: GivenValue) => Promise<void> {
  const latest = useRef(onGiven);
  const last = useRef<Promise<void>>(Promise.resolve());
  useEffect(() => {
    latest.current = onGiven;
  });
  return (given) => {
    const turn = last.current.then(async () => {
      await latest.current(given);
      // The page has taken up the answer once it has drawn it.
      await new Promise((resolve) => setTimeout(resolve));
    });
    last.current = turn.catch(() => undefined);
    return turn;
  };
}

/** In the place of a code that is to be sent, or of a phone that is to be asked. */
const sendIt = "send";

function isSentCode(factor: Factor): boolean {
  return factor === "sms-code" || factor === "email-code";
}

/** No code that anybody could have. */
const noCode = "none";

function isCodeFactor(factor: Factor): boolean {
  return ["hotp", "totp", "recovery-code", "temporary-code"].includes(factor);
}

function hasLetters(factor: Factor): boolean {
  return factor === "recovery-code" || factor === "temporary-code";
}

type TypedStepProps = {
  readonly prompt: SignInPrompt;
  readonly busy: boolean;
  readonly isFirst: boolean;
  readonly onGiven: (given: GivenValue) => Promise<void>;
};

function TypedStep({ prompt, busy, isFirst, onGiven }: TypedStepProps) {
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Of a fresh sign-in's dialog within a page's form, only the dialog is meant.
    event.stopPropagation();
    if (value === "") return;
    setValue("");
    void onGiven({ factor: prompt.factor, value });
  };
  const common = {
    label: prompt.text.replace(/:\s*$/, ""),
    value,
    required: true,
    withAsterisk: false,
    onChange: (event: { currentTarget: HTMLInputElement }) => setValue(event.currentTarget.value),
    ...(isFirst ? { "data-autofocus": true, autoFocus: true } : {}),
  };
  const isCode = isCodeFactor(prompt.factor) || isSentCode(prompt.factor);
  return (
    <form onSubmit={submit} className={classes.steps}>
      {isCode || prompt.echo ? (
        <TextInput
          {...common}
          autoComplete={isCode ? "one-time-code" : "off"}
          inputMode={isCode && !prompt.alternatives.some(hasLetters) ? "numeric" : "text"}
          description={
            prompt.alternatives.includes("temporary-code")
              ? "Nothing set up yet? Type the temporary code that your help desk gave you."
              : undefined
          }
          autoCapitalize="none"
          spellCheck={false}
        />
      ) : (
        <PasswordInput {...common} autoComplete={prompt.factor === "password" ? "current-password" : "off"} />
      )}
      <Button type="submit" fullWidth loading={busy}>
        Continue
      </Button>
    </form>
  );
}
