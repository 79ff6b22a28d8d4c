import type { Outcome } from "@holdfast/core/sign-in/types";
import type { Factor, Workflow } from "@holdfast/protocol/policy";

/** What a retry of the same attempt is answered from. */
export type KeptVerdict = {
  readonly userName: string;
  readonly workflow: Workflow;
  readonly outcome: Outcome;
};

/** What this run of the attempt has shown by itself. */
export type Shown = {
  readonly userName: string;
  readonly workflow: Workflow;
  readonly proven: ReadonlySet<Factor>;
  /** Whether the code typed now is that of this counter, consumed or not. */
  codeIs(consumed: { readonly tokenId: string; readonly counter: number }): boolean;
};

/**
 * Whether a kept verdict answers this run: a refusal always does, so that no attempt id buys a second guess; a success
 * only for who shows the same again. The code itself is consumed by now, so that it is only compared.
 */
export function answersRetry({ outcome, userName, workflow }: KeptVerdict, shown: Shown): boolean {
  if (outcome.kind === "refused") return true;
  if (userName !== shown.userName || workflow !== shown.workflow) return false;
  const { consumed } = outcome;
  return outcome.factors.every((factor) =>
    factor === "hotp" ? consumed !== null && shown.codeIs(consumed) : shown.proven.has(factor),
  );
}
