import type { PushWithdrawal } from "./push-store.ts";
import type { TemporaryCodeChange } from "./temporary-codes-store.ts";

/** Kinds of authenticators besides password and tokens. They work online only. */
export type AuthenticatorKind = "passkey" | "recovery-code" | "pin" | "card" | "sms-code" | "email-code";

export type AuthenticatorRow = {
  id: string;
  userId: string;
  kind: AuthenticatorKind;
  label: string;
  status: "enabled" | "disabled";
  /**
   * What the authenticator is found by, unique within its kind: a passkey's credential id, the MAC of a card's number.
   * Null where it is only ever found by its user.
   */
  lookup: string | null;
  /** What verifies it; its shape is the kind's (app/authenticators/data.ts). Nothing in it lets anybody sign in. */
  data: Record<string, unknown>;
  /** One more with every change of `data`, so that a check of before is known to be old. */
  version: number;
  createdAtMs: number;
  lastUsedAtMs: number | null;
};

/** What a sign-in writes besides lockout, consumption and audit, in the same commit. Rare, so that it may cost more. */
export type SignInExtras = {
  /** `data` null: as it is; otherwise it replaces what was read under the version of the facts. */
  used: {
    authenticatorId: string;
    data: Record<string, unknown> | null;
    /** Null: it was tried, and not used. */
    atMs: number | null;
  }[];
  /** Counts a sign-in in which enrolment was put off, and where (TC-46). */
  enrolmentPostponed: "self-service" | "remote-access" | null;
  /** What becomes of the user's temporary code; absent: nothing. */
  temporaryCode?: TemporaryCodeChange;
  /** The push request that waits for this sign-in, which is over by this. */
  withdrawPush?: PushWithdrawalWrite;
  /** The endpoint where this sign-in is the fresh one that was demanded. */
  demandMetAt?: string;
};

export type PushWithdrawalWrite = {
  readonly requestId: string;
  readonly outcome: PushWithdrawal;
  readonly atMs: number;
};

export interface AuthenticatorStore {
  get(id: string): Promise<AuthenticatorRow | null>;
  /** Oldest first. */
  ofUser(userId: string): Promise<AuthenticatorRow[]>;
  byLookup(kind: AuthenticatorKind, lookup: string): Promise<AuthenticatorRow | null>;
  /** Like every change about a user it makes his sign-ins in flight decide again. */
  insert(row: AuthenticatorRow): Promise<void>;
  update(row: AuthenticatorRow): Promise<void>;
  remove(row: AuthenticatorRow): Promise<void>;
  /** The person has a second factor now: what was put off begins anew should he lose it. */
  forgetPostponed(userId: string): Promise<void>;
}
