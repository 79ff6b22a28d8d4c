import type { Lockout } from "@holdfast/core/sign-in/types";
import type { UserPolicy, Workflow } from "@holdfast/protocol/policy";
import type { LockoutCounter, SignInStateRow } from "../store/users-store.ts";

/**
 * Failures are counted together over endpoints, console and portal, and apart for remote access unless the policy
 * joins it: a stranger on the VPN must not be able to lock out a ward (SECURITY §3). The rule that counts is core's,
 * the same for both.
 */
export function counterOf(workflow: Workflow, policy: UserPolicy | undefined): LockoutCounter {
  return workflow === "remote-access" && policy?.lockout.joinRemoteAccess !== true
    ? "remote-access"
    : "common";
}

export function readLockout(state: SignInStateRow, counter: LockoutCounter): Lockout {
  return counter === "common"
    ? {
        failures: state.failures,
        failuresSinceLock: state.failuresSinceLock,
        lockedUntilMs: state.lockedUntilMs,
      }
    : {
        failures: state.remoteFailures,
        failuresSinceLock: state.remoteFailuresSinceLock,
        lockedUntilMs: state.remoteLockedUntilMs,
      };
}
