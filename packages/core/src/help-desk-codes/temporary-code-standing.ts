import type { Factor, UserPolicy, Workflow } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type {
  TemporaryCodeCreation,
  TemporaryCodeSettings,
  TemporaryCodeUse,
  TemporaryCodeWorkflow,
} from "@holdfast/protocol/temporary-codes-api";
import { temporaryCodeWorkflows } from "../policy/workflow-rules.ts";
import { takes } from "../policy/workflows.ts";

/** What a temporary code is worth: who may have one, for how long, and what it still opens. */

/** Why a code is none any more. */
export type TemporaryCodeEnd =
  | "expired"
  /** Good for one sign-in, and that was it. */
  | "used-up"
  | "revoked"
  | "replaced"
  /** The person signed in with what he usually has (TC-7, AMB-TC-8). */
  | "usual-factor-used"
  /** He has a method again, over whatever channel (TC-6, AMB-TC-3). */
  | "method-enrolled"
  | "user-locked"
  | "device-stolen"
  /** A backup was restored: nobody knows what happened to it since. */
  | "restored";

/** What is kept of a code that matters here. */
export type KeptTemporaryCode = {
  readonly use: TemporaryCodeUse;
  readonly workflows: readonly TemporaryCodeWorkflow[];
  readonly expiresAtMs: number;
  readonly endedWhy: TemporaryCodeEnd | null;
};

/** Why a code that was typed right opens nothing: for the audit; the person hears what he always hears. */
export type TemporaryCodeRefusal = TemporaryCodeEnd | "temporary-codes-disabled" | "workflow-not-allowed";

/** Null: the code opens this workflow now. The first reason in the order in which a help desk would look. */
export function whyNotGood(
  code: KeptTemporaryCode,
  now: {
    readonly allowed: boolean;
    readonly policy: UserPolicy;
    readonly workflow: Workflow;
    readonly nowMs: number;
  },
): TemporaryCodeRefusal | null {
  if (code.endedWhy !== null) return code.endedWhy;
  if (now.nowMs >= code.expiresAtMs) return "expired";
  if (!now.allowed) return "temporary-codes-disabled";
  const bound = (code.workflows as readonly Workflow[]).includes(now.workflow);
  return bound && takes(now.policy, now.workflow, "temporary-code") ? null : "workflow-not-allowed";
}

/** The workflows in which this policy's users may be given one; none: they are not eligible (TC-36, TC-37). */
export function eligibleWorkflows(policy: UserPolicy): TemporaryCodeWorkflow[] {
  return temporaryCodeWorkflows.filter((workflow) => takes(policy, workflow, "temporary-code"));
}

/**
 * A sign-in by which the person resumes what he usually has. Recovery codes and what the help desk gives are what one
 * has instead.
 */
export function isUsualFactor(factor: Factor): boolean {
  return !["password", "recovery-code", "temporary-code", "bypass-code", "ocra"].includes(factor);
}

export type GenerationRefusal = {
  /** Where in the request; null: not in it. */
  readonly path: "use" | "lifetime" | "workflows" | null;
  readonly reason: "not-eligible" | "temporary-codes-disabled" | "beyond-limits";
  readonly text: string;
};

/** Null: the enterprise lets a helper make this code for a user of this policy (TC-17, TC-36, TC-39). */
export function refusalOfGeneration(
  request: Pick<TemporaryCodeCreation, "use" | "lifetime" | "workflows">,
  { allowed, onceOnly, longest }: TemporaryCodeSettings,
  policy: UserPolicy,
): GenerationRefusal | null {
  const eligible = eligibleWorkflows(policy);
  if (eligible.length === 0)
    return {
      path: null,
      reason: "not-eligible",
      text: "This user's policy takes temporary codes neither for sign-in to computers nor for remote access.",
    };
  if (!allowed) return { path: null, reason: "temporary-codes-disabled", text: TEMPORARY_CODES_DISABLED };
  const beyond = (path: GenerationRefusal["path"], text: string) =>
    ({ path, reason: "beyond-limits", text }) as const;
  if (onceOnly && request.use !== "once")
    return beyond("use", "In this enterprise a temporary code is good for one sign-in only.");
  if ((durationSeconds(request.lifetime) ?? Number.POSITIVE_INFINITY) > (durationSeconds(longest) ?? 0))
    return beyond("lifetime", `In this enterprise a temporary code lasts for ${longest} at most.`);
  return (request.workflows ?? eligible).every((one) => eligible.includes(one))
    ? null
    : beyond("workflows", "This user's policy takes no temporary code there.");
}

/** The vendor's own words (TC-39). */
export const TEMPORARY_CODES_DISABLED = "Temporary codes are disabled for this enterprise";
