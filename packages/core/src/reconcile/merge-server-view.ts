import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import { mergeLockouts } from "../lockout/lockout.ts";
import type { Lockout } from "../sign-in/types.ts";

/** What the server says about one user at a contact. */
export type ServerView = ContactAnswer["users"][number];

export type TokenFloor = { readonly tokenId: string; readonly nextCounter: number };

/** What the endpoint keeps about one user. */
export type LocalView = {
  readonly status: "active" | "disabled";
  readonly floors: readonly TokenFloor[];
  readonly lockout: Lockout;
  readonly wrongCodes: number;
  readonly suspended: boolean;
  /** Of the password's slot here. */
  readonly credentialEpoch: number;
  readonly freshSignInNeeded: boolean;
};

export type MergedView = LocalView & {
  /** Open sessions of this user are locked, not killed: their right is in doubt. */
  readonly lockSessions: boolean;
  readonly refillDue: boolean;
};

/**
 * How an endpoint takes the server's view after contact. Floors only rise. As long as the server has not yet seen all
 * that was counted here, the stricter lockout wins (AMB-MDA-9); once it has (`uploaded`), its view contains ours and
 * rules alone, so that an administrator's unlock arrives, and a token suspended here is free again.
 *
 * Nothing is deleted on this word: that takes a signed revocation. A password changed elsewhere closes the old slot by
 * asking for an online sign-in (MDA-23).
 */
export function mergeServerView(local: LocalView, server: ServerView, uploaded: boolean): MergedView {
  const theirs: Lockout = { failures: server.failures, lockedUntilMs: server.lockedUntilMs };
  const freshSignInNeeded = server.freshSignInNeeded || server.credentialEpoch > local.credentialEpoch;
  // A budget not yet used up goes on: else whoever can pull the cable between guesses would never be reported.
  const suspensionLifted = local.suspended && uploaded;
  const newlyInDoubt = server.freshSignInNeeded && !local.freshSignInNeeded;
  const newlyDisabled = server.status === "disabled" && local.status !== "disabled";
  return {
    status: server.status,
    floors: mergeFloors(local.floors, server.floors),
    lockout: uploaded ? theirs : mergeLockouts(local.lockout, theirs),
    wrongCodes: suspensionLifted ? 0 : local.wrongCodes,
    suspended: suspensionLifted ? false : local.suspended,
    credentialEpoch: local.credentialEpoch,
    freshSignInNeeded,
    lockSessions: newlyInDoubt || newlyDisabled,
    refillDue: server.refillDue && server.status === "active" && !freshSignInNeeded,
  };
}

/** The higher floor of every token that either side knows. */
export function mergeFloors(a: readonly TokenFloor[], b: readonly TokenFloor[]): TokenFloor[] {
  const floors = new Map<string, number>();
  for (const { tokenId, nextCounter } of [...a, ...b]) {
    floors.set(tokenId, Math.max(floors.get(tokenId) ?? 0, nextCounter));
  }
  return [...floors].map(([tokenId, nextCounter]) => ({ tokenId, nextCounter }));
}
