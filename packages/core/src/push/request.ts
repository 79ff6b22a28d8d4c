import type { PushReason, PushStatement } from "@holdfast/protocol/push-api";
import { PUSH_LIFETIME_SECONDS } from "@holdfast/protocol/push-api";
import { type PhoneFacts, type PushStanding, pushReadiness } from "./readiness.ts";

/**
 * One push request from asking to answer (SECURITY §3). The sign-in shows two digits, the phone's owner types them, the
 * phone signs what he decided. One request waits per user and a second never takes its place, so that nobody who keeps
 * asking gets an approval that was meant for another sign-in.
 */

export const pushLifetimeMs = PUSH_LIFETIME_SECONDS * 1000;

/** More would be somebody who hopes to tire a person out (REG-27). */
export const pushLimits = [
  { mostAsked: 5, withinMs: 60_000 },
  { mostAsked: 20, withinMs: 3_600_000 },
] as const;

/** Why a request went away that nobody has answered. */
export type PushWithdrawn = "withdrawn" | "signed-in-otherwise" | "sign-in-ended";

export function isWithdrawn(outcome: string | null): outcome is PushWithdrawn {
  return outcome !== null && Object.hasOwn(pushWithdrawnTexts, outcome);
}

/** What must be known of earlier requests to weigh one more. */
export const pushMemoryMs = Math.max(...pushLimits.map(({ withinMs }) => withinMs));
export const pushMemory = Math.max(...pushLimits.map(({ mostAsked }) => mostAsked));

/** Whether the user may be asked once more; `askedAtMs`: when he was. */
export function withinPushLimits(askedAtMs: readonly number[], nowMs: number): boolean {
  return pushLimits.every(
    ({ mostAsked, withinMs }) => askedAtMs.filter((atMs) => nowMs - atMs < withinMs).length < mostAsked,
  );
}

/** Two digits without a leading zero out of random bytes, each of the 90 as likely as the others. */
export function pushNumber(random: Uint8Array): string {
  // Bytes from 180 up would make low numbers likelier. All of 32 are so once in 10^17.
  const byte = random.find((one) => one < 180) ?? 0;
  return String(10 + (byte % 90));
}

export type PushRequestFacts = {
  readonly id: string;
  readonly challenge: string;
  /** What the sign-in shows. */
  readonly number: string;
  readonly digest: string | null;
  readonly expiresAtMs: number;
  /** Null: nobody has answered. */
  readonly outcome: string | null;
};

export type PushAnswerRefusal =
  | "answered-before"
  /** The sign-in that asked is over, or an administrator ended the request. */
  | "withdrawn"
  | "expired"
  /** The statement is about another request, or another phone signed it. */
  | "not-of-this-request"
  | "phone-may-not"
  | "biometric-missing"
  | "push-disabled";

export type WeighedAnswer =
  | { readonly kind: "approved" | "denied" | "reported" | "wrong-number"; readonly reason: PushReason | null }
  | { readonly kind: "refused"; readonly why: PushAnswerRefusal };

/**
 * What an answer is worth whose signature fits this phone's approval key. `biometric`: the phone's credential signed it
 * too, its owner verified. Saying no needs neither that nor any right: who says no must always be heard.
 */
export function weighAnswer(
  request: PushRequestFacts,
  statement: PushStatement,
  by: { readonly phone: PhoneFacts; readonly standing: PushStanding | null; readonly biometric: boolean },
  nowMs: number,
): WeighedAnswer {
  const same =
    statement.id === request.id &&
    statement.challenge === request.challenge &&
    statement.phoneId === by.phone.id &&
    statement.digest === request.digest;
  if (!same) return refused("not-of-this-request");
  // Whoever has the password could end his attempt before anybody has read what it asked: that is heard even so.
  const late = isWithdrawn(request.outcome) && statement.decision !== "report";
  if (late) return refused("withdrawn");
  if (request.outcome !== null && !isWithdrawn(request.outcome)) return refused("answered-before");
  if (nowMs >= request.expiresAtMs) return refused("expired");
  if (statement.decision === "report") return { kind: "reported", reason: "not-me" };
  if (statement.decision === "deny") return { kind: "denied", reason: statement.reason };
  const ready = pushReadiness(by.standing, [by.phone]);
  if (ready.kind === "not-ready")
    return refused(
      ready.why === "not-enabled"
        ? "push-disabled"
        : ready.why === "no-phone-with-biometric"
          ? "biometric-missing"
          : "phone-may-not",
    );
  if (by.standing?.requireBiometric && !by.biometric) return refused("biometric-missing");
  return { kind: statement.number === request.number ? "approved" : "wrong-number", reason: null };
}

/** What the phone's owner reads of an answer that counts for nothing. */
export const pushRefusalTexts: Readonly<Record<PushAnswerRefusal, string>> = {
  "answered-before": "This sign-in was answered before. An answer counts once.",
  withdrawn: "This sign-in is over, so there is nothing to answer any more.",
  expired: "The time to answer this sign-in is over. Begin it again.",
  "not-of-this-request": "This answer belongs to another sign-in or another phone.",
  "phone-may-not": "This phone may not approve sign-ins.",
  "biometric-missing":
    "Your administrator wants a fingerprint or face for approvals, and this phone did not give one. Register this phone again with them, or use another way to sign in.",
  "push-disabled": "Mobile Push was switched off for you. Use another way to sign in.",
};

/** And of one that counts. */
export const pushOutcomeTexts: Readonly<Record<"approved" | "denied" | "reported" | "wrong-number", string>> =
  {
    approved: "Approved.",
    denied: "Denied. Nobody gets in by this sign-in.",
    reported: "Reported. Nobody gets in by this sign-in, and your administrators know that it was not you.",
    "wrong-number": "That is not the number of this sign-in, so it was refused. Begin it again.",
  };

/** What the phone's owner reads of a request that went away before he has answered it. */
export const pushWithdrawnTexts: Readonly<Record<PushWithdrawn, string>> = {
  "signed-in-otherwise":
    "You signed in another way, so your phone is not needed any more. If that was not you, say so.",
  "sign-in-ended": "The sign-in that asked you has ended without you. If you did not begin it, say so.",
  withdrawn: "An administrator's change has ended this. Begin again.",
};

/** Of an order, which is signed and not signed in to. */
export const orderWithdrawnTexts: Readonly<Record<PushWithdrawn, string>> = {
  "signed-in-otherwise": "You signed this order another way. If that was not you, say so.",
  "sign-in-ended": "This signature was called off. If you did not begin it, say so.",
  withdrawn: pushWithdrawnTexts.withdrawn,
};

/** Where a sign-in stands that shows a number, whether or not anybody was asked. */
export function pushWait(
  wait: { readonly askedAtMs: number; readonly outcome: string | null },
  nowMs: number,
): "wait" | "approved" | "over" {
  if (wait.outcome === "approved") return "approved";
  // A denial is told at the end of the time only: sooner it would tell that somebody was asked, and so a right password.
  return nowMs - wait.askedAtMs < pushLifetimeMs ? "wait" : "over";
}

function refused(why: PushAnswerRefusal): WeighedAnswer {
  return { kind: "refused", why };
}
