import type { PushRequestView } from "@holdfast/protocol/push-api";

/** What a request is about, in the words of who is asked. */
export function titleOf({ order }: PushRequestView): string {
  return order === null ? "Are you signing in?" : "Do you sign this order?";
}

export function whatOf({ details, order }: PushRequestView): string {
  if (order !== null) return `${order.title} (for ${details.application})`;
  return details.workflow === "workstation"
    ? `Sign in at ${details.application}`
    : `Sign in to ${details.application}`;
}

/** `18:32:05`, as this phone tells the time. */
export function timeOf(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { timeStyle: "medium" });
}
