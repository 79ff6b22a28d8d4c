import type { PushDetails, PushOrder } from "@holdfast/protocol/push-api";

/** Whether a user is asked by push, and the request that is his one pending one. No row: never enabled. */
export type PushUserRow = {
  userId: string;
  enabled: boolean;
  requireBiometric: boolean;
};

/** Withdrawn by whoever administers the person, or because the sign-in that asked is over. */
export type PushWithdrawal = "withdrawn" | "signed-in-otherwise" | "sign-in-ended";
export type PushOutcome = "approved" | "denied" | "reported" | "wrong-number" | PushWithdrawal;

/** One sign-in that asks a person's phones. Its number is nowhere in the store: it follows from the id (app/push). */
export type PushRequestRow = {
  id: string;
  userId: string;
  attemptId: string;
  /** Who runs the sign-in, as the audit names him. */
  client: string;
  /** base64url of 32 random bytes. */
  challenge: string;
  details: PushDetails;
  order: PushOrder | null;
  requireBiometric: boolean;
  askedAtMs: number;
  expiresAtMs: number;
  /** Null: nobody has answered. */
  outcome: PushOutcome | null;
  answeredAtMs: number | null;
  phoneId: string | null;
  /** What the phone signed. */
  statement: string | null;
};

export type PushAnswerWrite = {
  readonly outcome: PushOutcome;
  readonly atMs: number;
  readonly phoneId: string | null;
  readonly statement: string | null;
};

/** A browser's push service, for one phone (Push API §8). */
export type PushSubscriptionRow = {
  phoneId: string;
  endpoint: string;
  p256dh: string;
  auth: string;
  createdAtMs: number;
};

export interface PushStore {
  users: {
    get(userId: string): Promise<PushUserRow | null>;
    ofUsers(userIds: readonly string[]): Promise<Map<string, PushUserRow>>;
    /** Like every change about a user it makes his sign-ins in flight decide again. */
    put(row: PushUserRow): Promise<void>;
    /** How many have it on. */
    count(): Promise<number>;
  };
  requests: {
    /**
     * Takes the user's one place for a request that waits: false where another one waits, which stays. Whoever has taken
     * it inserts in the same transaction.
     */
    claim(userId: string, id: string, nowMs: number, untilMs: number): Promise<boolean>;
    /** Gives the place back that a request has taken which is not inserted after all. */
    release(id: string): Promise<void>;
    insert(row: PushRequestRow): Promise<void>;
    get(id: string): Promise<PushRequestRow | null>;
    /** When the user was asked since, oldest first; at most so many. */
    askedSince(userId: string, sinceMs: number, limit: number): Promise<number[]>;
    /** The one that waits for the user's answer. */
    pendingOfUser(userId: string, nowMs: number): Promise<PushRequestRow | null>;
    /** Those whose time would not be over, newest first; at most so many. */
    withdrawnOfUser(userId: string, nowMs: number, limit: number): Promise<PushRequestRow[]>;
    /**
     * False where it was answered before, or its time is over: the first answer counts. Gives the place back. A report
     * counts of what was withdrawn, too. Sign-ins in flight must decide again: `users.bump` before it.
     */
    answer(id: string, write: PushAnswerWrite): Promise<boolean>;
    /** All that wait, of one user or of everybody, are withdrawn; how many those were. */
    withdrawAll(of: { readonly userId: string } | "everybody", atMs: number): Promise<number>;
    /** Deletes what was asked before this; how many those were. */
    forget(askedBeforeMs: number): Promise<number>;
    count(nowMs: number): Promise<number>;
  };
  subscriptions: {
    get(phoneId: string): Promise<PushSubscriptionRow | null>;
    ofPhones(phoneIds: readonly string[]): Promise<PushSubscriptionRow[]>;
    put(row: PushSubscriptionRow): Promise<void>;
    /** `endpoint`: only where it is still this one. */
    remove(phoneId: string, endpoint?: string): Promise<boolean>;
  };
}
