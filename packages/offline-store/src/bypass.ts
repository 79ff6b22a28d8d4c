import {
  challengeAnswer,
  challengeHolds,
  challengeLifetimeMs,
  mostTriesOfChallenge,
  newChallenge,
} from "@holdfast/core/help-desk-codes/bypass-challenge";
import { bypassCodeHash, mostUsesOfBypassCode } from "@holdfast/core/help-desk-codes/bypass-code";
import { type BypassFactor, bypassFacts } from "@holdfast/core/sign-in/bypass";
import type { AuthenticatorFacts } from "@holdfast/core/sign-in/types";
import type { BundleInner } from "@holdfast/protocol/bundle";
import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import { fromBase64url, sameBytes, toBase64url, utf8ToBytes } from "./bytes.ts";
import type { Binding, Random } from "./sealing.ts";

/** What the help desk can give here in place of a code (SECURITY §3): counts beside, secrets under the store key. */

export type BypassSecrets = NonNullable<BundleInner["bypass"]>;
type Bypass = StoredUser["bypass"];

export const noBypass: Bypass = { number: 0, floor: 0, uses: 0, challenge: null, challenges: 0 };

/** What is on offer, for core's machine. What lies sealed under another number than the bundle's is of no use. */
export function bypassesOf({ bypass }: StoredUser, sealed: SealedUser): AuthenticatorFacts[] {
  const outer = sealed.bundle.bypass;
  if (outer === null || outer.number !== bypass.number) return [];
  if (sealed.waiting === null && sealed.bypass?.number !== outer.number) return [];
  const allowed = sealed.bundle.policy.offline.bypass;
  const code = outer.code && allowed.includes("code") && codeIsGood(bypass);
  return [
    ...(code ? [bypassFacts("bypass-code", bypass.number)] : []),
    ...(outer.challenge && allowed.includes("challenge") ? [bypassFacts("ocra", bypass.challenges)] : []),
  ];
}

/** The user's record after one of them was used; null: it was used or ended meanwhile. */
export function afterBypassUse(user: StoredUser, factor: BypassFactor): StoredUser | null {
  const { bypass } = user;
  if (factor === "bypass-code")
    return codeIsGood(bypass) ? { ...user, bypass: { ...bypass, uses: bypass.uses + 1 } } : null;
  return bypass.challenge === null ? null : { ...user, bypass: withoutChallenge(bypass) };
}

export function afterChallengeTried(user: StoredUser): StoredUser {
  const { challenge } = user.bypass;
  return challenge === null
    ? user
    : { ...user, bypass: { ...user.bypass, challenge: { ...challenge, tries: challenge.tries + 1 } } };
}

/** An online sign-in here ends whatever was given for the time without one (OTP-23). */
export function afterBeingOnline({ bypass }: StoredUser): Bypass {
  return { ...withoutChallenge(bypass), floor: Math.max(bypass.floor, bypass.number + 1) };
}

export function withNumber({ bypass }: StoredUser, number: number): Bypass {
  return number === bypass.number ? bypass : { ...bypass, number, uses: 0 };
}

export function withBypassFloor({ bypass }: StoredUser, floor: number): Bypass {
  return { ...bypass, floor: Math.max(bypass.floor, floor) };
}

/** The challenge that is to be shown: the one that holds, or a new one, which nobody can replace for its time. */
export function challengeFor(
  user: StoredUser,
  random: Random,
  nowMs: number,
): { readonly user: StoredUser; readonly events: readonly EndpointEventBody[] } {
  const { bypass, userId } = user;
  if (challengeHolds(bypass.challenge, nowMs)) return { user, events: [] };
  const challenge = newChallenge(random, Math.floor(nowMs));
  const { text, expiresAtMs } = challenge;
  return {
    user: { ...user, bypass: { ...bypass, challenge, challenges: bypass.challenges + 1 } },
    events: [{ type: "bypass-challenge", userId, challenge: text, expiresAtMs }],
  };
}

/** What an event says of the bypass that was used; `before` is the record as it was. */
export function bypassTold(
  factors: readonly string[],
  { bypass }: Pick<StoredUser, "bypass">,
): Pick<Extract<EndpointEventBody, { type: "sign-in" }>, "bypass"> {
  if (factors.includes("bypass-code")) return { bypass: { number: bypass.number } };
  if (factors.includes("ocra") && bypass.challenge) return { bypass: { challenge: bypass.challenge.text } };
  return {};
}

/** What is typed, in its form: a wrong form is compared all the same, so that time tells nothing. */
export type TypedBypass = { readonly code: string | null; readonly answer: string | null };

/**
 * Both comparisons, whatever was typed. The try at the challenge was counted before: of the last one allowed the count is
 * reached, and two at once that overstep it are both too many.
 */
export function compareBypass(
  { endpointId, userId }: Binding,
  secrets: BypassSecrets | null,
  { bypass }: Pick<StoredUser, "bypass">,
  typed: TypedBypass,
  nowMs: number,
): { readonly code: boolean; readonly answer: boolean } {
  const number = secrets?.number ?? 1;
  const hash = utf8ToBytes(bypassCodeHash({ endpointId, userId, number }, typed.code ?? ""));
  const sameCode = sameBytes(hash, utf8ToBytes(secrets?.codeHash ?? noHash));
  const key = fromBase64url(secrets?.challengeKey ?? noHash) ?? new Uint8Array(32);
  const { challenge } = bypass;
  const wanted = challengeAnswer(key, { endpointId, userId }, challenge?.text ?? "00000000");
  key.fill(0);
  const sameAnswer = sameBytes(utf8ToBytes(wanted), utf8ToBytes(typed.answer ?? "--------"));
  const inForce = secrets !== null && secrets.number === bypass.number;
  const open = challenge !== null && isOpen(challenge, nowMs);
  return {
    code: sameCode && typed.code !== null && inForce && secrets.codeHash !== null && codeIsGood(bypass),
    answer: sameAnswer && typed.answer !== null && inForce && secrets.challengeKey !== null && open,
  };
}

/** As large as the true ones, for what a wrong password opens. */
export function decoyBypass(number: number): BypassSecrets {
  return { number, codeHash: noHash, challengeKey: noHash };
}

const noHash = toBase64url(new Uint8Array(32));

/** Whoever has checked an answer to it finds that it is another's turn. */
function withoutChallenge(bypass: Bypass): Bypass {
  return bypass.challenge === null
    ? bypass
    : { ...bypass, challenge: null, challenges: bypass.challenges + 1 };
}

function isOpen(challenge: NonNullable<Bypass["challenge"]>, nowMs: number): boolean {
  const inTime = nowMs < challenge.expiresAtMs && challenge.expiresAtMs <= nowMs + challengeLifetimeMs;
  return inTime && challenge.tries <= mostTriesOfChallenge;
}

function codeIsGood({ number, floor, uses }: Bypass): boolean {
  return number > 0 && number >= floor && uses < mostUsesOfBypassCode;
}
