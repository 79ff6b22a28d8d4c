import type { Schema } from "@holdfast/api-client/client";
import { StateBadge } from "@holdfast/ui/state-badge";
import { clockTime } from "@holdfast/ui/time-words.ts";

type User = Pick<Schema<"UserView">, "status" | "lockedUntilMs">;

/** Active, disabled, or locked until when. */
export function UserState({ user }: { readonly user: User }) {
  if (user.status === "disabled") return <StateBadge tone="quiet">Disabled</StateBadge>;
  if (isLocked(user)) {
    return <StateBadge tone="bad">Locked until {clockTime(user.lockedUntilMs ?? 0)}</StateBadge>;
  }
  return <StateBadge tone="good">Active</StateBadge>;
}

export function isLocked(user: Pick<User, "lockedUntilMs">): boolean {
  return user.lockedUntilMs !== null && user.lockedUntilMs > Date.now();
}
