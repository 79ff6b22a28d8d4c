import { refusalMessages, TOKEN_CAUTION } from "./refusal-text.ts";

/** What a person reads at an endpoint without a network whose phone can answer its challenge (SECURITY §4). */

/** Before the prompt for a one-time code. */
export const QR_ON_REQUEST =
  "No code at hand? Type qr at the next prompt: this computer then shows a QR code that your phone answers.";

/** Before the prompts, once his own codes get him in no more. */
export function qrOfferText(
  reason: "token-suspended-here" | "cache-exhausted" | "sign-ins-exhausted",
  helpDesk: boolean,
): string {
  const why = refusalMessages[reason].text;
  const help = helpDesk ? " Without the phone, ask your help desk for a bypass code." : "";
  return `${why} Your phone can answer a QR code instead.${help} ${TOKEN_CAUTION}`;
}

/** Where the help desk could stand in as well. `challenge`: it answers challenges. */
export function qrOrHelpPrompt(code: boolean, challenge: boolean): string {
  const ways = [
    ...(code ? ["type a bypass code"] : []),
    ...(challenge ? ["type help for a challenge of the help desk"] : []),
  ];
  return `Press Enter alone for a QR code on your phone, or ${ways.join(", or ")}: `;
}

/** Above the code, also for who hears the screen read out. */
export function qrShownText({ at, of }: { readonly at: number; readonly of: number }): string {
  const which =
    of > 1 ? ` It is for phone ${at + 1} of your ${of}, the last registered first; type qr for another.` : "";
  return `QR code for your phone: open the authenticator app, scan what follows, and type the eight digits that it shows.${which}`;
}

export const QR_OVER = "That QR code is over. Here is a new one.";

/** Where another process took the phone away meanwhile. */
export const QR_GONE = "No phone of yours can answer here any more. Start again with your password.";
