import type { Factor } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import { codeOpensEnrolment, enrolsAt } from "../policy/enrolment-code.ts";
import { takes } from "../policy/workflows.ts";
import { requiredSteps } from "./admission.ts";
import { succeeded } from "./settlement.ts";
import { hasOne } from "./typed-codes.ts";
import type { Base, Facts, Proof, Success } from "./types.ts";

/** Who has no second factor yet, and is let in to enrol one (TC-43 to TC-46). */

/** `enrolmentDue.signInsLeft` where enrolment may be put off for ever. */
export const forEver = 1_000_000;

/**
 * By the password alone, or, where the policy wants it, with a temporary code besides (TC-44): then for enrolling alone.
 * Null for who has anything that was not shown: a step that he cannot pass must not spare him the others.
 */
export function enrolmentInstead(base: Base, proof: Proof, facts: Facts): Success | null {
  if (facts.user === null || !mayEnrol(base, proof, facts)) return null;
  const byCode = byEnrolmentCode(base, proof, facts);
  if (!facts.policy.enrolment.remoteByPassword && !byCode) return null;
  const factors = enrollable(base, facts);
  const signInsLeft = byCode ? 0 : signInsLeftBeforeEnrolling(base, facts);
  return { ...succeeded(facts.user.id, proof), enrolmentDue: { factors, signInsLeft } };
}

/** Whether it was a temporary code where that leads to enrolling and to nothing else. */
export function byEnrolmentCode({ workflow }: Base, proof: Proof, { policy }: Facts): boolean {
  return proof.factors.includes("temporary-code") && !takes(policy, workflow, "temporary-code");
}

/**
 * Why somebody without a second factor is not let in to enrol one. Said alike whether there is a temporary code of his or
 * not; who has one and the password may use it at any time.
 */
export function whyNoEnrolment(base: Base, proof: Proof, facts: Facts): RefusalReason {
  const { policy } = facts;
  const byCode =
    base.workflow === "remote-access"
      ? !policy.enrolment.remoteByPassword && takes(policy, "remote-access", "temporary-code")
      : codeOpensEnrolment(policy, base.workflow);
  const shown: Proof = { ...proof, factors: [...proof.factors, "temporary-code"] };
  return byCode && mayEnrol(base, shown, facts) ? "temporary-code-needed" : "no-token";
}

function mayEnrol(base: Base, proof: Proof, facts: Facts): boolean {
  if (base.mode !== "online" || !(base.browser || base.enrols) || facts.user?.status !== "active")
    return false;
  const taken = requiredSteps(base, facts).flat();
  const withheld = taken.some((one) => hasOne(one, facts) && !proof.factors.includes(one));
  return facts.enrolsByPassword && !withheld && enrollable(base, facts).length > 0;
}

/** Put off for ever is a number, too: of more sign-ins than anybody has (TC-45, TC-46). */
function signInsLeftBeforeEnrolling({ workflow }: Base, { policy, enrolmentPostponed }: Facts): number {
  const { delaySignIns, remoteDelaySignIns } = policy.enrolment;
  if (workflow !== "remote-access") return Math.max(0, delaySignIns - enrolmentPostponed);
  return remoteDelaySignIns === null ? forEver : Math.max(0, remoteDelaySignIns - enrolmentPostponed);
}

/** What the person may enrol that would let him sign in here, with this client. */
function enrollable(base: Base, facts: Facts): Factor[] {
  const remotely = base.workflow === "remote-access" && base.enrols && facts.policy.enrolment.remoteAllowed;
  if (base.workflow !== "self-service" && !remotely) return [];
  const taken = new Set(requiredSteps(base, facts).flat());
  return enrolsAt(facts.policy, base.workflow).filter((factor) => taken.has(factor));
}
