import type { PushWithdrawn } from "@holdfast/core/push/request";
import { auditDraft } from "../../store/audit-draft.ts";
import type { AuditDraft } from "../../store/audit-rows.ts";
import type { PushWithdrawalWrite } from "../../store/authenticators-store.ts";
import type { PushRequestRow } from "../../store/push-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { AppPorts } from "../ports.ts";
import { signerPrefix } from "../sign-in/client.ts";

/**
 * What becomes of a request whose sign-in is over: the person typed a code instead, was refused, or went away. His phones
 * show it no longer, and nobody learns to approve what serves no purpose. It counts towards the pushes a minute and an
 * hour like any other, so that whoever ends his own attempts asks no more often by it.
 */

/** A sign-in's end: by success, it took another way; else it came to nothing. */
export type SignInEnd = Exclude<PushWithdrawn, "withdrawn">;

/**
 * For the commit that ends a sign-in: what it withdraws, if something waits. Whoever asks or answers raises the version of
 * the person's sign-in state, so a commit on facts that were read before this finds what is read here, or decides again.
 */
export async function withdrawalBy(
  ports: AppPorts,
  requestId: string,
  end: SignInEnd,
): Promise<{
  readonly userId: string;
  readonly write: PushWithdrawalWrite;
  readonly audit: AuditDraft;
} | null> {
  const row = await ports.store.read((tx) => tx.push.requests.get(requestId));
  const atMs = ports.clock.now();
  if (row === null || !waits(row, atMs)) return null;
  return { userId: row.userId, write: { requestId, outcome: end, atMs }, audit: draft(row, end, atMs) };
}

/** For an end that commits nothing. */
export async function withdraw(ports: AppPorts, requestId: string, end: SignInEnd): Promise<void> {
  const userId = await ports.store.transaction(async (tx) => {
    const row = await tx.push.requests.get(requestId);
    return row !== null && (await withdrawIn(tx, row, end)) ? row.userId : null;
  });
  if (userId !== null) await tellPhones(ports, userId);
}

/** An order that is signed no more: its application took it back, or its signer declined it. */
export async function withdrawOfSigning(
  tx: Transaction,
  { id, userId }: { readonly id: string; readonly userId: string },
): Promise<boolean> {
  const row = await tx.push.requests.pendingOfUser(userId, tx.now());
  return row?.client.startsWith(signerPrefix(id)) === true && withdrawIn(tx, row, "sign-in-ended");
}

async function withdrawIn(tx: Transaction, row: PushRequestRow, end: SignInEnd): Promise<boolean> {
  if (!waits(row, tx.now())) return false;
  await tx.users.bump(row.userId);
  const write = { outcome: end, atMs: tx.now(), phoneId: null, statement: null };
  if (!(await tx.push.requests.answer(row.id, write))) return false;
  await tx.audit(draft(row, end, tx.now()));
  return true;
}

export function tellPhonesLater(ports: AppPorts, userId: string): void {
  ports.push.background.add("word that a push request is withdrawn", () => tellPhones(ports, userId));
}

/** Whichever server holds the streams of his phones. */
async function tellPhones(ports: AppPorts, userId: string): Promise<void> {
  const phoneIds = await ports.store.transaction(async (tx) => {
    const ids = (await tx.phones.ofUser(userId)).map(({ id }) => id);
    await tx.phones.touch(ids);
    return ids;
  });
  ports.phones.wake(phoneIds, "push-requests");
}

function waits({ outcome, expiresAtMs }: PushRequestRow, nowMs: number): boolean {
  return outcome === null && nowMs < expiresAtMs;
}

function draft(row: PushRequestRow, end: SignInEnd, atMs: number): AuditDraft {
  const { workflow, application, place, address } = row.details;
  return {
    ...auditDraft(atMs, { name: row.client }, "push-withdrawn", {
      userId: row.userId,
      reason: end,
      detail: { requestId: row.id, workflow, application, place, address },
    }),
    attemptId: row.attemptId,
    mode: "online",
  };
}
