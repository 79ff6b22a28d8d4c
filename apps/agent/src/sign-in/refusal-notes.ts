import type { SignInAudit } from "@holdfast/core/sign-in/types";
import type { CommitContext, OfflineStore } from "@holdfast/offline-store/types";

const onceInMs = 60_000;
const maximumKept = 1000;

/**
 * Refusals that need no check and no write are answered at once and noted behind: one event a minute per user and
 * reason, so that a flood of them neither fills the chain nor costs the disk.
 */
export class RefusalNotes {
  readonly #store: Pick<OfflineStore, "note">;
  readonly #notedAtMs = new Map<string, number>();

  constructor(store: Pick<OfflineStore, "note">) {
    this.#store = store;
  }

  note(audit: SignInAudit, context: CommitContext): void {
    if (audit.userId === null) return;
    const nowMs = performance.now();
    const key = `${audit.userId} ${audit.reason}`;
    const before = this.#notedAtMs.get(key);
    if (before !== undefined && nowMs - before < onceInMs) return;
    // The oldest are first in a map; those it forgets may be noted once more.
    this.#notedAtMs.delete(key);
    this.#notedAtMs.set(key, nowMs);
    if (this.#notedAtMs.size > maximumKept) {
      const [oldest] = this.#notedAtMs.keys();
      if (oldest !== undefined) this.#notedAtMs.delete(oldest);
    }
    this.#store.note(audit, context);
  }
}
