import type { Schema } from "@holdfast/api-client/client";
import type { Tone } from "@holdfast/ui/state-badge";

const words: Readonly<Record<Schema<"SigningStatus">, { readonly tone: Tone; readonly text: string }>> = {
  pending: { tone: "pending", text: "Waits for you" },
  signed: { tone: "good", text: "Signed" },
  declined: { tone: "quiet", text: "Declined" },
  cancelled: { tone: "quiet", text: "Taken back" },
  expired: { tone: "quiet", text: "Too late" },
  void: { tone: "caution", text: "Void" },
};

/** How an order stands, in a word or two. */
export function statusOf(status: Schema<"SigningStatus">): { readonly tone: Tone; readonly text: string } {
  return words[status];
}
