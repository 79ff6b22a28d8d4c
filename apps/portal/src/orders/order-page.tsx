import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { documentFingerprintLabel } from "@holdfast/ui/order-words.ts";
import { PageHeader, Panel, Parts, Properties, property } from "@holdfast/ui/page";
import { RelativeTime } from "@holdfast/ui/relative-time";
import type { GivenValue, SignInPrompt } from "@holdfast/ui/sign-in-steps";
import { SignInSteps } from "@holdfast/ui/sign-in-steps";
import { Callout, StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage, ProblemNote, type ProblemText } from "@holdfast/ui/states";
import { clockTime } from "@holdfast/ui/time-words.ts";
import { useCallingOff } from "@holdfast/web-calls/calling-off";
import { api, call, problemOf, queryClient, useAct, useRead } from "@holdfast/web-calls/calls";
import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import classes from "./orders.module.css";
import { statusOf } from "./status-words.ts";

type Order = Schema<"OwnSigningView">;
const route = getRouteApi("/inside/sign/$signingId");

/** What somebody is asked to sign, and signing it: by two factors, proven for this order alone. */
export function OrderPage() {
  const { signingId } = route.useParams();
  const { data, problem, retry } = useRead(["me", "signing", signingId], "show the order", () =>
    api.GET("/api/v1/me/signings/{id}", { params: { path: { id: signingId } } }),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (data === undefined) return <LoadingPage what="the order" />;
  return <ShownOrder order={data} />;
}

function ShownOrder({ order }: { readonly order: Order }) {
  const { tone, text } = statusOf(order.status);
  return (
    <>
      <PageHeader
        title="Sign an order"
        lead={`${order.applicationName} asks for your signature.`}
        state={<StateBadge tone={tone}>{text}</StateBadge>}
      />
      <Parts>
        <Panel title="What you sign">
          <p className={classes.title}>{order.documentTitle}</p>
          <Properties
            rows={[
              property("Asked by", order.applicationName),
              property("Asked", <RelativeTime atMs={order.createdAtMs} />),
              property(documentFingerprintLabel, <code className={classes.digest}>{order.digest}</code>),
              order.status === "pending"
                ? property("To be signed", `until ${clockTime(order.expiresAtMs)}`)
                : property(text, <RelativeTime atMs={order.endedAtMs ?? order.expiresAtMs} />),
            ]}
          />
        </Panel>
        {order.status === "pending" ? <Signature order={order} /> : <Ended order={order} />}
      </Parts>
    </>
  );
}

type Asking = { readonly continuation: string; readonly prompts: readonly SignInPrompt[] };

function Signature({ order }: { readonly order: Order }) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<ProblemText | null>(null);
  const [busy, setBusy] = useState(false);
  const [declining, setDeclining] = useState(false);
  const { act } = useAct();
  const path = { params: { path: { id: order.id } } };
  useCallingOff(asking, (body) =>
    api.POST("/api/v1/me/signings/{id}/sign/steps", { ...path, body, keepalive: true }),
  );

  async function take(answer: Schema<"SigningAnswer">) {
    setProblem(null);
    if (answer.status === "asking") setAsking(answer);
    else await queryClient.invalidateQueries();
  }
  async function begin() {
    setBusy(true);
    try {
      await take(
        await call("begin with the signature", () =>
          api.POST("/api/v1/me/signings/{id}/sign", { ...path, body: { given: [] } }),
        ),
      );
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }
  async function give(given: GivenValue) {
    if (asking === null) return;
    const { continuation } = asking;
    try {
      await take(
        await call("sign the order", () =>
          api.POST("/api/v1/me/signings/{id}/sign/steps", { ...path, body: { continuation, given } }),
        ),
      );
    } catch (error) {
      setProblem(problemOf(error));
      setAsking(null);
    }
  }
  if (order.obstacle !== null)
    return (
      <Callout tone="caution" title="You cannot sign this yet">
        <p>{order.obstacle.text}</p>
        <p>{order.obstacle.next}</p>
      </Callout>
    );
  return (
    <Panel
      title="Your signature"
      lead="Read what you sign. You prove now, anew and by two factors, that it is you; your passkey or phone signs this very order. A temporary code cannot sign it."
    >
      <div className={classes.signature}>
        {asking === null ? (
          <>
            <ProblemNote problem={problem} />
            <div className={classes.actions}>
              <Button size="md" loading={busy} onClick={() => void begin()}>
                Sign this order
              </Button>
              <Button size="md" variant="default" onClick={() => setDeclining(true)}>
                Decline
              </Button>
            </div>
          </>
        ) : (
          <SignInSteps prompts={asking.prompts} problem={problem} onGiven={give} />
        )}
      </div>
      <ConfirmDialog
        opened={declining}
        onClose={() => setDeclining(false)}
        title="Decline this order?"
        action="Decline"
        onConfirm={() => act("decline the order", () => api.POST("/api/v1/me/signings/{id}/decline", path))}
      >
        <p>{order.applicationName} is told that you do not sign it. It can ask you again.</p>
      </ConfirmDialog>
    </Panel>
  );
}

function Ended({ order }: { readonly order: Order }) {
  if (order.status === "signed")
    return (
      <Callout tone="good" title="Signed">
        <p>
          Your signature is kept, and {order.applicationName} can fetch it. Go back to {order.applicationName}
          .
        </p>
      </Callout>
    );
  return (
    <Callout tone="info" title={statusOf(order.status).text}>
      <p>
        There is nothing to sign here any more. If it is still needed, {order.applicationName} asks again.
      </p>
    </Callout>
  );
}
