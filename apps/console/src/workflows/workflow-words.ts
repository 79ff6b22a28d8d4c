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
    lead: "At endpoints, online and offline. Offline only passwords, event-based codes and answers to QR challenges can be checked.",
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
    lead: "Applications have documents signed. Two factors, of which a passkey or the phone signs the document itself.",
  },
];

/** What can be chosen for it. */
export function factorsFor(workflow: Workflow): readonly Factor[] {
  if (workflow === "order-signing")
    return ["password", "hotp", "totp", "passkey", "push", "pin", "card"] satisfies Factor[];
  if (workflow === "workstation") return workflowFactors;
  // A challenge is shown by an endpoint that has no network.
  const elsewhere = workflowFactors.filter((factor) => factor !== "qr-challenge");
  return workflow === "remote-access" ? elsewhere : elsewhere.filter((factor) => factor !== "temporary-code");
}

/** "Password, then HOTP or TOTP". */
export function stepsWords(steps: Steps): string {
  const text = steps
    .map((step) =>
      step.map((factor) => (factor === "pin" ? "PIN" : factorWords[factor].toLowerCase())).join(" or "),
    )
    .join(", then ")
    .replace(/\b(?:[ht]otp|qr)\b/g, (name) => name.toUpperCase())
    .replace("mobile push", "Mobile Push");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * How many factors the weakest way through proves. A passkey with user verification is two in one and answers the whole
 * workflow where the first step takes it (NIST SP 800-63B §5.1.9).
 */
export function factorCount(steps: Steps): number {
  return Math.max(steps.length, steps.every((step) => step.every((factor) => factor === "passkey")) ? 2 : 0);
}
