import type { Factor, UserPolicy, Workflow, WorkflowSteps } from "@holdfast/protocol/policy";

/** Kinds of codes that are typed at one prompt: whichever fits counts. */
export const typedCodes = ["hotp", "totp", "recovery-code", "temporary-code"] as const;
export type TypedCode = (typeof typedCodes)[number];

/** Codes that are sent to the person at the sign-in, once he has proven what comes before them. */
export const sentCodes = ["sms-code", "email-code"] as const;
export type SentCode = (typeof sentCodes)[number];

/** What reaches the person at the sign-in, so that it goes only to who has proven what comes before (core/sign-in). */
export type EarlyAsk = SentCode | "push";

export function asksEarly(factor: Factor | "code"): factor is EarlyAsk {
  return factor === "push" || isSentCode(factor);
}

/** What is asked for in one go. */
export type Ask = Exclude<Factor, TypedCode> | "code";

/** What an endpoint can verify by itself: codes that can be known beforehand, and what opens its store. */
const offlineCapable: ReadonlySet<Factor> = new Set<Factor>(["password", "hotp", "qr-challenge"]);

/** What nobody asks for while there is a server (SECURITY §4). */
const offlineOnly: ReadonlySet<Factor> = new Set<Factor>(["qr-challenge"]);

export function isTypedCode(factor: Factor): factor is TypedCode {
  return (typedCodes as readonly Factor[]).includes(factor);
}

export function isSentCode(factor: Factor | "code"): factor is SentCode {
  return (sentCodes as readonly string[]).includes(factor);
}

export function askOf(factor: Factor): Ask {
  return isTypedCode(factor) ? "code" : factor;
}

/** The ways to answer a step, in the policy's order. */
export function asksOf(step: readonly Factor[]): Ask[] {
  return [...new Set(step.map(askOf))];
}

/** A workflow's steps with the alternatives that this client can carry. An empty step cannot be passed there. */
export function stepsFor(
  steps: WorkflowSteps,
  client: { readonly mode: "online" | "offline"; readonly passkeys: boolean },
): readonly (readonly Factor[])[] {
  return steps.map((step) =>
    step.filter((factor) =>
      client.mode === "offline"
        ? offlineCapable.has(factor)
        : !offlineOnly.has(factor) && (factor !== "passkey" || client.passkeys),
    ),
  );
}

/** A workflow's steps; none where the policy has it not at all. */
export function stepsOf(policy: UserPolicy, workflow: Workflow): WorkflowSteps {
  return policy.workflows[workflow] ?? [];
}

/** Whether a workflow takes this factor anywhere. */
export function takes(policy: UserPolicy, workflow: Workflow, factor: Factor): boolean {
  return stepsOf(policy, workflow).some((step) => step.includes(factor));
}

/** Whether every step of a workflow has an alternative that an endpoint can verify by itself; a challenge, of who has a phone for it. */
export function worksOffline(policy: UserPolicy, workflow: Workflow, hasPhone: boolean): boolean {
  const steps = stepsOf(policy, workflow);
  const works = (factor: Factor) => offlineCapable.has(factor) && (hasPhone || factor !== "qr-challenge");
  return steps.length > 0 && steps.every((step) => step.some(works));
}

/**
 * Whether an offline sign-in asks for a code: some step has no other alternative that works there. Who has a phone for it
 * answers a challenge wherever the step takes one.
 */
export function needsCodeOffline(policy: UserPolicy, workflow: Workflow, hasPhone = false): boolean {
  return stepsOf(policy, workflow).some(
    (step) =>
      step.includes("hotp") && !step.includes("password") && !(hasPhone && step.includes("qr-challenge")),
  );
}

/** Whether an offline sign-in asks for the password, which alone opens an endpoint's store (SECURITY §1). */
export function needsPasswordOffline(policy: UserPolicy, workflow: Workflow): boolean {
  return stepsOf(policy, workflow).some((step) => step.includes("password"));
}

/**
 * Whether what was proven satisfies a workflow. A passkey that is an alternative of the first step satisfies all of it:
 * possession and user verification are two factors in one (NIST SP 800-63B §5.1.9).
 */
export function satisfies(policy: UserPolicy, workflow: Workflow, proven: readonly Factor[]): boolean {
  const steps = stepsOf(policy, workflow);
  if (steps.length === 0) return false;
  if (workflow !== "order-signing" && proven.includes("passkey") && steps[0]?.includes("passkey"))
    return true;
  return steps.every((step) => step.some((factor) => proven.includes(factor)));
}
