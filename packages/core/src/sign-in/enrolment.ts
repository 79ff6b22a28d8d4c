import type { Factor } from "@holdfast/protocol/policy";
import { requiredSteps } from "./admission.ts";
import { succeeded } from "./settlement.ts";
import { hasOne } from "./typed-codes.ts";
import type { Base, Facts, Proof, Success } from "./types.ts";

/** Who has no second factor yet, and is let in to enrol one (TC-43 to TC-46). */

/** `enrolmentDue.signInsLeft` where enrolment may be put off for ever. */
export const forEver = 1_000_000;

/** Null for who has anything that was not shown: a step that he cannot pass must not spare him the others. */
export function enrolmentInstead(base: Base, proof: Proof, facts: Facts): Success | null {
  if (base.mode !== "online" || !(base.browser || base.enrols) || facts.user?.status !== "active")
    return null;
  const taken = requiredSteps(base, facts).flat();
  const withheld = taken.some((one) => hasOne(one, facts) && !proof.factors.includes(one));
  const factors = enrollable(base, facts);
  if (!facts.enrolsByPassword || withheld || factors.length === 0) return null;
  const signInsLeft = signInsLeftBeforeEnrolling(base, facts);
  return { ...succeeded(facts.user.id, proof), enrolmentDue: { factors, signInsLeft } };
}

/** Put off for ever is a number, too: of more sign-ins than anybody has (TC-45, TC-46). */
function signInsLeftBeforeEnrolling({ workflow }: Base, { policy, enrolmentPostponed }: Facts): number {
  const { delaySignIns, remoteDelaySignIns } = policy.enrolment;
  if (workflow !== "remote-access") return Math.max(0, delaySignIns - enrolmentPostponed);
  return remoteDelaySignIns === null ? forEver : Math.max(0, remoteDelaySignIns - enrolmentPostponed);
}

/** What the person may enrol that would let him sign in here; recovery codes are a way back, not a way in. */
function enrollable(base: Base, facts: Facts): Factor[] {
  const { rights, remoteAllowed, remoteByPassword } = facts.policy.enrolment;
  const remotely = base.workflow === "remote-access" && base.enrols && remoteAllowed && remoteByPassword;
  if (base.workflow !== "self-service" && !remotely) return [];
  const taken = new Set(requiredSteps(base, facts).flat());
  return rights.filter((factor) => factor !== "password" && factor !== "recovery-code" && taken.has(factor));
}
