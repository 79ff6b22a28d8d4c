import type { EvidenceStrength } from "@holdfast/protocol/proofing-api";

/**
 * Identity proofing of who signs orders: recorded by one administrator, confirmed by another, for the passkeys that the
 * person showed when it was recorded. With any of these gone it is lost, whoever removed it and why (TC-33).
 */
export type Proofing = {
  readonly id: string;
  readonly status: "recorded" | "confirmed" | "ended";
  /** Passkeys at the portal that it vouches for. */
  readonly authenticatorIds: readonly string[];
  readonly recordedBy: string;
};

export type ProofingState =
  | { readonly kind: "none" }
  /** Waits for the second administrator. */
  | { readonly kind: "recorded"; readonly proofing: Proofing }
  | { readonly kind: "confirmed"; readonly proofing: Proofing }
  | { readonly kind: "lost"; readonly proofing: Proofing };

/** `held`: the passkeys that the user has at the portal now, disabled ones too. */
export function proofingState(last: Proofing | null, held: readonly string[]): ProofingState {
  if (last === null) return { kind: "none" };
  const whole = last.authenticatorIds.every((id) => held.includes(id));
  if (last.status === "ended" || !whole) return { kind: "lost", proofing: last };
  return { kind: last.status, proofing: last };
}

/** Pieces of evidence that are enough: SP 800-63A §4.4.1.2, for IAL2. */
export function evidenceIsEnough(strengths: readonly EvidenceStrength[]): boolean {
  const count = (wanted: EvidenceStrength) => strengths.filter((one) => one === wanted).length;
  const [fair, strong, superior] = [count("fair"), count("strong"), count("superior")];
  return superior >= 1 || strong >= 2 || (strong >= 1 && fair >= 2);
}

export const ENOUGH_EVIDENCE =
  "Enough is one piece of superior evidence, two strong ones, or a strong one with two fair ones (NIST SP 800-63A).";

/** Why this administrator cannot confirm; null: he can. Whether he has the right is asked elsewhere. */
export function refusalToConfirm(
  state: ProofingState,
  administratorId: string,
): "nothing-to-confirm" | "recorded-by-oneself" | null {
  if (state.kind !== "recorded") return "nothing-to-confirm";
  return state.proofing.recordedBy === administratorId ? "recorded-by-oneself" : null;
}
