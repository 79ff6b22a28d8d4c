import { type About, auditDraft } from "../store/audit-draft.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";

/** An administrative event, in the transaction of the change that it reports. */
export function report(tx: Transaction, actor: Actor, type: string, about: About = {}): Promise<void> {
  return tx.audit(auditDraft(tx.now(), actor, type, about));
}

/** What nothing was changed by, and so has no transaction. */
export function note(
  store: Pick<Store, "note">,
  atMs: number,
  actor: Actor,
  type: string,
  about: About,
): Promise<void> {
  return store.note([auditDraft(atMs, actor, type, about)]);
}
