import type { LeaseFacts } from "../sign-in/types.ts";
import type { EffectiveTime } from "./effective-time.ts";

export type LeaseRefusal =
  | "never-signed-in-here"
  | "fresh-online-sign-in-needed"
  | "clock-set-back"
  | "lease-expired"
  | "cache-exhausted"
  | "sign-ins-exhausted";

export type LeaseState =
  | { readonly kind: "held" }
  | { readonly kind: "refused"; readonly reason: LeaseRefusal };

/**
 * Whether the right to sign in offline holds now. Of several reasons the one is told whose cure needs most: nothing was
 * ever here, a conflict wants a fresh sign-in, time is up, codes or sign-ins are used up.
 *
 * A clock set back does not end a lease (UNI-6: sign-in goes on by effective time, with a warning); but where the lease
 * is over and the wall clock shows a time before its end, the person is told about the clock, or he would not believe it.
 */
export function leaseState(
  lease: LeaseFacts | null,
  effective: EffectiveTime,
  needs: { readonly code: boolean } = { code: true },
): LeaseState {
  if (lease === null || lease.lastOnlineMs === null) return refused("never-signed-in-here");
  if (lease.freshSignInNeeded) return refused("fresh-online-sign-in-needed");
  if (effective.nowMs >= lease.notAfterMs) {
    const wallMs = effective.nowMs - effective.behindMs;
    return refused(wallMs < lease.notAfterMs ? "clock-set-back" : "lease-expired");
  }
  if (needs.code && lease.codesLeft <= 0) return refused("cache-exhausted");
  if (lease.signInsLeft <= 0) return refused("sign-ins-exhausted");
  return { kind: "held" };
}

/** Offline sign-ins left: what the person is told, and what `holdfast status` shows. */
export function remainingSignIns(
  lease: Pick<LeaseFacts, "signInsLeft" | "codesLeft">,
  needs: { readonly code: boolean } = { code: true },
): number {
  const left = needs.code ? Math.min(lease.signInsLeft, lease.codesLeft) : lease.signInsLeft;
  return Math.max(0, left);
}

function refused(reason: LeaseRefusal): LeaseState {
  return { kind: "refused", reason };
}
