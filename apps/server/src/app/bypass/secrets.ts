import { challengeAnswer } from "@holdfast/core/help-desk-codes/bypass-challenge";
import type { BypassPlace } from "@holdfast/core/help-desk-codes/bypass-code";
import { bypassCodeHash, bypassCodeOf, bypassDerivation } from "@holdfast/core/help-desk-codes/bypass-code";
import type { BundleInner } from "@holdfast/protocol/bundle";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { LookupMac } from "../../keys/lookup-key.ts";

/** Codes and keys are derived from the enterprise's MAC key each time, and kept nowhere (SECURITY §3). */
type Derives = { readonly lookupMac: LookupMac };

export function bypassCodeFor({ lookupMac }: Derives, place: BypassPlace): string {
  return bypassCodeOf(derived(lookupMac("bypass code", bypassDerivation(place))));
}

/** The key of challenges is the endpoint's and the user's: every challenge is new, so it needs no number. */
export function answerFor(ports: Derives, place: Omit<BypassPlace, "number">, challenge: string): string {
  const key = challengeKey(ports, place);
  const answer = challengeAnswer(key, place, challenge);
  key.fill(0);
  return answer;
}

/** What goes into the inner document of a bundle; null where the policy has neither kind. */
export function bypassSecrets(
  ports: Derives,
  place: BypassPlace,
  allowed: UserPolicy["offline"]["bypass"],
): BundleInner["bypass"] {
  if (allowed.length === 0) return null;
  const key = allowed.includes("challenge") ? challengeKey(ports, place) : null;
  return {
    number: place.number,
    codeHash: allowed.includes("code") ? bypassCodeHash(place, bypassCodeFor(ports, place)) : null,
    challengeKey: key && Buffer.from(key).toString("base64url"),
  };
}

function challengeKey(
  { lookupMac }: Derives,
  { endpointId, userId }: Omit<BypassPlace, "number">,
): Uint8Array {
  return derived(lookupMac("bypass challenge key", bypassDerivation({ endpointId, userId, number: 0 })));
}

function derived(mac: string): Uint8Array {
  return new Uint8Array(Buffer.from(mac, "base64url"));
}
