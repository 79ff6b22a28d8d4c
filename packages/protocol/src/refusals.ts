import { z } from "zod";

/**
 * Why a sign-in ended in a refusal: the stable codes that API, PAM log, audit and `holdfast status` share.
 * Their texts for people are in core/messages.
 */
export const refusalReason = z.enum([
  /** Wrong password, wrong or used code, or no such user: one reason, one text, one timing. */
  "wrong-credentials",
  /** A push was waited for in vain, or what came before it was wrong: nobody is told which. */
  "push-not-approved",
  /** Told only after a right password: the code lies far ahead of the look-ahead window (OTP-26). */
  "token-out-of-step",
  /** Told only after a right password: the code belongs to a range that a revoked endpoint may know. */
  "code-exposed",
  "locked",
  /** Ten wrong codes in a row after a right password: this token is suspended here until online contact. */
  "token-suspended-here",
  "no-token",
  /** Told only after a right password: who has no second factor enrols one with a temporary code only (TC-44). */
  "temporary-code-needed",
  /** The policy bars tokens whose codes an endpoint holds from remote access (SECURITY §2). */
  "token-cached-offline",
  "user-disabled",
  "user-unknown-here",
  "endpoint-revoked",
  "system-account",
  "offline-not-allowed",
  "offline-off-here",
  "never-signed-in-here",
  "cache-exhausted",
  "sign-ins-exhausted",
  "lease-expired",
  "clock-set-back",
  "fresh-online-sign-in-needed",
  "store-rolled-back",
  "store-damaged",
  "storage-failed",
  /** OTP-3: the second factor that the user has is time-based. */
  "offline-not-with-totp",
  /** OTP-4: it is a passkey. */
  "offline-not-with-passkey",
  "factor-not-offline-capable",
  /** The workflow asks for something that this kind of client cannot carry, such as a passkey at a login prompt. */
  "factor-not-usable-here",
  /** Told only after a right PIN: it is to be renewed where that is possible. */
  "pin-expired",
  /** At the console, told only after all factors were right: who has no role finds nothing there. */
  "no-administrator-role",
  /** At the console, likewise: whatever the policy says, one factor is not enough there. */
  "second-factor-needed",
  "cancelled",
  "timed-out",
  "busy",
]);
export type RefusalReason = z.infer<typeof refusalReason>;
