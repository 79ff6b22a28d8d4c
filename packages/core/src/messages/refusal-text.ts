import type { Factor } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import { clockTime, span } from "./lock-time.ts";
import { otherWaysText } from "./other-ways-text.ts";

/** Who may hear a reason without an attacker gaining by it (DESIGN §7, promise 3). */
export type Audience =
  /** Anybody at the prompt: it tells nothing about the password or the code. */
  | "anybody"
  /** Only who has proved the password: before that it would confirm a name or a password. */
  | "after-right-password";

export type RefusalMessage = {
  /** What happened, to the person at the prompt. */
  readonly text: string;
  /** What he can do about it. */
  readonly next: string;
  readonly tellTo: Audience;
};

/** OTP-25: pressing on moves the token away from the server. */
export const TOKEN_CAUTION =
  "Do not keep pressing the token's button: codes skipped now can put it out of step with the server.";

const REFILL = "Sign in once while connected to go on.";
const ASK = "Ask your administrator or help desk.";

/** Every reason, what a person reads and what he does next. The log has the reason itself. */
export const refusalMessages: Readonly<Record<RefusalReason, RefusalMessage>> = {
  "wrong-credentials": {
    text: "Sign-in failed: user name, password or one-time code is not right.",
    next: "Try again with your password and the next code of your token.",
    tellTo: "anybody",
  },
  "push-not-approved": {
    text: "Sign-in failed: user name or password is not right, or the sign-in was not approved on a phone in time.",
    next: "Begin again. If your phone showed nothing, check your password, and that the phone has a network; or sign in another way.",
    tellTo: "anybody",
  },
  "token-out-of-step": {
    text: "Your token is out of step with the server: this code is too far ahead.",
    next: "Use another way to sign in, or ask your help desk to resynchronise the token with two codes in a row. Do not press its button until then.",
    tellTo: "after-right-password",
  },
  "code-exposed": {
    text: "This code cannot be used any more: it was kept on a computer that has been withdrawn, or the server was restored from a backup.",
    next: "Press the token's button again and use the next code. If that is refused too, ask your help desk to move the token forward.",
    tellTo: "after-right-password",
  },
  locked: {
    text: "This account is locked after too many failed sign-ins.",
    next: "Wait until the lock ends, or ask your help desk to unlock the account.",
    tellTo: "anybody",
  },
  "token-suspended-here": {
    text: "Your token is suspended on this computer after too many wrong codes.",
    next: `Connect this computer to the network and sign in again. ${TOKEN_CAUTION}`,
    tellTo: "after-right-password",
  },
  "no-token": {
    text: "No one-time code token that can be used here belongs to your account.",
    next: `${ASK} Offline it takes an event-based (HOTP) token, or a phone that answers QR codes. While connected a temporary code from the help desk does, too: type it whole, as it was read out.`,
    tellTo: "after-right-password",
  },
  "temporary-code-needed": {
    text: "You have no second factor yet, and here your password alone does not let you set one up.",
    next: "Ask your help desk for a temporary code for remote access. Then sign in with your password and that code.",
    tellTo: "after-right-password",
  },
  "token-cached-offline": {
    text: "This token may not be used for remote access while a computer holds its codes for offline sign-in.",
    next: "Use another way to sign in, or ask your help desk.",
    tellTo: "after-right-password",
  },
  "user-disabled": {
    text: "Your account is disabled.",
    next: ASK,
    tellTo: "after-right-password",
  },
  "user-unknown-here": {
    text: "This user cannot sign in on this computer.",
    next: ASK,
    tellTo: "anybody",
  },
  "endpoint-revoked": {
    text: "This computer has been withdrawn from sign-in.",
    next: "Use another computer and tell your administrator: this one must be enrolled again.",
    tellTo: "anybody",
  },
  "system-account": {
    text: "System accounts cannot sign in this way.",
    next: "Sign in as a person. An administrator can allow this account in the computer's local configuration.",
    tellTo: "anybody",
  },
  "offline-not-allowed": {
    text: "The server cannot be reached, and your account may not sign in offline.",
    next: "Connect this computer to the network and sign in again. An administrator can allow offline sign-in.",
    tellTo: "anybody",
  },
  "offline-off-here": {
    text: "The server cannot be reached, and offline sign-in is switched off on this computer.",
    next: "Connect this computer to the network and sign in again.",
    tellTo: "anybody",
  },
  "never-signed-in-here": {
    text: "The server cannot be reached, and nothing for an offline sign-in of this user is kept on this computer.",
    next: "Connect this computer to the network and sign in once; afterwards offline sign-in works.",
    tellTo: "anybody",
  },
  "cache-exhausted": {
    text: "The server cannot be reached, and no offline sign-ins are left here.",
    next: `${REFILL} ${TOKEN_CAUTION}`,
    tellTo: "anybody",
  },
  "sign-ins-exhausted": {
    text: "The server cannot be reached, and the number of offline sign-ins that your policy allows is used up.",
    next: `${REFILL} ${TOKEN_CAUTION}`,
    tellTo: "anybody",
  },
  "lease-expired": {
    text: "The server cannot be reached, and the time for offline sign-ins here is over.",
    next: REFILL,
    tellTo: "anybody",
  },
  "clock-set-back": {
    text: "The server cannot be reached, and the time for offline sign-ins here is over. This computer's clock has been set back; that does not extend it.",
    next: `${REFILL} The clock should be put right as well.`,
    tellTo: "anybody",
  },
  "fresh-online-sign-in-needed": {
    text: "Offline sign-in is closed for you here until you have signed in online: something about your token needs to be cleared up with the server first.",
    next: "Connect this computer to the network and sign in again.",
    tellTo: "anybody",
  },
  "store-rolled-back": {
    text: "Offline sign-in is closed on this computer: its stored sign-in data is older than it should be.",
    next: "Connect this computer to the network and sign in again, and tell your administrator.",
    tellTo: "anybody",
  },
  "store-damaged": {
    text: "Offline sign-in is closed on this computer: its stored sign-in data is damaged or was changed.",
    next: "Connect this computer to the network and sign in again, and tell your administrator.",
    tellTo: "anybody",
  },
  "storage-failed": {
    text: "Sign-in failed because it could not be recorded: the disk is full or cannot be written. Your sign-ins left are unharmed.",
    next: "Tell your administrator, and try again once there is room on the disk.",
    tellTo: "anybody",
  },
  "offline-not-with-totp": {
    text: "The server cannot be reached, and your one-time codes are time-based (TOTP). These can be checked by the server only; event-based (HOTP) tokens work offline.",
    next: `Connect this computer to the network and sign in again. ${ASK}`,
    tellTo: "anybody",
  },
  "offline-not-with-passkey": {
    text: "The server cannot be reached, and your second factor is a passkey. It can be checked by the server only; event-based (HOTP) tokens work offline.",
    next: `Connect this computer to the network and sign in again. ${ASK}`,
    tellTo: "anybody",
  },
  "factor-not-usable-here": {
    text: "This sign-in asks for something that cannot be given here, such as a passkey.",
    next: `Sign in with a browser instead. ${ASK}`,
    tellTo: "anybody",
  },
  "pin-expired": {
    text: "Your PIN has expired.",
    next: "Sign in to the portal with a browser and choose a new one.",
    tellTo: "after-right-password",
  },
  "no-administrator-role": {
    text: "The console is for people with an administrator role.",
    next: "Your own page is the portal. Ask an administrator for a role if you need one.",
    tellTo: "after-right-password",
  },
  "second-factor-needed": {
    text: "The console takes two factors, and your policy asks for one only.",
    next: "Ask another administrator to add a second factor to the workflow administration of your policy.",
    tellTo: "after-right-password",
  },
  "factor-not-offline-capable": {
    text: "The server cannot be reached, and this kind of sign-in does not work offline. Event-based (HOTP) tokens do.",
    next: `Connect this computer to the network and sign in again. ${ASK}`,
    tellTo: "anybody",
  },
  cancelled: {
    text: "Sign-in was cancelled.",
    next: "Start again when you are ready.",
    tellTo: "anybody",
  },
  "timed-out": {
    text: "Sign-in took too long and was ended.",
    next: "Start again with your password.",
    tellTo: "anybody",
  },
  busy: {
    text: "Too many sign-ins are under way.",
    next: "Wait a few seconds and try again.",
    tellTo: "anybody",
  },
};

