import type { AuditDraft } from "./audit-rows.ts";
import type { SignInExtras } from "./authenticators-store.ts";
import type { LockoutChange } from "./users-store.ts";

/** What a sign-in's commit does at the server; the whole lands or nothing (group commit). */
export type SignInCommit = {
  expect: { userId: string; version: number };
  /** New lockout, if it changes; the other counter stays as it is. */
  lockout: LockoutChange | null;
  consume: { tokenId: string; counter: number; attemptId: string; source: string; atMs: number } | null;
  /** Kept for retries of the same attempt: the verdict as JSON. */
  attempt: { id: string; clientId: string; verdict: string; atMs: number } | null;
  also?: SignInExtras | null;
  audit: AuditDraft[];
};

export type CommitResult = "committed" | "conflict";
