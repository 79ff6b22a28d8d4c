import type { UserPolicy } from "@holdfast/protocol/policy";
import { durationSeconds, durationText } from "@holdfast/protocol/primitives";
import { MOST_SIGN_INS } from "../lease/terms.ts";
import type { LeaseFacts } from "../sign-in/types.ts";

/**
 * An endpoint's local configuration. It may tighten what the server signed, never loosen it (DESIGN §6): whoever can
 * edit a file on the machine must gain nothing by it.
 */
export type LocalRules = {
  readonly offlineEnabled: boolean;
  /** Null: the policy's. */
  readonly offlineMaxAgeSeconds: number | null;
  /** Null: the policy's. */
  readonly maxSignIns: number | null;
};

/** Local rules that change nothing. */
export const NO_LOCAL_RULES: LocalRules = {
  offlineEnabled: true,
  offlineMaxAgeSeconds: null,
  maxSignIns: null,
};

export function tighten(policy: UserPolicy, rules: LocalRules): UserPolicy {
  const { offline } = policy;
  return {
    ...policy,
    offline: {
      ...offline,
      enabled: offline.enabled && rules.offlineEnabled,
      maxAge: durationText(shorter(maxAgeSeconds(policy), rules.offlineMaxAgeSeconds)),
      maxSignIns: fewer(offline.maxSignIns, rules.maxSignIns),
    },
  };
}

/** The same for a lease that is already held. */
export function tightenLease(
  lease: LeaseFacts,
  held: { readonly issuedAtMs: number; readonly signInsDone: number },
  rules: LocalRules,
): LeaseFacts {
  const localEndMs =
    rules.offlineMaxAgeSeconds === null
      ? lease.notAfterMs
      : held.issuedAtMs + Math.max(0, rules.offlineMaxAgeSeconds) * 1000;
  const localLeft =
    rules.maxSignIns === null ? lease.signInsLeft : Math.max(0, rules.maxSignIns - held.signInsDone);
  return {
    ...lease,
    notAfterMs: Math.min(lease.notAfterMs, localEndMs),
    signInsLeft: Math.min(lease.signInsLeft, localLeft),
  };
}

function maxAgeSeconds(policy: UserPolicy): number {
  const seconds = durationSeconds(policy.offline.maxAge);
  if (seconds === null) throw new RangeError("the policy's offline maxAge is no ISO 8601 duration");
  return seconds;
}

function shorter(policySeconds: number, localSeconds: number | null): number {
  return localSeconds === null
    ? policySeconds
    : Math.min(policySeconds, Math.max(0, Math.floor(localSeconds)));
}

function fewer(policyCount: number | null, localCount: number | null): number | null {
  if (localCount === null) return policyCount;
  // A policy holds one sign-in or more; "none" is what `offlineEnabled = false` is for, and `tightenLease` keeps to 0.
  const local = Math.min(MOST_SIGN_INS, Math.max(1, Math.floor(localCount)));
  return policyCount === null ? local : Math.min(policyCount, local);
}
