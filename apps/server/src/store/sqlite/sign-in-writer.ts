import type { DatabaseSync } from "node:sqlite";
import { appendLink, type ChainHead, emptyChain, type Link } from "../audit-chain.ts";
import type { SignInExtras } from "../authenticators-store.ts";
import { demandMetSql } from "../demand-met-sql.ts";
import type { Entry } from "../group-commit.ts";
import type { CommitResult, SignInCommit } from "../sign-in-commit.ts";
import { isUniqueViolation } from "../storage-error.ts";
import { temporaryCodeSql } from "../temporary-code-sql.ts";
import type { TemporaryCodeChange } from "../temporary-codes-store.ts";
import { withdrawPushSql } from "../withdraw-push-sql.ts";
import { createUserAuditWriter } from "./user-audit.ts";

/** Writes batches of sign-in commits, and keeps the head of this process's audit chain. */
export type SqliteWriter = {
  writeBatch(batch: readonly Entry[], receivedAtMs: number): CommitResult[];
  /** The chain's head inside the open transaction. */
  head(): ChainHead;
  /** With its copy for the user's pages. */
  insertLink(link: Link): void;
  begin(): void;
  /** COMMIT, and only then the new head; after any failure the head is read again. */
  commit(head: ChainHead): void;
  rollback(): void;
  /** Work for when nobody signs in. False: there is none. */
  tidy(): boolean;
  /** Somebody else has gone on with the chain. */
  forgetHead(): void;
};

type Consumption = NonNullable<SignInCommit["consume"]>;
type Attempt = NonNullable<SignInCommit["attempt"]>;

