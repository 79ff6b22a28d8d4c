import type { Outcome } from "@holdfast/core/sign-in/types";
import type { Factor, Workflow } from "@holdfast/protocol/policy";

/** An attempt that is not ended within this time is void, and its success is given again no longer than this after. */
export const attemptLifetimeMs = 120_000;

/** What a retry of the same attempt is answered from. */
export type KeptVerdict = {
  readonly atMs: number;
  readonly userName: string;
  readonly workflow: Workflow;
  readonly outcome: Outcome;
};

/** What this run of the attempt has shown by itself. */
export type Shown = {
  readonly userName: string;
  readonly workflow: Workflow;
  readonly proven: ReadonlySet<Factor>;
  readonly nowMs: number;
  /** Whether the user may sign in at all now. */
  readonly active: boolean;
  /** Whether the code typed now is that of this counter, consumed or not. */
  codeIs(consumed: { readonly tokenId: string; readonly counter: number }): boolean;
  /** Whether what was typed now is what used this authenticator up. */
  usedAgain(authenticatorId: string): boolean;
};

/**
 * Whether a kept verdict answers this run: a refusal always does, so that no attempt id buys a second guess; a success
 * only for who shows the same again while a lost answer can still be waited for: else whoever once saw an attempt could
 * make it succeed again at will. The code itself is consumed by now, so that it is only compared.
 */
export function answersRetry({ atMs, outcome, userName, workflow }: KeptVerdict, shown: Shown): boolean {
  if (outcome.kind === "refused") return true;
  if (!shown.active || !(shown.nowMs - atMs < attemptLifetimeMs)) return false;
  if (userName !== shown.userName || workflow !== shown.workflow) return false;
  const { consumed, used } = outcome;
  return outcome.factors.every((factor) =>
    factor === "hotp" || factor === "totp"
      ? consumed !== null && shown.codeIs(consumed)
      : shown.proven.has(factor) || used.some(({ id }) => shown.usedAgain(id)),
  );
}
