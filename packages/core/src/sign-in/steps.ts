import type { Factor } from "@holdfast/protocol/policy";
import { type Ask, askOf, asksEarly, asksOf, isTypedCode } from "../policy/workflows.ts";
import { requiredSteps } from "./admission.ts";
import { isBypass, worthAsking } from "./bypass.ts";
import { codeLength } from "./given-part.ts";
import type {
  Base,
  Check,
  Collected,
  Effect,
  Facts,
  Given,
  Prompt,
  Proof,
  SecretRef,
  State,
  VerifiedFactor,
} from "./types.ts";

/** A workflow's steps in one attempt: which is due, what answers it, and what an answer proves. */

type Asking = Extract<State, { at: "asking" }>;

/** The first step that nothing was given for, and the usual way to answer it. */
export function stepDue(
  base: Base,
  collected: readonly Collected[],
  facts: Facts,
): { readonly step: readonly Factor[]; readonly ask: Ask } | null {
  const steps = requiredSteps(base, facts);
  // A passkey verifies its user by itself: as an alternative of the first step it is all that is asked, but for orders,
  // which take two factors whatever one of them is.
  const enough = base.workflow !== "order-signing" && steps[0]?.includes("passkey");
  if (enough && collected[0]?.ask === "passkey") return null;
  for (const [index, step] of steps.entries()) {
    const given = collected[index];
    if (given !== undefined && asksOf(step).includes(given.ask)) continue;
    const due = worthAsking(step, base, facts);
    const asks = asksOf(due);
    // Once a challenge is shown there is no other way: who has one is asked for that first.
    return { step: due, ask: asks.find((ask) => ask !== "qr-challenge") ?? first(asks) };
  }
  return null;
}

export function promptsOf(
  base: Base,
  ask: Asking["ask"],
  collected: readonly Collected[],
  facts: Facts,
): Prompt[] {
  const steps = requiredSteps(base, facts);
  if (ask === "password-and-code")
    return [{ ask, factors: ["password", ...(steps[1] ?? []).filter(isTypedCode)] }];
  const step = stepDue(base, collected, facts)?.step ?? [];
  // What was weighed before a challenge was shown is of this challenge: no other way leads on from there.
  const shown = base.mode === "offline" && base.early !== undefined;
  const others = shown ? [] : asksOf(step).filter((one) => one !== ask);
  return [ask, ...others].map((one) => ({
    ask: one,
    factors: step.filter((factor) => askOf(factor) === one),
  }));
}

export function takesOneLine(base: Base, facts: Facts): boolean {
  const [one = [], two = [], ...more] = requiredSteps(base, facts);
  return more.length === 0 && asksOf(one).includes("password") && asksOf(two).includes("code");
}

export function collect(
  state: Asking,
  value: SecretRef,
  sameAsFirst: boolean,
  facts: Facts,
): readonly Collected[] {
  const repeated = sameAsFirst && state.ask === "code" && state.collected[0]?.ask === "password";
  if (state.ask === "password-and-code" || (repeated && state.collected.length === 1)) {
    const digits = codeLength(true, facts.token);
    return [
      { ask: "password", given: { ref: value, take: { allButLast: digits } } },
      { ask: "code", given: { ref: value, take: { last: digits } } },
    ];
  }
  return [...state.collected, { ask: state.ask, given: { ref: value, take: "whole" } }];
}

export function stepAnsweredBy(base: Base, ask: Ask, facts: Facts): readonly Factor[] {
  return requiredSteps(base, facts).find((step) => asksOf(step).includes(ask)) ?? [];
}

/** The code comes last: consuming it must follow every other proof, and a wrong password must not reveal a right code. */
export function inOrderOfChecking(collected: readonly Collected[]): readonly Collected[] {
  const isLast = ({ ask }: Collected) => ask === "code" || ask === "qr-challenge" || isBypass(ask);
  return [...collected.filter((one) => !isLast(one)), ...collected.filter(isLast)];
}

export const nothingProven: Proof = { factors: [], consumed: null, used: [] };

/**
 * Null where a right code has no counter or a match no authenticator: it could be used twice, so it is no proof. Nor is
 * what the step does not take, whatever a shell says.
 */
export function provenBy(
  ask: Ask,
  step: readonly Factor[],
  { match, counter }: Extract<Check, { check: "right" }>,
  facts: Facts,
): Proof | null {
  if (ask === "password") return facts.hasPassword ? { ...nothingProven, factors: ["password"] } : null;
  if (match === undefined) {
    return ask === "code" && step.includes("hotp") && counter !== undefined && facts.token !== null
      ? { factors: ["hotp"], consumed: { tokenId: facts.token.id, counter }, used: [] }
      : null;
  }
  if (askOf(match.factor) !== ask || !step.includes(match.factor)) return null;
  if (match.factor === "hotp" || match.factor === "totp")
    return { factors: [match.factor], consumed: { tokenId: match.id, counter: match.counter }, used: [] };
  const held = facts.authenticators.find(({ id }) => id === match.id);
  return held
    ? { factors: [match.factor], consumed: null, used: [{ id: held.id, version: held.version }] }
    : null;
}

export function isVerified(ask: Ask): ask is VerifiedFactor {
  const own = ask === "passkey" || ask === "pin" || ask === "card" || ask === "qr-challenge";
  return own || asksEarly(ask) || isBypass(ask);
}

export function verifying(factor: VerifiedFactor, userId: string, given: Given): Effect {
  return { id: `check-${factor}`, do: "verify", factor, userId, given };
}

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error("sign-in machine: a step asks for at least one factor");
  return one;
}
