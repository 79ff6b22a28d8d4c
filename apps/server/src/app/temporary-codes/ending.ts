import type { TemporaryCodeEnd } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import { auditDraft } from "../../store/audit-draft.ts";
import type { AuditDraft } from "../../store/audit-rows.ts";
import type { Transaction } from "../../store/store.ts";
import type { TemporaryCodeRow } from "../../store/temporary-codes-store.ts";
import type { Actor } from "../actor.ts";
import { serverActor } from "../actor.ts";
import { report } from "../audit.ts";
import type { AppPorts } from "../ports.ts";

/** Temporary codes end in the transaction of what ends them. */

/** Ends the user's code, if he has one, and says so in the audit. True where there was one that was still good. */
export async function endTemporaryCode(
  tx: Transaction,
  actor: Actor,
  userId: string,
  why: TemporaryCodeEnd,
): Promise<boolean> {
  if ((await tx.users.state(userId)).temporaryCode === 0) return false;
  const before = await tx.temporaryCodes.ofUser(userId);
  const over = before !== null && tx.now() >= before.expiresAtMs;
  const ended = await tx.temporaryCodes.end(userId, over ? "expired" : why, tx.now());
  if (ended === null) return false;
  await report(tx, over ? serverActor : actor, "temporary-code-ended", aboutEnd(ended));
  return !over;
}

/** He signed in with his token where no server could be reached: that ends what was generated before it (TC-7). */
export async function resumedUsualFactor(
  tx: Transaction,
  actor: Actor,
  userId: string,
  atMs: number,
): Promise<void> {
  const code = await tx.temporaryCodes.ofUser(userId);
  if (code !== null && code.createdAtMs < atMs)
    await endTemporaryCode(tx, actor, userId, "usual-factor-used");
}

/** The event for who writes it together with something else. */
export function endedDraft(atMs: number, actor: Actor, ended: TemporaryCodeRow): AuditDraft {
  return auditDraft(atMs, actor, "temporary-code-ended", aboutEnd(ended));
}

function aboutEnd({ userId, id, uses, refusedTries, endedWhy }: TemporaryCodeRow) {
  return { userId, reason: endedWhy, detail: { temporaryCodeId: id, uses, refusedTries } };
}

/** How long what has ended stays, for the audit to say what somebody typed. */
const keptMs = 30 * 86_400_000;
const atOnce = 100;

/** Ends what is past its time and forgets what ended long ago. */
export async function tidyTemporaryCodes(ports: Pick<AppPorts, "store">): Promise<void> {
  for (let more = true; more; ) {
    more = await ports.store.transaction(async (tx) => {
      const expired = await tx.temporaryCodes.expired(tx.now(), atOnce);
      for (const { userId } of expired) await endTemporaryCode(tx, serverActor, userId, "expired");
      return expired.length === atOnce;
    });
  }
  await ports.store.transaction((tx) => tx.temporaryCodes.forget(tx.now() - keptMs));
}
