import type { Schema } from "@holdfast/api-client/client";
import { StateBadge } from "@holdfast/ui/state-badge";

type Token = Schema<"TokenView">;

export function TokenState({ token: { status } }: { readonly token: Pick<Token, "status"> }) {
  if (status === "enabled") return <StateBadge tone="good">Enabled</StateBadge>;
  if (status === "pending") return <StateBadge tone="caution">Waits for its first code</StateBadge>;
  if (status === "disabled") return <StateBadge tone="quiet">Disabled</StateBadge>;
  return <StateBadge tone="bad">Revoked</StateBadge>;
}

/** Codes that must stay between cache and window, so that a token in step is found again (AMB-OTP-2). */
export const windowMargin = 5;

/** A cache larger than window − 5 could leave a token out of step after an outage. */
export function cacheWarning(token: Pick<Token, "cacheSize" | "effectiveWindowSize">): string | null {
  if (token.cacheSize === null || token.cacheSize <= token.effectiveWindowSize - windowMargin) return null;
  return `A cache of ${token.cacheSize} is more than the window of ${token.effectiveWindowSize} less ${windowMargin}: after an outage the server might no longer find the token's place.`;
}
