import { createHmac } from "node:crypto";
import type { Outcome } from "@holdfast/core/sign-in/types";
import type { Factor, Workflow } from "@holdfast/protocol/policy";
import type { Secrets } from "../../keys/secrets.ts";

/** What a retry of the same attempt is answered from. */
export type KeptVerdict = {
  readonly userName: string;
  readonly workflow: Workflow;
  readonly outcome: Outcome;
  /** Binds a success to the code that brought it; null where none did. */
  readonly codeMark: string | null;
};

/** A MAC of the code alone. The password stays out: it must not be guessable from anything but its Argon2id hash. */
export function codeMark(secrets: Secrets, attemptId: string, code: string): string {
  return createHmac("sha256", secrets.derive("attempt code mark"))
    .update(`${attemptId}\0${code}`)
    .digest("base64url")
    .slice(0, 22);
}

/** What this run of the attempt has shown by itself. */
export type Shown = {
  readonly userName: string;
  readonly workflow: Workflow;
  readonly proven: ReadonlySet<Factor>;
  readonly codeMark: string | null;
};

/**
 * Whether a kept verdict answers this run: a refusal always does, so that no attempt id buys a second guess; a success
 * only for who shows the same again. The code itself is consumed by now and cannot be proven twice.
 */
export function answersRetry(kept: KeptVerdict, shown: Shown): boolean {
  if (kept.outcome.kind === "refused") return true;
  if (kept.userName !== shown.userName || kept.workflow !== shown.workflow) return false;
  return kept.outcome.factors.every((factor) =>
    factor === "hotp" ? kept.codeMark === shown.codeMark : shown.proven.has(factor),
  );
}
