import type { Factor } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import { leaseState } from "../lease/lease.ts";
import { lockState } from "../lockout/lockout.ts";
import { withEnrolmentCode } from "../policy/enrolment-code.ts";
import { stepsFor, stepsOf } from "../policy/workflows.ts";
import { answersByPhone, phoneSuspended } from "./by-phone.ts";
import { bypassesOnOffer, withBypasses } from "./bypass.ts";
import type { Base, Facts, Refusal } from "./types.ts";

/** What forbids this sign-in before anything is asked, checked or written: the most lasting reason first. */
export function refusedAtOnce(base: Base, facts: Facts, nowMs: number): Refusal | null {
  if (base.mode === "offline") {
    const reason = refusedOffline(base, facts, nowMs);
    if (reason) return refusal(reason);
  } else if (!canBePassed(requiredSteps(base, facts))) {
    return refusal("factor-not-usable-here");
  }
  const lock = lockState(facts.lockout, nowMs);
  return facts.user !== null && lock.kind === "locked"
    ? { kind: "refused", reason: "locked", lockedUntilMs: lock.untilMs }
    : null;
}

/** Not where a step takes nothing that this client can carry, nor where the policy has the workflow not at all. */
function canBePassed(steps: readonly (readonly Factor[])[]): boolean {
  return steps.length > 0 && steps.every((step) => step.length > 0);
}

/**
 * What forbids an offline sign-in, its lock aside. Codes that are used up forbid nothing where a phone answers, nor any
 * exhaustion where the help desk can stand in; for a sign-in that was made `by` one of his own it is another matter.
 */
export function refusedOffline(
  base: Base,
  facts: Facts,
  nowMs: number,
  by: "hotp" | "qr-challenge" | null = null,
): RefusalReason | null {
  const barred = facts.barred[0];
  if (barred) return barred;
  if (facts.user === null) return "never-signed-in-here";
  if (facts.user.status === "disabled") return "user-disabled";
  if (!facts.policy.offline.enabled) return "offline-not-allowed";
  if (facts.lease === null) return "never-signed-in-here";
  const steps = requiredSteps(base, facts);
  const impossible = steps.findIndex((step) => step.length === 0);
  const second = steps.filter((step) => !step.includes("password"));
  const needsCode = !(by !== "hotp" && second.every((step) => step.includes("qr-challenge")));
  if (phoneSuspended(facts) && (impossible >= 0 || (needsCode && facts.token === null)))
    return "token-suspended-here";
  if (impossible >= 0) return onlineOnlyReason(stepsOf(facts.policy, base.workflow)[impossible] ?? []);
  if (needsCode && facts.token === null)
    return facts.onlineOnly.length > 0 ? onlineOnlyReason(facts.onlineOnly) : "no-token";
  const bypassed = second.length > 0 && by === null && bypassesOnOffer(base, facts).length > 0;
  if (needsCode && facts.token?.suspended && !bypassed) return "token-suspended-here";
  const held = leaseState(facts.lease, { nowMs, behindMs: facts.clockBehindMs }, { code: needsCode });
  if (held.kind === "held" || (bypassed && exhaustion.has(held.reason))) return null;
  return held.reason;
}

/** What a bypass code is for (OTP-23). */
const exhaustion: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  "cache-exhausted",
  "sign-ins-exhausted",
]);

/** Why what works online does not work offline (OTP-3, OTP-4). */
function onlineOnlyReason(factors: readonly Factor[]): RefusalReason {
  if (factors.includes("totp")) return "offline-not-with-totp";
  return factors.includes("passkey") ? "offline-not-with-passkey" : "factor-not-offline-capable";
}

/** The steps of this workflow with the alternatives that this client can carry, in the policy's order. */
export function requiredSteps(
  base: Pick<Base, "workflow" | "mode" | "browser" | "oneLine">,
  facts: Facts,
): readonly (readonly Factor[])[] {
  const client = { mode: base.mode, passkeys: base.browser };
  const steps = stepsFor(stepsOf(facts.policy, base.workflow), client);
  const answerable = answersByPhone(base, facts);
  // A client that can ask only once can show no number.
  const held = steps.map((step) =>
    step.filter((factor) => (factor === "qr-challenge" ? answerable : factor !== "push" || !base.oneLine)),
  );
  return withEnrolmentCode(withBypasses(held, base, facts), base, facts.policy);
}

/** A refusal without a moment at which it ends by itself. */
export function refusal(reason: RefusalReason): Refusal {
  return { kind: "refused", reason, lockedUntilMs: null };
}
