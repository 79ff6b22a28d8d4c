import type { PamResultCode } from "@holdfast/protocol/pam-frames";
import type { RefusalReason } from "@holdfast/protocol/refusals";

/**
 * What PAM hears of each refusal. Every code but `unavailable` ends the packaged stack. `unavailable` says that nobody
 * here can decide; the stack then goes on for break-glass accounts at a console alone (SECURITY §3), who are needed
 * exactly where the network or this machine's store is broken. `max-tries` has sshd stop asking.
 */
const authenticateCodes: Readonly<Record<RefusalReason, PamResultCode>> = {
  "wrong-credentials": "auth-error",
  "push-not-approved": "auth-error",
  "token-out-of-step": "auth-error",
  "code-exposed": "auth-error",
  locked: "max-tries",
  "token-suspended-here": "max-tries",
  "no-token": "auth-error",
  "temporary-code-needed": "auth-error",
  "token-cached-offline": "auth-error",
  "user-disabled": "auth-error",
  "user-unknown-here": "user-unknown",
  "endpoint-revoked": "auth-error",
  "system-account": "permission-denied",
  "offline-not-allowed": "auth-error",
  "offline-off-here": "auth-error",
  "never-signed-in-here": "auth-error",
  "cache-exhausted": "auth-error",
  "sign-ins-exhausted": "auth-error",
  "lease-expired": "auth-error",
  "clock-set-back": "auth-error",
  "fresh-online-sign-in-needed": "auth-error",
  "store-rolled-back": "unavailable",
  "store-damaged": "unavailable",
  "storage-failed": "unavailable",
  "offline-not-with-totp": "auth-error",
  "offline-not-with-passkey": "auth-error",
  "factor-not-offline-capable": "auth-error",
  "factor-not-usable-here": "auth-error",
  "pin-expired": "auth-error",
  // Of the console, which endpoints do not sign in to.
  "no-administrator-role": "auth-error",
  "second-factor-needed": "auth-error",
  cancelled: "auth-error",
  "timed-out": "auth-error",
  // Not `unavailable`: a flood must not open the exception.
  busy: "auth-error",
};

/** `known`: whether somebody who can be asked knows this user; offline, only the store can be. */
export function authenticateCode(reason: RefusalReason, known: boolean): PamResultCode {
  return known ? authenticateCodes[reason] : "unavailable";
}
