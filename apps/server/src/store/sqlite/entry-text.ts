import type { AuditDraft } from "../audit-rows.ts";
import type { Entry } from "../group-commit.ts";
import type { SignInCommit } from "../sign-in-commit.ts";

/**
 * Entries as they go to the thread that writes. Text is cheaper to hand over than objects, and values by their place are
 * cheaper to write and to read than by name: among thousands of sign-ins a second that is a share worth having.
 */
export function toText(batch: readonly Entry[]): string {
  return JSON.stringify(
    batch.map(({ commit, audit }) => [commit && fromCommit(commit), audit.map(fromDraft)]),
  );
}

export function fromText(text: string): Entry[] {
  const packed = JSON.parse(text) as [PackedCommit | null, PackedDraft[]][];
  return packed.map(([commit, packedAudit]) => {
    const audit = packedAudit.map(toDraft);
    return { commit: commit && toCommit(commit, audit), audit };
  });
}

type Lockout = NonNullable<SignInCommit["lockout"]>;
type Consumption = NonNullable<SignInCommit["consume"]>;
type Attempt = NonNullable<SignInCommit["attempt"]>;

type PackedCommit = [
  userId: string,
  version: number,
  lockout:
    | [Lockout["counter"], Lockout["failures"], Lockout["failuresSinceLock"], Lockout["lockedUntilMs"]]
    | null,
  consume: [tokenId: string, counter: number, attemptId: string, source: string, atMs: number] | null,
  attempt: [id: string, clientId: string, verdict: string, atMs: number] | null,
  also: SignInCommit["also"],
];

/** Without `audit`: that is the entry's. */
function fromCommit({ expect, lockout, consume, attempt, also }: SignInCommit): PackedCommit {
  return [
    expect.userId,
    expect.version,
    lockout && [lockout.counter, lockout.failures, lockout.failuresSinceLock, lockout.lockedUntilMs],
    consume && [consume.tokenId, consume.counter, consume.attemptId, consume.source, consume.atMs],
    attempt && [attempt.id, attempt.clientId, attempt.verdict, attempt.atMs],
    also ?? null,
  ];
}

function toCommit(packed: PackedCommit, audit: AuditDraft[]): SignInCommit {
  const [userId, version, lockout, consume, attempt, also] = packed;
  return {
    expect: { userId, version },
    lockout: lockout && toLockout(lockout),
    consume: consume && toConsumption(consume),
    attempt: attempt && toAttempt(attempt),
    also: also ?? null,
    audit,
  };
}

function toLockout(packed: NonNullable<PackedCommit[2]>): Lockout {
  const [counter, failures, failuresSinceLock, lockedUntilMs] = packed;
  return { counter, failures, failuresSinceLock, lockedUntilMs };
}

function toConsumption([tokenId, counter, attemptId, source, atMs]: NonNullable<
  PackedCommit[3]
>): Consumption {
  return { tokenId, counter, attemptId, source, atMs };
}

function toAttempt([id, clientId, verdict, atMs]: NonNullable<PackedCommit[4]>): Attempt {
  return { id, clientId, verdict, atMs };
}

type PackedDraft = [
  AuditDraft["atMs"],
  AuditDraft["type"],
  AuditDraft["actor"],
  AuditDraft["subjectUserId"],
  AuditDraft["endpointId"],
  AuditDraft["attemptId"],
  AuditDraft["outcome"],
  AuditDraft["reason"],
  AuditDraft["mode"],
  AuditDraft["detail"],
];

function fromDraft(draft: AuditDraft): PackedDraft {
  const { atMs, type, actor, subjectUserId, endpointId, attemptId, outcome, reason, mode, detail } = draft;
  return [atMs, type, actor, subjectUserId, endpointId, attemptId, outcome, reason, mode, detail];
}

function toDraft(packed: PackedDraft): AuditDraft {
  const [atMs, type, actor, subjectUserId, endpointId, attemptId, outcome, reason, mode, detail] = packed;
  return { atMs, type, actor, subjectUserId, endpointId, attemptId, outcome, reason, mode, detail };
}
