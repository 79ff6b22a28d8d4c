import type { Factor } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import { leaseState } from "../lease/lease.ts";
import { lockState } from "../lockout/lockout.ts";
import type { Base, Facts, Refusal } from "./types.ts";

/** What forbids this sign-in before anything is asked, checked or written: the most lasting reason first. */
export function refusedAtOnce(base: Base, facts: Facts, nowMs: number): Refusal | null {
  if (base.mode === "offline") {
    const reason = refusedOffline(base, facts, nowMs);
    if (reason) return refusal(reason);
  }
  const lock = lockState(facts.lockout, nowMs);
  return facts.user !== null && lock.kind === "locked"
    ? { kind: "refused", reason: "locked", lockedUntilMs: lock.untilMs }
    : null;
}

function refusedOffline(base: Base, facts: Facts, nowMs: number): RefusalReason | null {
  const barred = facts.barred[0];
  if (barred) return barred;
  if (facts.user === null) return "never-signed-in-here";
  if (facts.user.status === "disabled") return "user-disabled";
  if (!facts.policy.offline.enabled) return "offline-not-allowed";
  if (facts.lease === null) return "never-signed-in-here";
  const needsCode = requiredFactors(base, facts).includes("hotp");
  if (needsCode && facts.token === null) return "no-token";
  if (needsCode && facts.token?.suspended) return "token-suspended-here";
  const held = leaseState(facts.lease, { nowMs, behindMs: facts.clockBehindMs }, { code: needsCode });
  return held.kind === "refused" ? held.reason : null;
}

/** The factors that this workflow asks for, in the policy's order. */
export function requiredFactors(base: Base, facts: Facts): readonly Factor[] {
  return facts.policy.workflows[base.workflow];
}

/** A refusal without a moment at which it ends by itself. */
export function refusal(reason: RefusalReason): Refusal {
  return { kind: "refused", reason, lockedUntilMs: null };
}
