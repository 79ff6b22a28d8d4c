import { temporaryCodeForm } from "@holdfast/core/help-desk-codes/temporary-code";
import type { TemporaryCodeRefusal } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import { whyNotGood } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import { workflowOfCode } from "@holdfast/core/policy/enrolment-code";
import type { AuthenticatorFacts, Change, Outcome, SignInAudit } from "@holdfast/core/sign-in/types";
import type { Workflow } from "@holdfast/protocol/policy";
import type { AuditDraft } from "../../store/audit-rows.ts";
import type { SignInFactsRow } from "../../store/sign-in-facts-row.ts";
import type { TemporaryCodeChange, TemporaryCodeRow } from "../../store/temporary-codes-store.ts";
import type { PasswordPlace } from "../password-queue.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { endedDraft } from "../temporary-codes/ending.ts";
import { temporaryCodeFits } from "../temporary-codes/verifier.ts";

/**
 * A temporary code within one run of a sign-in. What is typed where a code is asked for and has the form of one costs
 * one Argon2id and one statement of the commit: right or wrong, expired, revoked, switched off, of another workflow, or
 * never given to anybody. What has another form costs neither.
 */
export type TemporaryCodeCheck = {
  /**
   * As core decides on it. Read only where the user may have one and has typed something, or something in its form.
   * `enrols`: he has nothing else, so that at the portal a code may lead to enrolling (TC-44).
   */
  facts(
    known: SignInFactsRow,
    enrols: boolean,
  ): Promise<{ readonly good: AuthenticatorFacts[]; readonly kept: boolean }>;
  /** Null: it has not the form of one. `id` of the code that is right and good here. */
  check(known: SignInFactsRow, typed: string): Promise<{ readonly id: string | null } | null>;
  /** For what is refused before a code is looked at: it takes as long. */
  burn(typed: string): Promise<void>;
  /** For a retry: whether this run showed what an earlier run of it had used up. */
  shownAgain(id: string): boolean;
  /** What the commit of a verdict does to the code; null: nothing was typed that could be one, and none ends. */
  change(write: readonly Change[], verdict: Outcome, atMs: number): TemporaryCodeChange | null;
  /** What the audit says about it besides. */
  audited(event: Pick<SignInAudit, "outcome" | "reason">): {
    readonly reason: TemporaryCodeRefusal | null;
    readonly detail: Record<string, unknown>;
  };
  /** The event that tells its end by this commit; none where that is a use of it. */
  ended(change: TemporaryCodeChange | null): AuditDraft[];
};

export function createTemporaryCodeCheck(
  ports: AppPorts,
  run: {
    readonly client: string;
    readonly workflow: Workflow;
    readonly anythingTyped: boolean;
    readonly place: PasswordPlace | null;
  },
): TemporaryCodeCheck {
  let looked: { readonly row: TemporaryCodeRow | null; readonly allowed: boolean } | null = null;
  let policy: SignInFactsRow["policy"] | null = null;
  let typedOne = false;
  let matched: string | null = null;
  /** What the code must be good for. */
  let workflow = run.workflow;

  const look = async (known: SignInFactsRow) => {
    policy = known.policy;
    looked = await ports.store.read(async (tx) => ({
      row: await tx.temporaryCodes.ofUser(known.user.id),
      allowed: (await settingsOf(ports, tx)).temporaryCodes.allowed,
    }));
    return looked;
  };

  const whyNot = (): TemporaryCodeRefusal | null => {
    if (!looked?.row || policy === null) return null;
    const { allowed, row } = looked;
    return whyNotGood(row, { allowed, policy, workflow, nowMs: ports.clock.now() });
  };

  const fits = async (code: string, kept: TemporaryCodeRow | null): Promise<boolean> => {
    if (run.place === null) throw new Error("a temporary code is to be checked and there is no place for it");
    typedOne = true;
    return temporaryCodeFits(run.place, code, kept, () => ports.entropy(16));
  };

  return {
    async facts(known, enrols) {
      looked = null;
      workflow = enrols ? workflowOfCode(known.policy, run.workflow) : run.workflow;
      const kept = known.state.temporaryCode === 1;
      if (!typedOne && !(kept && run.anythingTyped)) return { good: [], kept };
      const { row } = await look(known);
      const good = row !== null && whyNot() === null;
      return {
        good: good
          ? [{ id: row.id, factor: "temporary-code", nextCounter: 0, version: 1, expired: false }]
          : [],
        kept,
      };
    },

    async check(known, typed) {
      const code = temporaryCodeForm(typed);
      if (code === null) return null;
      const { row } = looked ?? (await look(known));
      matched = (await fits(code, row)) ? (row?.id ?? null) : null;
      return { id: whyNot() === null ? matched : null };
    },

    async burn(typed) {
      const code = temporaryCodeForm(typed);
      if (code !== null) await fits(code, null);
    },

    shownAgain: (id) => matched === id,

    change(write, verdict, atMs) {
      const row = looked?.row ?? null;
      if (write.some(({ change }) => change === "temporary-code-ended")) {
        const expired = row !== null && atMs >= row.expiresAtMs;
        return { change: "ended", why: expired ? "expired" : "usual-factor-used", atMs };
      }
      const used = write.find((one) => one.change === "temporary-code-used");
      if (used) return { change: "used", id: used.id, atMs, end: row?.use === "once" };
      return typedOne && verdict.kind === "refused" ? { change: "refused" } : null;
    },

    audited({ outcome, reason: told }) {
      const row = looked?.row ?? null;
      if (matched === null || row?.id !== matched) return { reason: null, detail: {} };
      // Other reasons are said for themselves: locked, disabled, too busy.
      const plain = outcome === "refused" && (told === "wrong-credentials" || told === "no-token");
      return { reason: plain ? whyNot() : null, detail: { temporaryCodeId: row.id } };
    },

    ended(change) {
      const row = looked?.row ?? null;
      if (change?.change !== "ended" || row === null || row.endedWhy !== null) return [];
      const { why, atMs } = change;
      return [endedDraft(atMs, { name: run.client }, { ...row, endedWhy: why, endedAtMs: atMs })];
    },
  };
}
