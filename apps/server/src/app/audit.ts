import type { AuditDraft } from "../store/audit-rows.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";

type About = {
  readonly userId?: string | null;
  readonly endpointId?: string | null;
  readonly outcome?: AuditDraft["outcome"];
  readonly reason?: string | null;
  /** Never a secret, a code, a password or a URI with one. */
  readonly detail?: Record<string, unknown>;
};

/** An administrative event, in the transaction of the change that it reports. */
export function report(tx: Transaction, actor: Actor, type: string, about: About = {}): Promise<void> {
  return tx.audit(auditDraft(tx.now(), actor, type, about));
}

export function auditDraft(atMs: number, actor: Actor, type: string, about: About = {}): AuditDraft {
  return {
    atMs,
    type,
    actor: actor.name,
    subjectUserId: about.userId ?? null,
    endpointId: about.endpointId ?? null,
    attemptId: null,
    outcome: about.outcome ?? "info",
    reason: about.reason ?? null,
    mode: null,
    detail: about.detail ?? {},
  };
}
