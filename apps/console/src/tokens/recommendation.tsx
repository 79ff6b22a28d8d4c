import type { Schema } from "@holdfast/api-client/client";
import { ConfirmDialog } from "@holdfast/ui/confirm-dialog";
import { Panel, Parts, Properties, property, Toolbar } from "@holdfast/ui/page";
import { Callout } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingRows } from "@holdfast/ui/states";
import { useToast } from "@holdfast/ui/toasts";
import { api, useAct, useRead } from "@holdfast/web-calls/calls";
import { useSession } from "@holdfast/web-calls/session";
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useCan } from "../frame/session.ts";

type Token = Schema<"TokenView">;
type Advice = Schema<"CacheRecommendation">;

/** OTP-14: a size from the sign-ins that were observed, applied in one click. */
export function Recommendation({ token }: { readonly token: Token }) {
  const [days, setDays] = useState("30");
  const [daysOffline, setDaysOffline] = useState("");
  const asked = {
    ...(Number(days) >= 1 ? { days: Number(days) } : {}),
    ...(Number(daysOffline) > 0 ? { expectedDaysOffline: Number(daysOffline) } : {}),
  };
  const { data, problem, retry } = useRead(["recommendation", token.id, asked], "recommend a size", () =>
    api.GET("/api/v1/tokens/{id}/cache-recommendation", { params: { path: { id: token.id }, query: asked } }),
  );
  return (
    <Panel
      title="Recommended cache size"
      lead="From this token's own sign-ins: enough not to run out, and not much more."
    >
      <Toolbar label="What the recommendation goes by">
        <TextInput
          type="number"
          min={1}
          max={366}
          label="Days to look back"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <TextInput
          type="number"
          min={1}
          max={366}
          label="Days offline to expect"
          placeholder="as observed"
          value={daysOffline}
          onChange={(event) => setDaysOffline(event.currentTarget.value)}
        />
      </Toolbar>
      {problem !== null ? (
        <ErrorState problem={problem} onRetry={retry} />
      ) : data === undefined ? (
        <LoadingRows rows={3} what="the recommendation" />
      ) : (
        <AdviceText token={token} advice={data} asked={asked} />
      )}
    </Panel>
  );
}

type AdviceTextProps = {
  readonly token: Token;
  readonly advice: Advice;
  readonly asked: { readonly days?: number; readonly expectedDaysOffline?: number };
};

function AdviceText({ token, advice, asked }: AdviceTextProps) {
  const { observed } = advice;
  const rows = [
    property("Sign-ins in that time", observed.signIns),
    property("Most on one day", observed.peakLoginsPerDay),
    property("Longest time offline", `${observed.longestOfflineDays} days`),
    property("Most codes used while offline", observed.peakCodesOffline),
  ];
  return (
    <Parts>
      <AdviceNote token={token} advice={advice} asked={asked} />
      <Properties rows={rows} />
    </Parts>
  );
}

function AdviceNote({ token, advice, asked }: AdviceTextProps) {
  const can = useCan();
  const isMine = useSession().user.id === token.userId;
  const { act } = useAct();
  const toast = useToast();
  const [confirming, setConfirming] = useState(false);
  if (advice.kind === "too-little-data") {
    return (
      <Callout tone="info">
        There is not enough to go by yet: {advice.neededDays} days of sign-ins are needed. Until then, use the
        calculator.
      </Callout>
    );
  }
  if (advice.kind === "days-offline-unknown") {
    return (
      <Callout tone="info">
        This token was never used offline. Say above how many days offline to expect, and a size is worked
        out.
      </Callout>
    );
  }
  if (advice.kind === "refused") {
    return <Callout tone="caution">No size can be recommended: {advice.reason}.</Callout>;
  }
  const current = token.cacheSize;
  return (
    <>
      <Callout tone={advice.change === "keep" ? "good" : "info"} title={`${advice.size} codes`}>
        <p>{advice.working}</p>
        {advice.change === "keep" && <p>That is what it has now.</p>}
        {can("users.authenticators") && !isMine && advice.change !== "keep" && (
          <Button mt="sm" size="compact-md" onClick={() => setConfirming(true)}>
            Use {advice.size}
          </Button>
        )}
      </Callout>
      <ConfirmDialog
        opened={confirming}
        onClose={() => setConfirming(false)}
        title={`Set the cache size to ${advice.size}?`}
        action={`Use ${advice.size}`}
        onConfirm={() =>
          act(
            "apply the recommendation",
            () =>
              api.POST("/api/v1/tokens/{id}/cache-recommendation", {
                params: { path: { id: token.id } },
                body: { ...asked, confirmWindow: true },
              }),
            () => toast(`The cache size is ${advice.size} now.`),
          )
        }
      >
        <p>
          Endpoints get {advice.size} codes of {token.label} with the next refill; now it is{" "}
          {current ?? "what the profile says"}.
        </p>
        {advice.size + 5 > token.effectiveWindowSize && (
          <p>
            The OTP window size is raised from {token.effectiveWindowSize} to {advice.size + 5}, so that the
            server finds the token again afterwards.
          </p>
        )}
        <p>It is written into the audit.</p>
      </ConfirmDialog>
    </>
  );
}
