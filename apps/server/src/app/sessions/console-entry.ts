import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { refusalText } from "@holdfast/core/messages/refusal-text";
import type { Factor } from "@holdfast/protocol/policy";
import type { Refused } from "../outcome.ts";
import { refused } from "../outcome.ts";

/**
 * Why somebody who has proven who he is gets no session at the console: he has no role, or the policy asked for one
 * factor only. A passkey with user verification is two in one (NIST SP 800-63B §5.1.9). Told after the proof alone, so
 * that nobody learns who is an administrator.
 */
export function whyNoConsole(role: Role | null, factors: readonly Factor[]): Refused | null {
  if (role === null) {
    return refused(
      "sign-in-refused",
      refusalText({ reason: "no-administrator-role", nowMs: 0, lockedUntilMs: null }),
      { reason: "no-administrator-role" },
    );
  }
  if (factors.includes("passkey") || new Set(factors).size >= 2) return null;
  return refused(
    "sign-in-refused",
    refusalText({ reason: "second-factor-needed", nowMs: 0, lockedUntilMs: null }),
    { reason: "second-factor-needed" },
  );
}
