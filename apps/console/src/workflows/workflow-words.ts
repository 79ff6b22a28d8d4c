import type { Schema } from "@holdfast/api-client/client";
import { type Factor, factorWords, workflowFactors } from "../policies/factor-words.ts";

export type Workflow = Schema<"Workflow">;
type Steps = Schema<"WorkflowSteps">;

export const workflows: readonly {
  readonly workflow: Workflow;
  readonly name: string;
  readonly lead: string;
}[] = [
  {
    workflow: "workstation",
    name: "Workstation",
    lead: "At endpoints, online and offline. Offline only passwords and event-based codes can be checked.",
  },
  { workflow: "remote-access", name: "Remote access", lead: "VPN and other gateways." },
  {
    workflow: "self-service",
    name: "Self-service",
    lead: "The portal, where people manage their own methods.",
  },
  {
    workflow: "administration",
    name: "Administration",
    lead: "This console. It takes two factors or a passkey, whatever the policy says.",
  },
  {
    workflow: "order-signing",
    name: "Order signing",
    lead: "Applications have documents signed. Two factors, and a passkey signs the document itself.",
  },
];

/** What can be chosen for it. */
export function factorsFor(workflow: Workflow): readonly Factor[] {
  if (workflow === "order-signing")
    return ["password", "hotp", "totp", "passkey", "pin", "card"] satisfies Factor[];
  return workflow === "workstation" || workflow === "remote-access"
    ? workflowFactors
    : workflowFactors.filter((factor) => factor !== "temporary-code");
}

/** "Password, then HOTP or TOTP". */
export function stepsWords(steps: Steps): string {
  const text = steps
    .map((step) =>
      step.map((factor) => (factor === "pin" ? "PIN" : factorWords[factor].toLowerCase())).join(" or "),
    )
    .join(", then ")
    .replace(/\b[ht]otp\b/g, (name) => name.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * How many factors the weakest way through proves. A passkey with user verification is two in one and answers the whole
 * workflow where the first step takes it (NIST SP 800-63B §5.1.9).
 */
export function factorCount(steps: Steps): number {
  return Math.max(steps.length, steps.every((step) => step.every((factor) => factor === "passkey")) ? 2 : 0);
}
