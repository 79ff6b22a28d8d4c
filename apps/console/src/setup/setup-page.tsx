import type { Schema } from "@holdfast/api-client/client";
import { Centred } from "@holdfast/ui/centred";
import { CopyOnce } from "@holdfast/ui/copy-once";
import { typed } from "@holdfast/ui/form-dialog";
import { makePasskey } from "@holdfast/ui/passkeys.ts";
import { QrPanel } from "@holdfast/ui/qr-panel";
import { ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { api, call, problemOf, queryClient } from "@holdfast/web-calls/calls";
import { Button, PasswordInput, Tabs, TextInput } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import classes from "../sign-in/sign-in.module.css";
import { useProductName } from "../sign-in/use-product.ts";

type Asked = Schema<"AdministratorSetupAsked">;
type At =
  | { readonly step: "account" }
  | { readonly step: "factor"; readonly asked: Asked }
  | { readonly step: "done"; readonly recoveryCodes: readonly string[] };

/** The link that the server printed at its first start leads here; its token is in the fragment, which no log holds. */
export function SetupPage() {
  const [token] = useState(() => location.hash.slice(1));
  const [at, setAt] = useState<At>({ step: "account" });
  if (at.step === "done") return <RecoveryCodes codes={at.recoveryCodes} />;
  if (at.step === "factor") {
    return (
      <SecondFactor asked={at.asked} onDone={(recoveryCodes) => setAt({ step: "done", recoveryCodes })} />
    );
  }
  return <Account token={token} onDone={(asked) => setAt({ step: "factor", asked })} />;
}

function Account({ token, onDone }: { readonly token: string; readonly onDone: (asked: Asked) => void }) {
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const displayName = typed(form, "displayName");
    setBusy(true);
    setProblem(null);
    try {
      onDone(
        await call("create the administrator", () =>
          api.POST("/api/v1/setup/administrator", {
            body: {
              token: typed(form, "token") ?? token,
              userName: typed(form, "userName") ?? "",
              password: String(form.get("password") ?? ""),
              ...(displayName === undefined ? {} : { displayName }),
            },
          }),
        ),
      );
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Centred
      productName={useProductName()}
      title="Create the first administrator"
      lead="He may do everything, and creates the others. It takes a password and a second factor: two minutes."
    >
      <form onSubmit={(event) => void submit(event)} className={classes.form}>
        <ProblemNote problem={problem} />
        {token === "" && (
          <TextInput
            name="token"
            label="Setup token"
            description="The part after # of the link that the server printed."
            required
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <TextInput
          name="userName"
          label="User name"
          required
          withAsterisk={false}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
        <TextInput name="displayName" label="Display name (optional)" autoComplete="name" />
        <PasswordInput
          name="password"
          label="Password"
          description="8 characters or more; a sentence is good."
          required
          withAsterisk={false}
          autoComplete="new-password"
        />
        <Button type="submit" fullWidth loading={busy}>
          Continue
        </Button>
      </form>
    </Centred>
  );
}

type SecondFactorProps = {
  readonly asked: Asked;
  readonly onDone: (recoveryCodes: readonly string[]) => void;
};

function SecondFactor({ asked, onDone }: SecondFactorProps) {
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [busy, setBusy] = useState(false);
  async function give(given: { factor: "totp" | "passkey"; value: string }) {
    setBusy(true);
    setProblem(null);
    try {
      const answer = await call("accept the second factor", () =>
        api.POST("/api/v1/setup/administrator/steps", { body: { continuation: asked.continuation, given } }),
      );
      queryClient.clear();
      onDone(answer.recoveryCodes);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }
  async function givePasskey() {
    const made = await makePasskey(asked.passkeyOptions);
    if (made.kind === "given") await give({ factor: "passkey", value: made.value });
    else setProblem(made.problem);
  }
  return (
    <Centred
      productName={useProductName()}
      title="Add a second factor"
      lead="A password alone does not open the console. Nothing is kept until this has been shown to work."
    >
      <div className={classes.form}>
        <Tabs defaultValue="totp" keepMounted={false}>
          <Tabs.List grow mb="md">
            <Tabs.Tab value="totp">Authenticator app</Tabs.Tab>
            {asked.passkeyOptions !== null && <Tabs.Tab value="passkey">Passkey</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="totp">
            <form
              className={classes.form}
              onSubmit={(event) => {
                event.preventDefault();
                void give({ factor: "totp", value: typed(new FormData(event.currentTarget), "code") ?? "" });
              }}
            >
              <QrPanel text={asked.totp.otpauthUri} label="QR code to be scanned with an authenticator app" />
              <TextInput
                name="code"
                label="Code that the app shows"
                required
                withAsterisk={false}
                inputMode="numeric"
                autoComplete="one-time-code"
              />
              <ProblemNote problem={problem} />
              <Button type="submit" fullWidth loading={busy}>
                Create the administrator
              </Button>
            </form>
          </Tabs.Panel>
          <Tabs.Panel value="passkey">
            <div className={classes.form}>
              <p className={classes.text}>
                A passkey lives in this machine, in a phone or in a security key, and stands for both factors.
              </p>
              <ProblemNote problem={problem} />
              <Button fullWidth loading={busy} onClick={() => void givePasskey()}>
                Make a passkey
              </Button>
            </div>
          </Tabs.Panel>
        </Tabs>
      </div>
    </Centred>
  );
}

function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  const router = useRouter();
  return (
    <Centred
      productName={useProductName()}
      title="Keep these codes"
      lead="Each stands for the second factor once, should it be lost. Print them, or put them into a safe."
    >
      <div className={classes.form}>
        <CopyOnce label="Recovery codes" text={codes.join("\n")} once="Shown now and never again." />
        <Button fullWidth onClick={() => void router.navigate({ to: "/" })}>
          Go to the console
        </Button>
      </div>
    </Centred>
  );
}