export function createSqliteWriter(database: DatabaseSync, chain: string): SqliteWriter {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");
  const readHead = database.prepare(
    "SELECT sequence, hash FROM audit WHERE chain = ? ORDER BY sequence DESC LIMIT 1",
  );
  // The one condition on which a commit lands: nothing about the user changed since the facts were read, the attempt
  // has no verdict yet, and neither this code nor a later one of the token was ever used.
  const claim = database.prepare(`
    UPDATE sign_in_states SET version = version + 1, failures = coalesce(?3, failures),
      failures_since_lock = coalesce(?12, failures_since_lock),
      locked_until_ms = CASE WHEN ?3 IS NULL THEN locked_until_ms ELSE ?4 END,
      remote_failures = coalesce(?9, remote_failures),
      remote_failures_since_lock = coalesce(?13, remote_failures_since_lock),
      remote_locked_until_ms = CASE WHEN ?9 IS NULL THEN remote_locked_until_ms ELSE ?10 END,
      used_token_id = coalesce(?7, used_token_id), used_counter = coalesce(?8, used_counter),
      recent_audit = recent_audit || ?11
    WHERE user_id = ?1 AND version = ?2
      AND NOT EXISTS (SELECT 1 FROM audit a JOIN attempts v ON v.audit_id = a.id
        WHERE a.attempt_id = ?5 AND v.client_id = ?6)
      AND NOT EXISTS (SELECT 1 FROM consumptions WHERE token_id = ?7 AND counter >= ?8)
      AND (?7 IS NULL OR EXISTS (SELECT 1 FROM tokens
        WHERE user_id = ?1 AND +id = ?7 AND status = 'enabled' AND next_counter <= ?8))`);
  const insertConsumption = database.prepare(
    "INSERT INTO consumptions (token_id, counter, source, attempt_id, user_id, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const useAuthenticator = database.prepare(`
    UPDATE authenticators SET last_used_at_ms = coalesce(?2, last_used_at_ms), data = coalesce(?3, data),
      version = CASE WHEN ?3 IS NULL THEN version ELSE version + 1 END WHERE id = ?1 AND user_id = ?4`);
  const postponeEnrolment = {
    "self-service": database.prepare(
      "UPDATE sign_in_states SET enrolment_postponed = enrolment_postponed + 1 WHERE user_id = ?",
    ),
    "remote-access": database.prepare(
      "UPDATE sign_in_states SET remote_enrolment_postponed = remote_enrolment_postponed + 1 WHERE user_id = ?",
    ),
  };
  const useTemporaryCode = database.prepare(temporaryCodeSql("used", "sqlite"));
  const refuseTemporaryCode = database.prepare(temporaryCodeSql("refused", "sqlite"));
  const endTemporaryCode = database.prepare(temporaryCodeSql("ended", "sqlite"));
  const forgetTemporaryCode = database.prepare(
    "UPDATE sign_in_states SET temporary_code = 0 WHERE user_id = ?",
  );
  const ofPush = withdrawPushSql("sqlite");
  const withdrawRequest = database.prepare(ofPush.request);
  const freePlace = database.prepare(ofPush.place);
  const meetDemand = database.prepare(demandMetSql("sqlite"));
  const insertAttempt = database.prepare(
    "INSERT INTO attempts (audit_id, client_id, verdict, at_ms) VALUES (?, ?, ?, ?)",
  );
  const insertAudit = database.prepare(`
    INSERT INTO audit (chain, sequence, at_ms, received_at_ms, type, actor, subject_user_id, endpoint_id, attempt_id,
      outcome, reason, mode, detail, mac, previous_hash, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);

  const ofUsers = createUserAuditWriter(database);

  /** Null: to be read from the database, as at the start and after a failure. */
  let knownHead: ChainHead | null = null;

  function writeBatch(batch: readonly Entry[], receivedAtMs: number): CommitResult[] {
    const fromMemory = knownHead !== null;
    try {
      return writeOnce(batch, receivedAtMs);
    } catch (error) {
      // Another process with our server id has gone on with our chain: once more, from its head.
      if (fromMemory && isUniqueViolation(error)) return writeOnce(batch, receivedAtMs);
      throw error;
    }
  }

  function writeOnce(batch: readonly Entry[], receivedAtMs: number): CommitResult[] {
    try {
      begin.run();
      const results: CommitResult[] = [];
      let last = head();
      let nextId = ofUsers.nextId();
      for (const { commit: change, audit } of batch) {
        // The first row is the sign-in's own: it goes with the state, that is written anyway.
        const withState = change !== null && audit[0]?.subjectUserId === change.expect.userId;
        if (change !== null && !claims(change, withState ? ofUsers.recent(nextId) : "")) {
          results.push("conflict");
          continue;
        }
        if (change?.consume) consume(change.expect.userId, change.consume);
        if (change?.also) alsoWrite(change.expect.userId, change.also);
        for (const [index, draft] of audit.entries()) {
          const link = appendLink(chain, last, draft, receivedAtMs, null);
          const auditId = insertRow(link);
          if (auditId !== nextId) throw new Error(`row ${nextId} of the audit was written as ${auditId}`);
          nextId++;
          if (index === 0 && change?.attempt) keep(auditId, change.attempt);
          if (link.subjectUserId !== null && !(index === 0 && withState)) ofUsers.copy(auditId);
          last = link;
        }
        if (change !== null && withState) ofUsers.moveRecent(change.expect.userId, nextId - 1);
        results.push("committed");
      }
      commitTo(last);
      return results;
    } catch (error) {
      undo();
      throw error;
    }
  }

  function claims({ expect, lockout, consume, attempt }: SignInCommit, recentAudit: string): boolean {
    const common = lockout?.counter === "common" ? lockout : null;
    const remote = lockout?.counter === "remote-access" ? lockout : null;
    const { changes } = claim.run(
      expect.userId,
      expect.version,
      common?.failures ?? null,
      common?.lockedUntilMs ?? null,
      attempt?.id ?? null,
      attempt?.clientId ?? null,
      consume?.tokenId ?? null,
      consume?.counter ?? null,
      remote?.failures ?? null,
      remote?.lockedUntilMs ?? null,
      recentAudit,
      common?.failuresSinceLock ?? null,
      remote?.failuresSinceLock ?? null,
    );
    return changes === 1;
  }

  function consume(userId: string, { tokenId, counter, source, attemptId, atMs }: Consumption): void {
    insertConsumption.run(tokenId, counter, source, attemptId, userId, atMs);
  }

  function alsoWrite(
    userId: string,
    { used, enrolmentPostponed, temporaryCode, withdrawPush, demandMetAt }: SignInExtras,
  ): void {
    for (const { authenticatorId, data, atMs } of used)
      useAuthenticator.run(authenticatorId, atMs, data === null ? null : JSON.stringify(data), userId);
    if (enrolmentPostponed !== null) postponeEnrolment[enrolmentPostponed].run(userId);
    if (temporaryCode) changeTemporaryCode(userId, temporaryCode);
    if (withdrawPush) {
      withdrawRequest.run(withdrawPush.requestId, withdrawPush.outcome, withdrawPush.atMs);
      freePlace.run(withdrawPush.requestId);
    }
    if (demandMetAt !== undefined) meetDemand.run(demandMetAt, userId);
  }

  function changeTemporaryCode(userId: string, change: TemporaryCodeChange): void {
    switch (change.change) {
      case "used":
        return void useTemporaryCode.run(userId, change.id, change.atMs, change.end ? change.atMs : null);
      case "refused":
        return void refuseTemporaryCode.run(userId);
      case "ended":
        endTemporaryCode.run(userId, change.why, change.atMs);
        return void forgetTemporaryCode.run(userId);
    }
  }

  function keep(auditId: number, { clientId, verdict, atMs }: Attempt): void {
    insertAttempt.run(auditId, clientId, verdict, atMs);
  }

  function insertLink(link: Link): void {
    const id = insertRow(link);
    if (link.subjectUserId !== null) ofUsers.copy(id);
  }

  function insertRow(link: Link): number {
    const { lastInsertRowid } = insertAudit.run(
      link.chain,
      link.sequence,
      link.atMs,
      link.receivedAtMs,
      link.type,
      link.actor,
      link.subjectUserId,
      link.endpointId,
      link.attemptId,
      link.outcome,
      link.reason,
      link.mode,
      link.detail,
      link.mac,
      link.previousHash,
      link.hash,
    );
    return Number(lastInsertRowid);
  }

  function head(): ChainHead {
    if (knownHead !== null) return knownHead;
    const row = readHead.get(chain);
    return row === undefined ? emptyChain : { sequence: Number(row.sequence), hash: String(row.hash) };
  }

  function commitTo(last: ChainHead): void {
    commit.run();
    knownHead = { sequence: last.sequence, hash: last.hash };
  }

  function forgetHead(): void {
    knownHead = null;
  }

  function undo(): void {
    forgetHead();
    // SQLite has ended the transaction by itself after some faults.
    if (database.isTransaction) rollback.run();
  }

  return {
    writeBatch,
    head,
    insertLink,
    begin: () => void begin.run(),
    commit: commitTo,
    rollback: undo,
    tidy: ofUsers.copyWaiting,
    forgetHead,
  };
}
