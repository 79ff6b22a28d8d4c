import type { Factor } from "@holdfast/protocol/policy";
import {
  type Ask,
  asksEarly,
  type EarlyAsk,
  isSentCode,
  isTypedCode,
  sentCodes,
} from "../policy/workflows.ts";
import { refusal } from "./admission.ts";
import { wantsChallenge } from "./by-phone.ts";
import { nothingProven } from "./steps.ts";
import type { Base, Collected, Early, Effect, Facts, Outcome, Proof } from "./types.ts";

/**
 * Codes that are sent to the person. A sign-in collects all before it checks anything; but a message goes only to who
 * has proven what comes before it, so this much is weighed early. What was found stays inside: the prompt for the code
 * is the same whatever the password was, and the attempt is counted as a failure, durably, before it is looked at, as an
 * offline one is. Neither the prompt nor the count of failures then tells whether the password was right.
 *
 * A push is asked for in the same way: whoever has not shown the password sees a number and waits, and nobody's phone
 * hears of it.
 *
 * The challenge that an endpoint without a network shows comes after the password in the same way (SECURITY §4): it is the
 * same challenge whatever the password was, because one that nobody could answer would tell that it was wrong.
 */
export function opensEarly(base: Base, ask: Collected["ask"], collected: readonly Collected[]): boolean {
  const afterwards = base.mode === "online" ? asksEarly(ask) : ask === "qr-challenge";
  return afterwards && collected.length > 0;
}

/** How to go on once what came before the code was weighed, or could not be: the same for everybody but for the message. */
export function opened(
  base: Base,
  proof: Proof,
  found: { readonly verdict: Outcome; readonly failed: Factor | null } | null,
  facts: Facts,
): { readonly base: Base; readonly effects: readonly Effect[] } {
  const { opening, early: before, ...rest } = base;
  if (!opening) throw new Error("sign-in machine: nothing was to be sent");
  const { ask, collected } = opening;
  const refused = before?.refused ?? (found && { verdict: refusalOf(found.verdict), failed: found.failed });
  const held = facts.user?.status === "active" && facts.authenticators.some(({ factor }) => factor === ask);
  const early = { weighed: collected.length, proof, refused };
  if (!asksEarly(ask)) return { base: { ...rest, early }, effects: [] };
  const userId = refused === null && held ? (facts.user?.id ?? null) : null;
  const effect: Effect = isSentCode(ask)
    ? { id: "send-code", do: "send-code", by: ask, userId }
    : { id: "ask-phone", do: "ask-phone", userId };
  return { base: { ...rest, early }, effects: [effect] };
}

/** Prompts at which a word may be typed instead of a code, by clients that can only type: no code looks like a word. */
export function takesWords(ask: Ask | "password-and-code"): boolean {
  return ask === "code" || (ask !== "password-and-code" && asksEarly(ask));
}

/** Whether the word for a QR code was typed, where nobody shows one: online (SECURITY §4). */
export function asksForQrOnline(
  ask: Ask | "password-and-code",
  { factor, value }: { readonly factor: Factor | "password-and-code"; readonly value: string },
): boolean {
  const typed = factor !== "password-and-code" && (isTypedCode(factor) || isSentCode(factor));
  return takesWords(ask) && typed && wantsChallenge(value);
}

/**
 * What asks for a code or a push instead of being one: `send` where it is asked for, and `sms`, `email` or `push` at a
 * prompt that takes words. Null: it is a value like others.
 */
export function requestedCode(
  { factor, value }: { readonly factor: string; readonly value: string },
  wordsTaken: boolean,
): EarlyAsk | null {
  const text = value.trim().toLowerCase();
  const named = [...sentCodes, "push" as const].find((one) => one === factor);
  if (named !== undefined) return text === "send" ? named : null;
  if (!wordsTaken) return null;
  return text === "push" ? text : (sentCodes.find((one) => one === `${text}-code`) ?? null);
}

/** What is left to be checked, and what has been proven already. */
export function restOf(
  base: Base,
  collected: readonly Collected[],
): { readonly rest: readonly Collected[]; readonly proof: Proof } {
  return base.early === undefined
    ? { rest: collected, proof: nothingProven }
    : { rest: collected.slice(base.early.weighed), proof: base.early.proof };
}

/** What was found early and ends the attempt now; `spent` looks for what is worth nothing any more. */
export function refusedEarly(
  { early }: Base,
  spent: (proof: Proof) => Factor | null,
): NonNullable<Early["refused"]> | null {
  if (early === undefined || early.refused !== null) return early?.refused ?? null;
  const failed = spent(early.proof);
  return failed === null ? null : { verdict: refusal("wrong-credentials"), failed };
}

/** Nothing but a refusal can be found before the last step: what is more is not enough. */
function refusalOf(verdict: Outcome) {
  return verdict.kind === "refused" ? verdict : refusal("no-token");
}
