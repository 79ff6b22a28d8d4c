import type { Factor, UserPolicy, Workflow, WorkflowSteps } from "@holdfast/protocol/policy";
import { isSentCode } from "./workflows.ts";

/** Factors that sign what is shown to them, so that an order signed by one of them is the order that was seen. */
export const signingFactors: readonly Factor[] = ["passkey", "push"];

/** Workflows in which a temporary code may stand for the second factor (TC-8). */
export const temporaryCodeWorkflows = ["workstation", "remote-access"] as const satisfies readonly Workflow[];

/** Too weak, or not in the person's own hand, for his signature (TC-9, SECURITY §3). */
const neverForOrders: readonly Factor[] = ["temporary-code", "sms-code", "email-code", "recovery-code"];

/** What the help desk gives at an endpoint without a network: nobody's choice of a workflow. */
export const neverInWorkflows: readonly Factor[] = ["bypass-code", "ocra"];

/** Which factors may not stand where they stand; null: all may. One sentence for the administrator. */
export function misplacedFactor(workflow: Workflow, steps: WorkflowSteps): string | null {
  const all = steps.flat();
  if (all.some((factor) => neverInWorkflows.includes(factor)))
    return "What the help desk gives to a computer without a network is switched on under offline sign-in; a workflow cannot ask for it.";
  if (all.includes("temporary-code")) {
    if (!(temporaryCodeWorkflows as readonly Workflow[]).includes(workflow))
      return "Temporary codes are for sign-in to computers and for remote access only.";
    if (steps[0]?.includes("temporary-code"))
      return "A temporary code stands for the second factor: the first step takes something else.";
  }
  if (steps[0]?.some(isSentCode))
    return "A code by SMS or e-mail is sent to who has proven something already: the first step takes something else.";
  if (steps[0]?.includes("push"))
    return "A request on the phone is sent to who has proven something already: the first step takes something else.";
  if (all.includes("qr-challenge")) {
    if (workflow !== "workstation") return "QR challenges are for sign-in to computers that have no network.";
    if (steps.some((step) => step.includes("qr-challenge") && step.every((one) => one === "qr-challenge")))
      return "A QR challenge works only while a computer has no network: name beside it what is asked for otherwise.";
  }
  if (workflow !== "order-signing") return null;
  if (all.some((factor) => neverForOrders.includes(factor)))
    return "Orders are not signed by temporary codes, codes by SMS or e-mail, or recovery codes.";
  if (steps.length < 2) return "Signing an order takes two factors: give it two steps.";
  return steps.some((step) => step.every((factor) => signingFactors.includes(factor)))
    ? null
    : "One step takes passkeys only: one of the two factors must sign the order itself.";
}

/** What nobody enrols for himself: it is given by others, or comes with something else. */
export const neverEnrolled: readonly Factor[] = [
  "password",
  "temporary-code",
  "bypass-code",
  "ocra",
  "qr-challenge",
];

/** What of `enrolment.rights` is nothing that a person enrols. */
export function notEnrollable({ enrolment }: UserPolicy): readonly Factor[] {
  return enrolment.rights.filter((factor) => neverEnrolled.includes(factor));
}
