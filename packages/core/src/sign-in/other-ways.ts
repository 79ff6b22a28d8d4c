import type { Factor } from "@holdfast/protocol/policy";
import { isTypedCode, takes } from "../policy/workflows.ts";
import { requiredSteps } from "./admission.ts";
import { hasOne } from "./typed-codes.ts";
import type { Base, Facts } from "./types.ts";

/**
 * What the user has besides his event-based token that would have done for it here (OTP-27). To be told only to who has
 * shown his password, as the refusal that it belongs to.
 */
export function otherWaysThanToken(
  base: Pick<Base, "workflow" | "mode" | "browser" | "oneLine">,
  facts: Facts,
): Factor[] {
  const step = requiredSteps(base, facts).find((one) => one.includes("hotp")) ?? [];
  const enough = step.filter(
    (factor) => factor !== "temporary-code" || takes(facts.policy, base.workflow, factor),
  );
  return enough.filter((factor) => factor !== "hotp" && hasOne(factor, facts)).toSorted(byEase);
}

/** What is typed at the same prompt comes first. */
function byEase(a: Factor, b: Factor): number {
  return Number(isTypedCode(b)) - Number(isTypedCode(a));
}
