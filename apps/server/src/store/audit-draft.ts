import type { AuditDraft } from "./audit-rows.ts";

export type About = {
  readonly userId?: string | null;
  readonly endpointId?: string | null;
  readonly outcome?: AuditDraft["outcome"];
  readonly reason?: string | null;
  /** Never a secret, a code, a password or a URI with one. */
  readonly detail?: Record<string, unknown>;
};

/** An administrative event by this actor, as the audit takes it: what nothing is said about is nobody and nothing. */
export function auditDraft(
  atMs: number,
  actor: { readonly name: string },
  type: string,
  about: About = {},
): AuditDraft {
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
