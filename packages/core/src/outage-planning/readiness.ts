import { type HeldBundle, heldState, mostSignIns } from "./held-bundle.ts";

/** A planned outage. Both ends in epoch milliseconds, `fromMs` before `toMs`. */
export type OutageWindow = { readonly fromMs: number; readonly toMs: number };

/**
 * Why somebody who signs in at an endpoint would be locked out during the window, or might be (MDA-33). Strictest
 * first, as they are told.
 */
export type ReadinessGap =
  /** He may not sign in offline there now, and nothing suggests that he will. */
  | "no-right-now"
  /** The right ends before the window does. */
  | "ends-before"
  /** Fewer sign-ins are left than the window is likely to take. */
  | "too-few-sign-ins"
  /** Handed out, and the endpoint has not said that it holds it. */
  | "not-stored-yet";

/** Sign-ins that a person is expected to need on each day, or part of one, without a server. */
export const SIGN_INS_A_DAY = 5;

/** Null: ready. Bundles that were revoked are nobody's right and no gap: they are left out by `endpointReadiness`. */
export function readinessGap(held: HeldBundle, window: OutageWindow, nowMs: number): ReadinessGap | null {
  if (heldState(held, nowMs) !== "may-sign-in") return "no-right-now";
  if (held.notAfterMs < window.toMs) return "ends-before";
  if (mostSignIns(held) < signInsWanted(window)) return "too-few-sign-ins";
  if (held.acknowledgedSequence !== held.sequence) return "not-stored-yet";
  return null;
}

export type EndpointReadiness =
  | { readonly kind: "ready"; readonly people: number }
  /** Nobody could sign in here without a server: nobody who may has signed in here. */
  | { readonly kind: "nobody" }
  | {
      readonly kind: "gaps";
      readonly people: number;
      readonly gaps: Readonly<Partial<Record<ReadinessGap, number>>>;
    };

/** An endpoint is ready where everybody whose right it holds is covered through the whole window. */
export function endpointReadiness(
  holdings: readonly HeldBundle[],
  window: OutageWindow,
  nowMs: number,
): EndpointReadiness {
  const counted = holdings.filter(
    (held) => !["revoked", "revocation-pending"].includes(heldState(held, nowMs)),
  );
  if (counted.length === 0) return { kind: "nobody" };
  const gaps: Partial<Record<ReadinessGap, number>> = {};
  for (const held of counted) {
    const gap = readinessGap(held, window, nowMs);
    if (gap !== null) gaps[gap] = (gaps[gap] ?? 0) + 1;
  }
  return Object.keys(gaps).length === 0
    ? { kind: "ready", people: counted.length }
    : { kind: "gaps", people: counted.length, gaps };
}

/** At least one sign-in, and `SIGN_INS_A_DAY` for each day that the window touches. */
export function signInsWanted({ fromMs, toMs }: OutageWindow): number {
  return SIGN_INS_A_DAY * Math.max(1, Math.ceil((toMs - fromMs) / 86_400_000));
}

/** Whether a refill is worth while because of a window that was announced: it would end a gap. */
export function refillForWindow(
  held: HeldBundle,
  planned: { readonly notAfterMs: number; readonly maxSignIns: number },
  window: OutageWindow,
  nowMs: number,
): boolean {
  if (nowMs >= window.toMs) return false;
  const gap = readinessGap(held, window, nowMs);
  if (gap === "ends-before")
    return planned.notAfterMs >= window.toMs || planned.notAfterMs - held.notAfterMs > 3_600_000;
  if (gap === "too-few-sign-ins") return planned.maxSignIns > mostSignIns(held);
  return false;
}
