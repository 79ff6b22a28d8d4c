import type { Schema } from "@holdfast/api-client/client";
import { Panel } from "@holdfast/ui/page";
import { Callout, StateBadge, type Tone } from "@holdfast/ui/state-badge";
import { EmptyState, ErrorState, LoadingRows } from "@holdfast/ui/states";
import { clockTime } from "@holdfast/ui/time-words.ts";
import { api, useRead } from "@holdfast/web-calls/calls";
import classes from "./home.module.css";

type Place = Schema<"OwnOfflineList">["items"][number];

/** Where one gets in when the network is down, and why not where one does not (OTP-3, OTP-4, UNI-3). */
export function OwnOffline({ offline }: { readonly offline: Schema<"ProfileView">["offline"] }) {
  const { data, problem, retry } = useRead(["me", "offline"], "read your offline sign-ins", () =>
    api.GET("/api/v1/me/offline", { params: { query: { limit: 500 } } }),
  );
  const places = data?.items.filter(
    ({ endpointStatus, state }) => endpointStatus === "active" && state !== "revoked",
  );
  return (
    <Panel title="Offline sign-in" lead="Where you get in when the network or the server is down.">
      {!offline.able && (
        <Callout tone="caution" title="You cannot sign in without the network yet">
          <p>{offline.why}</p>
          <p>{offline.next}</p>
        </Callout>
      )}
      {problem !== null && <ErrorState problem={problem} onRetry={retry} />}
      {problem === null && places === undefined && <LoadingRows rows={2} what="computers" />}
      {places !== undefined && places.length > 0 && (
        <ul className={classes.places} aria-label="Computers">
          {places.map((place) => (
            <li key={place.endpointId} className={classes.place}>
              <div>
                <p className={classes.name}>{place.endpointName}</p>
                <p className={classes.detail}>{detailOf(place)}</p>
              </div>
              <StateBadge tone={states[place.state].tone}>{states[place.state].text}</StateBadge>
            </li>
          ))}
        </ul>
      )}
      {offline.able && places?.length === 0 && (
        <EmptyState title="No computer keeps anything for you yet.">
          Sign in once at a computer while it is connected. From then on you get in there without the network.
        </EmptyState>
      )}
    </Panel>
  );
}

const states: Readonly<Record<Place["state"], { readonly tone: Tone; readonly text: string }>> = {
  "may-sign-in": { tone: "good", text: "Ready" },
  expired: { tone: "caution", text: "Ended" },
  exhausted: { tone: "caution", text: "Used up" },
  "fresh-sign-in-needed": { tone: "caution", text: "Sign in connected first" },
  "revocation-pending": { tone: "pending", text: "Being withdrawn" },
  revoked: { tone: "quiet", text: "Withdrawn" },
};

function detailOf({ state, remainingAtMost, notAfterMs }: Place): string {
  switch (state) {
    case "may-sign-in":
      return `Until ${clockTime(notAfterMs)}, up to ${remainingAtMost} more ${remainingAtMost === 1 ? "sign-in" : "sign-ins"}. Signing in there while it is connected renews both.`;
    case "expired":
    case "exhausted":
    case "fresh-sign-in-needed":
      return "Sign in there once while it is connected, and you are ready again.";
    case "revocation-pending":
    case "revoked":
      return "Your administrator has withdrawn this.";
  }
}