const RESYNCHRONISE =
  "Ask your help desk to resynchronise the token with two codes in a row, and do not press its button until then.";

/** What the person reads: what happened, then what to do next. */
export function refusalText(refusal: {
  readonly reason: RefusalReason;
  readonly nowMs: number;
  readonly lockedUntilMs?: number | null;
  /** What else would do, where the server said so (OTP-27). */
  readonly otherWays?: readonly Factor[] | undefined;
  /** Minutes east of UTC; absent: times are told in UTC and say so. */
  readonly timeZoneOffsetMinutes?: number | null;
}): string {
  const message = refusalMessages[refusal.reason];
  const instead = otherWaysText(refusal.otherWays ?? []);
  if (instead !== null) return `${message.text} ${instead} ${RESYNCHRONISE}`;
  const lockedUntilMs = refusal.lockedUntilMs ?? null;
  if (refusal.reason !== "locked" || lockedUntilMs === null || lockedUntilMs <= refusal.nowMs) {
    return `${message.text} ${message.next}`;
  }
  const at = clockTime(lockedUntilMs, refusal.timeZoneOffsetMinutes ?? null);
  const wait = span(lockedUntilMs - refusal.nowMs);
  return (
    `This account is locked after too many failed sign-ins, until ${at} (in ${wait}). ` +
    "Try again then, or ask your help desk to unlock the account."
  );
}
