import { grouped } from "../help-desk-codes/bypass-challenge.ts";
import { clockTime } from "./lock-time.ts";
import { refusalMessages, TOKEN_CAUTION } from "./refusal-text.ts";

/** What a person reads where the help desk can stand in for his one-time code (OTP-22, OTP-23, OTP-25). */

/** Before the prompts, once his own codes get him in no more. */
export function bypassOfferText(
  reason: "token-suspended-here" | "cache-exhausted" | "sign-ins-exhausted",
): string {
  const why = refusalMessages[reason].text;
  return `${why} Sign in once while connected, or ask your help desk for a bypass code. ${TOKEN_CAUTION}`;
}

/** Before the prompt for a one-time code. */
export const BYPASS_ON_REQUEST =
  "No code at hand? Press Enter alone at the next prompt: your help desk can help.";

/** The prompt for a bypass code where a challenge can be had instead. */
export const BYPASS_OR_CHALLENGE_PROMPT = "Bypass code (or Enter alone for a challenge): ";

export function challengeText(
  challenge: { readonly text: string; readonly expiresAtMs: number },
  timeZoneOffsetMinutes: number | null,
): string {
  // Rounded down: at the minute that is told it still holds.
  const until = clockTime(challenge.expiresAtMs - 59_999, timeZoneOffsetMinutes);
  return (
    `Challenge: ${grouped(challenge.text)}. Read it to your help desk and type the answer. ` +
    `It stays the same until ${until}; to leave and come back, press Enter alone.`
  );
}

export const CHALLENGE_OVER = "This challenge is over. Start again with your password for a new one.";

/** With a success that the help desk made possible. */
export const BYPASS_SUCCESS =
  "Signed in with the help desk's help. Sign in once while connected to refill your codes; a bypass code ends then.";
