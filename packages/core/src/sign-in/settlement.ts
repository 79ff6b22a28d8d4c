import type { Factor } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import { isUsualFactor } from "../help-desk-codes/temporary-code-standing.ts";
import { clearFailures, countFailure, wrongCode } from "../lockout/lockout.ts";
import { type Ask, isSentCode, isTypedCode } from "../policy/workflows.ts";
import { phoneOf } from "./by-phone.ts";
import { isBypass } from "./bypass.ts";
import type {
  Base,
  Change,
  Check,
  Facts,
  Lockout,
  Outcome,
  Proof,
  Refusal,
  SignInAudit,
  Success,
} from "./types.ts";

/** The factor under which a wrong answer is counted: of typed codes that of the token, or the first that is taken. */
export function failedFactorOf(ask: Ask, step: readonly Factor[], facts: Facts): Factor {
  if (ask !== "code") return ask;
  if (facts.token !== null && step.includes("hotp")) return "hotp";
  const held = facts.authenticators.find(({ factor }) => factor !== "passkey" && step.includes(factor));
  return held?.factor ?? step.find(isTypedCode) ?? "hotp";
}

/** A finding beyond "wrong" is told only to somebody who has the password right. */
export function reasonFor(
  result: Check | null,
  facts: Facts,
  failedFactor: Factor,
  proven: readonly Factor[],
): RefusalReason {
  // Whose account is disabled hears that: a lock disables his authenticators besides (UNI-4).
  if (result?.check === "unusable")
    return result.reason === "no-token" && facts.user?.status === "disabled"
      ? "user-disabled"
      : result.reason;
  const passwordKnown = isTypedCode(failedFactor) && proven.includes("password") && facts.user !== null;
  if (passwordKnown && result?.check === "far") return "token-out-of-step";
  if (passwordKnown && result?.check === "exposed") return "code-exposed";
  return "wrong-credentials";
}

/** A push that came to nothing ends in the same words whether a password was wrong or nobody approved. */
export function asTold(verdict: Refusal, asks: readonly Ask[]): Refusal {
  return verdict.reason === "wrong-credentials" && asks.includes("push")
    ? { ...verdict, reason: "push-not-approved" }
    : verdict;
}

/** Findings that are nobody's guess: they neither count as failures nor clear any. */
export const uncounted: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  "no-token",
  "temporary-code-needed",
  "user-disabled",
  "token-cached-offline",
  "pin-expired",
  "store-damaged",
  "store-rolled-back",
  "storage-failed",
  "busy",
]);

/** Offline, and before a code was sent, the failure was counted ahead; else it is counted now. */
export function lockoutAfter(base: Base, verdict: Outcome, facts: Facts, nowMs: number) {
  if (verdict.kind === "succeeded") return clearFailures();
  return base.mode === "offline" || base.early
    ? facts.lockout
    : countFailure(facts.lockout, facts.policy.lockout, nowMs);
}

export function successChanges(base: Base, verdict: Success, facts: Facts): Change[] {
  const write: Change[] = [];
  if (facts.lockout.failures > 0 || facts.lockout.lockedUntilMs !== null)
    write.push({ change: "lockout", lockout: clearFailures() });
  if (verdict.consumed) write.push({ change: "code-consumed", ...verdict.consumed });
  for (const { id } of verdict.used) write.push(useOf(id, facts));
  if (facts.temporaryCodeKept && verdict.factors.some(isUsualFactor))
    write.push({ change: "temporary-code-ended" });
  if (verdict.enrolmentDue) write.push({ change: "enrolment-postponed" });
  const phone = phoneOf(facts);
  const byPhone = verdict.factors.includes("qr-challenge");
  if (byPhone && phone?.wrongCodes)
    write.push({ change: "wrong-codes", tokenId: phone.id, wrongCodes: 0, suspended: false });
  // What help desk or phone gave proves nothing about the token: a suspended one stays so until the server is heard.
  if (facts.token && facts.token.wrongCodes > 0 && !byPhone && !verdict.factors.some(isBypass))
    write.push({ change: "wrong-codes", tokenId: facts.token.id, wrongCodes: 0, suspended: false });
  if (base.mode === "offline") write.push({ change: "sign-in-counted" });
  return write;
}

function useOf(id: string, facts: Facts): Change {
  return facts.authenticators.find((one) => one.id === id)?.factor === "temporary-code"
    ? { change: "temporary-code-used", id }
    : { change: "authenticator-used", authenticatorId: id };
}

export function failureChanges(
  base: Base,
  failedFactor: Factor | null,
  proven: readonly Factor[],
  lockout: Lockout,
  facts: Facts,
): Change[] {
  if (base.mode === "online") {
    const tried = failedFactor !== null && isSentCode(failedFactor) && proven.length > 0;
    return [
      ...(base.early ? [] : [{ change: "lockout" as const, lockout }]),
      ...(tried ? [{ change: "sent-code-tried" as const, by: failedFactor }] : []),
    ];
  }
  const write: Change[] = [];
  if (failedFactor === "hotp" && proven.includes("password") && facts.token) {
    write.push({ change: "wrong-codes", tokenId: facts.token.id, ...wrongCode(facts.token) });
  }
  const phone = failedFactor === "qr-challenge" && proven.includes("password") ? phoneOf(facts) : null;
  if (phone)
    write.push({
      change: "wrong-codes",
      tokenId: phone.id,
      ...wrongCode({ wrongCodes: phone.wrongCodes ?? 0 }),
    });
  const destroyAfter = facts.policy.offline.destroyAfterFailures;
  if (destroyAfter !== null && lockout.failures >= destroyAfter) write.push({ change: "bundle-destroyed" });
  return write;
}

/** The factor of which somebody else has used or changed what this attempt found right; null: all is as it was. */
export function spentMeanwhile({ consumed, used, factors }: Proof, facts: Facts): Factor | null {
  if (factors.includes("password") && !facts.hasPassword) return "password";
  if (consumed !== null) {
    const ofToken = facts.token?.id === consumed.tokenId ? facts.token : null;
    const held = ofToken ?? facts.authenticators.find(({ id }) => id === consumed.tokenId);
    if (!held || consumed.counter < held.nextCounter) return factors.includes("totp") ? "totp" : "hotp";
  }
  const changed = used.some(
    ({ id, version }) => facts.authenticators.find((one) => one.id === id)?.version !== version,
  );
  return changed ? (factors.at(-1) ?? "recovery-code") : null;
}

/** What the audit keeps of an attempt. */
export function auditOf(
  base: Base,
  facts: Facts,
  outcome: Outcome,
  failedFactor: Factor | null,
  proven: readonly Factor[],
  failures: number,
): SignInAudit {
  const refused = outcome.kind === "refused";
  return {
    type: "sign-in",
    attemptId: base.id,
    userId: facts.user?.id ?? null,
    workflow: base.workflow,
    mode: base.mode,
    outcome: outcome.kind,
    reason: refused ? outcome.reason : null,
    factors: proven,
    consumed: refused ? null : outcome.consumed,
    failure: refused && failedFactor && failures > 0 ? { factor: failedFactor, count: failures } : null,
    lockedUntilMs: refused ? outcome.lockedUntilMs : null,
  };
}

export function succeeded(userId: string, { factors, consumed, used }: Proof): Success {
  return { kind: "succeeded", userId, factors, consumed, used, enrolmentDue: null, renewalDue: [] };
}
