import { type Ask, asksEarly, type EarlyAsk } from "../policy/workflows.ts";
import { counted, span } from "./lock-time.ts";
import { TOKEN_CAUTION } from "./refusal-text.ts";

/** What each value is asked for with. All are typed unseen: a code can be read over a shoulder, too. */
export const promptTexts: Readonly<Record<Ask | "password-and-code", string>> = {
  password: "Password: ",
  code: "One-time code: ",
  passkey: "Passkey: ",
  pin: "PIN: ",
  card: "Card: ",
  "sms-code": "Code sent to your phone: ",
  "email-code": "Code sent by e-mail: ",
  "bypass-code": "Bypass code: ",
  ocra: "Answer: ",
  push: "Approve on your phone, then press Enter: ",
  "qr-challenge": "Answer shown by your phone: ",
  "password-and-code": "Password followed by one-time code: ",
};

/** What is typed in the place of a code to be asked on the phone, or to have a code sent (sign-in/sent-codes.ts). */
const words: Readonly<Record<EarlyAsk, string>> = { push: "push", "sms-code": "sms", "email-code": "email" };

/**
 * For clients that can only type: the prompt for a code names the words that it takes, for the ways that the policy has
 * and anybody has. Short: a RADIUS client shows little, and so does a terminal on a phone. It is the same whoever the
 * person is.
 */
export function typedPromptText(ask: Ask | "password-and-code", others: readonly Ask[]): string {
  const text = promptTexts[ask];
  const named = ask === "code" ? others.flatMap((one) => (asksEarly(one) ? [words[one]] : [])) : [];
  const last = named.pop();
  if (last === undefined) return text;
  return `${text.replace(/: $/, "")} (or type ${named.length === 0 ? last : `${named.join(", ")} or ${last}`}): `;
}

/** Before the prompt once more, where `qr` was typed and there is a network. It costs no try. */
export const QR_ONLY_OFFLINE = "You are online, where no QR code is needed. ";

/** Where a word was typed that asks the server for something, and it cannot be reached. It costs no try. */
export const WORDS_ONLY_ONLINE =
  "You are offline: nothing can be sent, and no phone be asked. Type a code of your token.";

/** Of a push that is under way: the number stands here and nowhere else (SECURITY §3). */
export function pushPromptText(number: string): string {
  return `Type ${number} on your phone, then press Enter: `;
}

/** Below this many recovery codes left, a new set is due. */
export const FEW_RECOVERY_CODES = 4;

/** Told with a success by a recovery code. */
export function recoveryCodesText(left: number): string {
  const have = left === 0 ? "That was your last recovery code." : `${counted(left, "recovery code")} left.`;
  return left < FEW_RECOVERY_CODES ? `${have} Make a new set in the portal; it replaces the old one.` : have;
}

/** Shown before the prompts where the server cannot be reached. */
export const OFFLINE_NOTICE = "Offline sign-in: the server cannot be reached.";

/** What is told with a success; nothing online. Remaining sign-ins at every offline one, a warning when few (OTP-25). */
export function successMessages(success: {
  readonly mode: "online" | "offline";
  /** Offline sign-ins left after this one. */
  readonly remaining: number | null;
  /** The policy's `offline.warnBelow`. */
  readonly warnBelow: number;
  readonly nowMs: number;
  /** End of the lease. */
  readonly notAfterMs: number | null;
  /** How far the wall clock lags behind effective time; 0 where it does not. */
  readonly clockBehindMs: number;
}): string[] {
  if (success.mode === "online") return [];
  const messages: string[] = [];
  if (success.remaining !== null) messages.push(remainingText(success.remaining, success.warnBelow));
  if (success.notAfterMs !== null && success.notAfterMs - success.nowMs < LAST_DAY_MS) {
    messages.push(
      `Offline sign-in ends here in ${span(success.notAfterMs - success.nowMs)}. Sign in once while connected to extend it.`,
    );
  }
  if (success.clockBehindMs > 0) {
    messages.push(
      `This computer's clock is ${span(success.clockBehindMs)} behind. That extends no offline sign-in; have it put right.`,
    );
  }
  return messages;
}

const LAST_DAY_MS = 86_400_000;

/** `3 offline sign-ins left here. Sign in once while connected to refill.` */
export function remainingText(remaining: number, warnBelow: number): string {
  if (remaining <= 0) {
    return `That was the last offline sign-in here. Sign in once while connected to refill. ${TOKEN_CAUTION}`;
  }
  const left = `${counted(remaining, "offline sign-in")} left here.`;
  return remaining <= warnBelow ? `${left} Sign in once while connected to refill.` : left;
}
