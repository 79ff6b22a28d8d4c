import { NO_LOCKOUT } from "@holdfast/core/lockout/lockout";
import type { Facts } from "@holdfast/core/sign-in/types";
import type { Workflow } from "@holdfast/protocol/policy";
import type { SignInFactsRow } from "../../store/sign-in-facts-row.ts";
import { counterOf, readLockout } from "../lockout-counters.ts";

/** What is so at a server, whoever signs in. */
const online = {
  onlineOnly: [],
  enrolsByPassword: false,
  lease: null,
  barred: [],
  clockBehindMs: 0,
} as const satisfies Partial<Facts>;

/** What core decides on about a user, as he stands in the store. */
export function factsOf(
  { user, policy, state, token }: SignInFactsRow,
  workflow: Workflow,
  authenticators: Facts["authenticators"],
): Facts {
  return {
    version: state.version,
    user: { id: user.id, name: user.name, status: user.status },
    policy,
    lockout: readLockout(state, counterOf(workflow, policy)),
    hasPassword: user.passwordVerifier !== null,
    token: token && {
      id: token.id,
      digits: token.digits,
      algorithm: token.algorithm,
      nextCounter: token.nextCounter,
      wrongCodes: 0,
      suspended: false,
    },
    authenticators,
    enrolmentPostponed:
      workflow === "remote-access" ? state.remoteEnrolmentPostponed : state.enrolmentPostponed,
    ...online,
  };
}

/** Nobody of this name: the same prompts as a user of the Default policy gets. */
export function strangerFacts(policy: Facts["policy"]): Facts {
  const lockout = NO_LOCKOUT;
  return {
    version: 0,
    user: null,
    policy,
    lockout,
    hasPassword: false,
    token: null,
    authenticators: [],
    enrolmentPostponed: 0,
    ...online,
  };
}
