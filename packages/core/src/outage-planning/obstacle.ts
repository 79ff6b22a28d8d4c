/** What is known of an active user who could sign in offline nowhere. */
export type ObstacleFacts = {
  readonly offlineAllowed: boolean;
  /** In the place of which nothing else of his does: a phone that answers challenges would (SECURITY §4). */
  readonly workstationAsksForCode: boolean;
  readonly hasPassword: boolean;
  /** An enabled event-based token: the only kind whose codes can be kept at an endpoint (OTP-2 to OTP-4). */
  readonly hasEventToken: boolean;
  readonly hasTimeToken: boolean;
  readonly hasPasskey: boolean;
  /** Some endpoint holds or held a bundle of his. */
  readonly hasBundle: boolean;
};

export type Obstacle =
  | "policy-forbids"
  | "no-password"
  | "time-token-only"
  | "passkey-only"
  | "no-token"
  | "never-signed-in-at-an-endpoint"
  | "rights-used-up-or-ended";

/** The first thing to mend, in the order in which an administrator would: what comes later is in vain before. */
export function obstacleOf(facts: ObstacleFacts): Obstacle {
  if (!facts.offlineAllowed) return "policy-forbids";
  if (!facts.hasPassword) return facts.hasPasskey ? "passkey-only" : "no-password";
  if (facts.workstationAsksForCode && !facts.hasEventToken) {
    if (facts.hasTimeToken) return "time-token-only";
    return facts.hasPasskey ? "passkey-only" : "no-token";
  }
  return facts.hasBundle ? "rights-used-up-or-ended" : "never-signed-in-at-an-endpoint";
}

export const obstacleTexts: Readonly<Record<Obstacle, { readonly title: string; readonly next: string }>> = {
  "policy-forbids": {
    title: "Their user policy does not allow offline sign-in",
    next: "Switch offline sign-in on in the policy, or move these people to a policy that allows it.",
  },
  "no-password": {
    title: "They have no password",
    next: "Set a password: offline sign-in opens what an endpoint keeps with it.",
  },
  "time-token-only": {
    title: "They have a time-based token only",
    next: "Enrol an event-based (HOTP) token beside it, or register a phone that answers QR codes: codes of a time-based one cannot be kept for later.",
  },
  "passkey-only": {
    title: "They have a passkey only",
    next: "Enrol a password and an event-based (HOTP) token: a passkey needs the server to answer to.",
  },
  "no-token": {
    title: "They have no token",
    next: "Enrol an event-based (HOTP) token, or register a phone that answers QR codes.",
  },
  "never-signed-in-at-an-endpoint": {
    title: "They have not signed in at an endpoint yet",
    next: "Each signs in once, connected, where offline sign-in is wanted: that fills the endpoint's cache.",
  },
  "rights-used-up-or-ended": {
    title: "What they had is used up or has ended",
    next: "Each signs in once, connected: that refills the cache.",
  },
};
