import type { Factor, UserPolicy, Workflow } from "@holdfast/protocol/policy";
import { stepsOf, takes } from "./workflows.ts";

/**
 * A temporary code before the first second factor is enrolled at the portal (TC-44). A portal cannot tell inside from
 * outside, so what the policy wants of who enrols from outside it wants there of everybody who has no second factor. The
 * codes that count are those for remote access: a code that was lent for computers opens nothing that can be reached from
 * anywhere.
 */

/** The workflow that a temporary code must be good for: the portal takes none of its own (TC-8). */
export function workflowOfCode(policy: UserPolicy, workflow: Workflow): Workflow {
  return codeOpensEnrolment(policy, workflow) ? "remote-access" : workflow;
}

/** Whether a temporary code leads to enrolling at the portal, and to nothing else there. */
export function codeOpensEnrolment(policy: UserPolicy, workflow: Workflow): boolean {
  return (
    workflow === "self-service" &&
    !policy.enrolment.remoteByPassword &&
    stepsOf(policy, workflow).length === 2 &&
    enrolsAt(policy, workflow).length > 0 &&
    takes(policy, "remote-access", "temporary-code")
  );
}

/** What a person may enrol that would let him in there; recovery codes are a way back, not a way in. */
export function enrolsAt(policy: UserPolicy, workflow: Workflow): Factor[] {
  return policy.enrolment.rights.filter(
    (factor) => !neverFirst.has(factor) && takes(policy, workflow, factor),
  );
}

/** The steps of a sign-in at the portal with the code in the place of a second factor. It is asked of everybody alike. */
export function withEnrolmentCode(
  steps: readonly (readonly Factor[])[],
  base: { readonly workflow: Workflow; readonly mode: "online" | "offline"; readonly browser: boolean },
  policy: UserPolicy,
): readonly (readonly Factor[])[] {
  if (base.mode !== "online" || !base.browser || !codeOpensEnrolment(policy, base.workflow)) return steps;
  const [first = [], second = []] = steps;
  return [first, [...second, "temporary-code"]];
}

const neverFirst: ReadonlySet<Factor> = new Set<Factor>(["password", "recovery-code", "temporary-code"]);
