import type { Factor, UserPolicy, Workflow } from "@holdfast/protocol/policy";
import { stepsOf, takes } from "./workflows.ts";

/** Where somebody without a second factor may be let in by the password alone, because he may enrol one later. */
const enrolLater = ["remote-access", "self-service"] as const satisfies readonly Workflow[];
type EnrolLater = (typeof enrolLater)[number];

/** Whether a person without a second factor may put enrolling off (TC-45, TC-46). */
export function mayPutOffEnrolment({ enrolment }: UserPolicy, workflow: EnrolLater): boolean {
  return workflow === "self-service"
    ? enrolment.remoteByPassword && enrolment.delaySignIns > 0
    : enrolment.remoteAllowed && enrolment.remoteByPassword && enrolment.remoteDelaySignIns !== 0;
}

/** Whether any of these kinds is a second factor there. Recovery codes are a way back to one (TC-46). */
export function hasSecondFactor(policy: UserPolicy, workflow: Workflow, kinds: readonly Factor[]): boolean {
  return kinds.some(
    (kind) => kind !== "password" && kind !== "recovery-code" && takes(policy, workflow, kind),
  );
}

/**
 * Workflows of two steps that would let a person with these kinds of authenticators in by the password alone, for as long
 * as he may put enrolling off (TC-45).
 */
export function passwordOnlyWorkflows(policy: UserPolicy, kinds: readonly Factor[]): EnrolLater[] {
  return enrolLater.filter(
    (workflow) =>
      stepsOf(policy, workflow).length > 1 &&
      mayPutOffEnrolment(policy, workflow) &&
      !hasSecondFactor(policy, workflow, kinds),
  );
}

/** Whether a policy is the remedy: in it, enrolling is put off nowhere (TC-45). */
export function enrolsAtOnce(policy: UserPolicy): boolean {
  return !enrolLater.some((workflow) => mayPutOffEnrolment(policy, workflow));
}
