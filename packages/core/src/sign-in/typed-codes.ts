import type { Factor } from "@holdfast/protocol/policy";
import { type Ask, isTypedCode, type TypedCode } from "../policy/workflows.ts";
import { failedFactorOf } from "./settlement.ts";
import type { Base, Check, Facts, Proof } from "./types.ts";

/**
 * Codes of any kind are typed at one prompt. What has the form of a temporary code costs the same whether the user has
 * one, had one or never will, so the check comes before the question whether he has anything to compare it with.
 */

/** The kinds that what was typed is compared with. */
export function kindsToCompare(base: Base, step: readonly Factor[], held: readonly Factor[]): TypedCode[] {
  const kinds = held.filter(isTypedCode).filter((kind) => kind !== "temporary-code");
  return base.mode === "online" && step.includes("temporary-code") ? [...kinds, "temporary-code"] : kinds;
}

/**
 * There was nothing that a code could have been of: told only to who has proven something, and never where a temporary
 * code may have been typed, because that would tell whether there is one.
 */
export function hadNothingToCompare(
  base: Base,
  step: readonly Factor[],
  result: Check,
  proof: Proof,
  facts: Facts,
): boolean {
  const held = step.filter((factor) => factor !== "temporary-code" && hasOne(factor, facts));
  const none = base.mode === "online" && held.length === 0 && proof.factors.length > 0;
  return none && result.check === "wrong" && !isTemporary(step, result);
}

/** The factor under which a wrong code is counted. */
export function failedCodeOf(step: readonly Factor[], result: Check, facts: Facts): Factor {
  return isTemporary(step, result) ? "temporary-code" : failedFactorOf("code", step, facts);
}

/** Whether what an unknown user typed for this is looked at, because it may cost an Argon2id. */
export function burnt({ mode }: Base, ask: Ask): boolean {
  return ask === "password" || ask === "pin" || (ask === "code" && mode === "online");
}

export function hasOne(factor: Factor, facts: Facts): boolean {
  if (factor === "password") return facts.hasPassword;
  if (factor === "hotp") return facts.token !== null;
  return facts.authenticators.some((one) => one.factor === factor);
}

function isTemporary(step: readonly Factor[], result: Check): boolean {
  return result.check === "wrong" && result.form === "temporary-code" && step.includes("temporary-code");
}
