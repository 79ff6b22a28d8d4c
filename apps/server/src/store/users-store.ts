import type { Lockout } from "@holdfast/core/sign-in/types";
import type { Page } from "./page.ts";

export type UserRow = {
  id: string;
  name: string;
  displayName: string;
  status: "active" | "disabled";
  policyId: string;
  /** Argon2id salt, base64url of 16 bytes. */
  offlineSalt: string;
  /** base64url of SHA-256("holdfast password verifier v1" ‖ S_pw); null: no password set. */
  passwordVerifier: string | null;
  credentialEpoch: number;
  /** Codes per bundle for this user; null: the profile decides (AMB-OTP-4). */
  cacheSize: number | null;
  createdAtMs: number;
};

/** Changes with every sign-in; `version` guards every change about the user (see core Facts.version). */
export type SignInStateRow = {
  userId: string;
  version: number;
  failures: number;
  failuresSinceLock: number;
  lockedUntilMs: number | null;
  /** Of remote access, where the policy does not join it to the others. */
  remoteFailures: number;
  remoteFailuresSinceLock: number;
  remoteLockedUntilMs: number | null;
  /** Enabled authenticators besides password and event-based tokens. */
  otherAuthenticators: number;
  /** Self-service sign-ins in which enrolment was put off (TC-46). */
  enrolmentPostponed: number;
  /** The same of sign-ins from outside. */
  remoteEnrolmentPostponed: number;
  /** 1: the user may have a temporary code that has not ended; 0: he has none. */
  temporaryCode: 0 | 1;
};

/** Remote access counts apart, so that a stranger on the VPN cannot lock out a ward (SECURITY §3). */
export type LockoutCounter = "common" | "remote-access";

export type LockoutChange = { counter: LockoutCounter } & Lockout;

export type UsersStore = {
  get(id: string): Promise<UserRow | null>;
  byName(name: string): Promise<UserRow | null>;
  list(query: {
    prefix?: string;
    policyId?: string;
    status?: UserRow["status"];
    /** Only members of these. */
    groupIds?: readonly string[];
    after?: string;
    limit: number;
  }): Promise<Page<UserRow>>;
  insert(row: UserRow): Promise<void>;
  update(row: UserRow): Promise<void>;
  remove(id: string): Promise<void>;
  bump(id: string): Promise<void>;
  state(id: string): Promise<SignInStateRow>;
  setLockout(id: string, lockout: LockoutChange): Promise<void>;
};
