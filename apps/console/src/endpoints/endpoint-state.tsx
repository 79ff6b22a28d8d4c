import type { Schema } from "@holdfast/api-client/client";
import { None } from "@holdfast/ui/page";
import { Since } from "@holdfast/ui/relative-time";
import { StateBadge } from "@holdfast/ui/state-badge";

type Endpoint = Schema<"EndpointView">;

/** Connected, away since when, or revoked; in words, with what the server cannot know. */
export function EndpointState({ endpoint }: { readonly endpoint: Endpoint }) {
  if (endpoint.status === "revoked") return <StateBadge tone="bad">Revoked</StateBadge>;
  if (endpoint.connected) return <StateBadge tone="good">Connected</StateBadge>;
  return (
    <StateBadge tone="caution">
      Away since{" "}
      <Since atMs={endpoint.connectionSinceMs ?? endpoint.lastContactAtMs ?? endpoint.enrolledAtMs} />
    </StateBadge>
  );
}

/** Revocations that this endpoint has not confirmed; nothing where there are none. */
export function PendingRevocations({ endpoint }: { readonly endpoint: Endpoint }) {
  const [oldest] = endpoint.pendingRevocations.toSorted((one, other) => one.sinceMs - other.sinceMs);
  if (oldest === undefined) return <None />;
  const count = endpoint.pendingRevocations.length;
  return (
    <StateBadge tone="pending">
      {count === 1 ? "1 revocation" : `${count} revocations`}, pending since <Since atMs={oldest.sinceMs} />
    </StateBadge>
  );
}
