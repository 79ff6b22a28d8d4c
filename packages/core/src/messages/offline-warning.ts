import type { Obstacle } from "../outage-planning/obstacle.ts";

/** What an administrator is told of a user whose second factor bars him from offline sign-in (OTP-3, OTP-4). */
export function offlineWarning(obstacle: Obstacle): { readonly code: string; readonly message: string }[] {
  const warning = texts[obstacle];
  return warning === undefined ? [] : [warning];
}

const texts: Readonly<Partial<Record<Obstacle, { readonly code: string; readonly message: string }>>> = {
  "time-token-only": {
    code: "offline-not-with-totp",
    message:
      "The policy allows offline sign-in, and it is not possible: the user's codes are time-based (TOTP). Enrol an event-based (HOTP) token beside it.",
  },
  "passkey-only": {
    code: "offline-not-with-passkey",
    message:
      "The policy allows offline sign-in, and it is not possible: the user's second factor is a passkey. Enrol an event-based (HOTP) token beside it.",
  },
};
