import type { TemporaryCodeEnd } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import type { TemporaryCodeUse, TemporaryCodeWorkflow } from "@holdfast/protocol/temporary-codes-api";

/** A user's temporary code, or the last that he had: one row a user, so that he never has two. */
export type TemporaryCodeRow = {
  userId: string;
  id: string;
  use: TemporaryCodeUse;
  workflows: TemporaryCodeWorkflow[];
  /** Argon2id salt, base64url of 16 bytes. */
  salt: string;
  /** base64url of SHA-256("holdfast temporary code verifier v1" ‖ Argon2id(code, salt)). */
  verifier: string;
  reason: string;
  createdBy: string;
  createdAtMs: number;
  expiresAtMs: number;
  uses: number;
  lastUsedAtMs: number | null;
  /** Refused sign-ins at which something in the form of a temporary code was typed. */
  refusedTries: number;
  /** Both null: nothing has ended it but, perhaps, its time. The row stays, so that the audit can say what was typed. */
  endedAtMs: number | null;
  endedWhy: TemporaryCodeEnd | null;
};

/** What a sign-in's commit does to the user's code. */
export type TemporaryCodeChange =
  /** A sign-in by it; of a code that is good once, the end of it. */
  | { change: "used"; id: string; atMs: number; end: boolean }
  /** Counts a refused sign-in, whether there is a code or not: both cost the same. */
  | { change: "refused" }
  | { change: "ended"; why: TemporaryCodeEnd; atMs: number };

export interface TemporaryCodeStore {
  ofUser(userId: string): Promise<TemporaryCodeRow | null>;
  /** In the place of the one before. Like every change about a user it makes his sign-ins in flight decide again. */
  put(row: TemporaryCodeRow): Promise<void>;
  /** The code that this ended; null where none was left to end. Whether its time is over does not count. */
  end(userId: string, why: TemporaryCodeEnd, atMs: number): Promise<TemporaryCodeRow | null>;
  /** Not ended, and past their time. */
  expired(nowMs: number, limit: number): Promise<TemporaryCodeRow[]>;
  /** Deletes what ended before this; how many those were. */
  forget(endedBeforeMs: number): Promise<number>;
  /** Not ended and not past their time. */
  count(nowMs: number): Promise<number>;
  /** Not ended, by user: for what is done to all of them, some at a time. */
  live(limit: number): Promise<TemporaryCodeRow[]>;
}
