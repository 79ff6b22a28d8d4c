import type { Factor } from "@holdfast/protocol/policy";

/** What a person may sign in with instead, as he would call it. Password, and what no prompt asks for, are no such way. */
const names: Partial<Record<Factor, string>> = {
  hotp: "another token",
  totp: "the code of your authenticator app",
  passkey: "your passkey, in a browser",
  "recovery-code": "a recovery code",
  pin: "your PIN",
  card: "your card",
  "temporary-code": "the temporary code that your help desk gave you",
  "sms-code": "a code sent to your phone",
  "email-code": "a code sent by e-mail",
  push: "your phone, where you approve the sign-in",
  "qr-challenge": "your phone, which answers the QR code of this computer",
};

/** `Sign in with a recovery code or your card instead.`; null where there is nothing to name (OTP-27). */
export function otherWaysText(ways: readonly Factor[]): string | null {
  const known = [...new Set(ways)].flatMap((factor) => names[factor] ?? []);
  const last = known.pop();
  if (last === undefined) return null;
  return `Sign in with ${known.length === 0 ? last : `${known.join(", ")} or ${last}`} instead.`;
}
