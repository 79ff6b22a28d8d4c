import { MOST_SIGN_INS } from "../lease/terms.ts";

/** What the server knows of one user's bundle at one endpoint. */
export type HeldBundle = {
  readonly status: "active" | "destroyed" | "revoked" | "exposed";
  readonly epoch: number;
  readonly sequence: number;
  /** Of the newest bundle that the endpoint has said it holds. */
  readonly acknowledgedSequence: number | null;
  readonly maxSignIns: number;
  /** What the endpoint last said is left. */
  readonly reportedRemaining: number | null;
  /** The latest moment at which any bundle that the endpoint may hold ends. */
  readonly notAfterMs: number;
  readonly freshSignInNeeded: boolean;
  /** An order to delete it that the endpoint has not confirmed. */
  readonly revocationPending: boolean;
};

export type HeldState =
  | "may-sign-in"
  | "expired"
  | "exhausted"
  | "fresh-sign-in-needed"
  | "revocation-pending"
  | "revoked";

/**
 * Whether a user may sign in offline by what he holds at an endpoint, as far as the server can know: an endpoint that is
 * away may have used sign-ins, and honours old rights until it makes contact (DESIGN §7, promise 4).
 */
export function heldState(held: HeldBundle, atMs: number): HeldState {
  if (held.revocationPending) return atMs < held.notAfterMs ? "revocation-pending" : "expired";
  if (held.status !== "active") return "revoked";
  if (atMs >= held.notAfterMs) return "expired";
  if (held.freshSignInNeeded) return "fresh-sign-in-needed";
  return mostSignIns(held) > 0 ? "may-sign-in" : "exhausted";
}

/**
 * Sign-ins that the endpoint may still allow, by what it has last said. What happened elsewhere since does not lessen
 * it, because the endpoint need not know. Until it has said that it holds the newest bundle, it may hold one before.
 */
export function mostSignIns(held: Omit<HeldBundle, "revocationPending">): number {
  const { sequence, acknowledgedSequence, maxSignIns, reportedRemaining } = held;
  if (acknowledgedSequence === sequence) return Math.min(maxSignIns, reportedRemaining ?? maxSignIns);
  if (sequence === 1 && held.epoch === 1) return maxSignIns;
  const oneBefore = acknowledgedSequence === sequence - 1 ? reportedRemaining : null;
  return Math.max(maxSignIns, oneBefore ?? MOST_SIGN_INS);
}
