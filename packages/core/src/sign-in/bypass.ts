import type { Factor } from "@holdfast/protocol/policy";
import { answersByPhone } from "./by-phone.ts";
import type { AuthenticatorFacts, Base, Facts } from "./types.ts";

/**
 * What the help desk gives at an endpoint without a network (OTP-23): a bypass code or the answer to a challenge stands
 * for the one-time code there, never for the password. It is asked for once codes or sign-ins are used up or the token is
 * suspended, and before that where the person wants it.
 */

export const bypassFactors = ["bypass-code", "ocra"] as const satisfies readonly Factor[];
export type BypassFactor = (typeof bypassFactors)[number];

export function isBypass(factor: Factor | "code"): factor is BypassFactor {
  return (bypassFactors as readonly string[]).includes(factor);
}

/** What an endpoint has of them, as facts about authenticators. `version` is another once what it stands for was used. */
export function bypassFacts(factor: BypassFactor, version: number): AuthenticatorFacts {
  return { id: factor, factor, nextCounter: 0, version, expired: false };
}

/** Not for a client that can ask only once: it has no prompt for them. */
export function bypassesOnOffer(base: Pick<Base, "mode" | "oneLine">, facts: Facts): readonly BypassFactor[] {
  if (base.mode !== "offline" || base.oneLine || facts.token === null) return [];
  const held = facts.authenticators.map(({ factor }) => factor);
  return bypassFactors.filter((factor) => held.includes(factor));
}

/** The steps of an offline sign-in with what the help desk gives beside the one-time code. */
export function withBypasses(
  steps: readonly (readonly Factor[])[],
  base: Pick<Base, "mode" | "oneLine">,
  facts: Facts,
): readonly (readonly Factor[])[] {
  const bypasses = bypassesOnOffer(base, facts);
  return bypasses.length === 0
    ? steps
    : steps.map((step) => (step.includes("hotp") ? [...step, ...bypasses] : step));
}

/** Why the token's codes get nobody in here now; null: they do. */
export function codesUseless(
  facts: Facts,
): "token-suspended-here" | "cache-exhausted" | "sign-ins-exhausted" | null {
  if (facts.token?.suspended) return "token-suspended-here";
  if (facts.lease === null) return null;
  if (facts.lease.codesLeft <= 0) return "cache-exhausted";
  return facts.lease.signInsLeft <= 0 ? "sign-ins-exhausted" : null;
}

/** The alternatives of a step that are worth asking for: no code that could get nobody in, where there is another way. */
export function worthAsking(
  step: readonly Factor[],
  base: Pick<Base, "mode" | "oneLine">,
  facts: Facts,
): readonly Factor[] {
  const phone = step.includes("qr-challenge") && answersByPhone(base, facts);
  const another = phone || bypassesOnOffer(base, facts).length > 0;
  const useless = codesUseless(facts) !== null || (phone && facts.token === null);
  if (!another || !useless) return step;
  const left = step.filter((factor) => factor !== "hotp");
  return left.length === 0 ? step : left;
}
