import type { AuditDraft } from "../../store/audit-rows.ts";
import type { Store, Transaction } from "../../store/store.ts";

/** The same store, telling what it has added to the audit once that is on disk; nothing that was rolled back. */
export function forwardedStore(store: Store, added: (events: readonly AuditDraft[]) => void): Store {
  return {
    ...store,
    async commitSignIn(commit) {
      const result = await store.commitSignIn(commit);
      if (result === "committed") added(commit.audit);
      return result;
    },
    async note(drafts) {
      await store.note(drafts);
      added(drafts);
    },
    async transaction(work) {
      let drafts: AuditDraft[] = [];
      const value = await store.transaction((tx) => {
        // It runs again on fresh rows where somebody else was faster.
        drafts = [];
        return work(listening(tx, drafts));
      });
      if (drafts.length > 0) added(drafts);
      return value;
    },
  };
}

function listening(tx: Transaction, drafts: AuditDraft[]): Transaction {
  return {
    ...tx,
    async audit(draft) {
      await tx.audit(draft);
      drafts.push(draft);
    },
    async endpointEvent(endpointId, sequence, draft, mac) {
      const added = await tx.endpointEvent(endpointId, sequence, draft, mac);
      if (added) drafts.push(draft);
      return added;
    },
  };
}
