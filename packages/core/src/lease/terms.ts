import type { KeyProtection } from "@holdfast/protocol/endpoint-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";

/** Longest lease on a machine whose device key is a file: a copied disk holds that key too (DESIGN §6). */
export const LONGEST_SOFTWARE_KEY_LEASE_SECONDS = 3 * 86_400;

/** Most sign-ins a bundle may carry, whatever the policy; the message format's own limit. */
export const MOST_SIGN_INS = 1000;

export type LeaseTerms =
  | {
      readonly kind: "granted";
      readonly notAfterMs: number;
      readonly maxSignIns: number;
      /** Set where the machine's key protection shortened what the policy allows. */
      readonly shortenedBy: "software-key" | null;
    }
  | { readonly kind: "refused"; readonly reason: "offline-not-allowed" };

/** The limits the server writes into a bundle. `codes` is how many it hands out; null where the workflow asks for none. */
export function leaseTerms(
  policy: UserPolicy["offline"],
  keyProtection: KeyProtection,
  codes: number | null,
  nowMs: number,
): LeaseTerms {
  if (!policy.enabled) return { kind: "refused", reason: "offline-not-allowed" };
  const { seconds, shortened } = leaseSeconds(policy, keyProtection);
  const maxSignIns = Math.min(policy.maxSignIns ?? MOST_SIGN_INS, codes ?? MOST_SIGN_INS, MOST_SIGN_INS);
  return {
    kind: "granted",
    notAfterMs: nowMs + seconds * 1000,
    maxSignIns,
    shortenedBy: shortened ? "software-key" : null,
  };
}

/** How long a lease lasts on such a machine. */
export function leaseSeconds(
  policy: Pick<UserPolicy["offline"], "maxAge">,
  keyProtection: KeyProtection,
): { seconds: number; shortened: boolean } {
  const allowed = durationSeconds(policy.maxAge);
  if (allowed === null) throw new RangeError("the policy's offline maxAge is no ISO 8601 duration");
  const shortened = keyProtection === "file" && allowed > LONGEST_SOFTWARE_KEY_LEASE_SECONDS;
  return { seconds: shortened ? LONGEST_SOFTWARE_KEY_LEASE_SECONDS : allowed, shortened };
}
