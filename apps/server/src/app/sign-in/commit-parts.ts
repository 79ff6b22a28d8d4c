import type { Effect } from "@holdfast/core/sign-in/types";
import type { Workflow } from "@holdfast/protocol/policy";
import type { PushWithdrawalWrite, SignInExtras } from "../../store/authenticators-store.ts";
import type { SignInCommit } from "../../store/sign-in-commit.ts";
import type { TemporaryCodeChange } from "../../store/temporary-codes-store.ts";
import type { LockoutCounter } from "../../store/users-store.ts";
import type { Use } from "./other-authenticators.ts";
import type { SentChecks } from "./sent-codes.ts";

/** What core's changes are in the store's one write of a sign-in. */

type Commit = Extract<Effect, { do: "commit" }>;

export function lockoutOf(effect: Commit, counter: LockoutCounter): SignInCommit["lockout"] {
  const change = effect.write.find((one) => one.change === "lockout" || one.change === "attempt-recorded");
  return change ? { counter, ...change.lockout } : null;
}

/** What goes with a commit now and then; null: nothing of the kind. */
type Beside = {
  readonly temporaryCode: TemporaryCodeChange | null;
  readonly withdrawPush: PushWithdrawalWrite | null;
  readonly demandMetAt: string | null;
};

export function extrasOf(
  effect: Commit,
  uses: ReadonlyMap<string, Use>,
  sent: SentChecks | null,
  { temporaryCode, withdrawPush, demandMetAt }: Beside,
  workflow: Workflow,
  atMs: number,
): SignInExtras | null {
  const used = effect.write.flatMap((one) =>
    one.change === "authenticator-used" ? (uses.get(one.authenticatorId) ?? []) : [],
  );
  const tried = effect.write.flatMap((one) =>
    one.change === "sent-code-tried" ? (sent?.tried(one.by) ?? []) : [],
  );
  const postponed = effect.write.some(({ change }) => change === "enrolment-postponed");
  const at = workflow === "remote-access" ? workflow : "self-service";
  const enrolmentPostponed = postponed ? at : null;
  const nothing = [temporaryCode, withdrawPush, demandMetAt].every((one) => one === null);
  return used.length + tried.length === 0 && !postponed && nothing
    ? null
    : {
        used: [...used.map((use) => ({ ...use, atMs })), ...tried.map((use) => ({ ...use, atMs: null }))],
        enrolmentPostponed,
        ...(temporaryCode === null ? {} : { temporaryCode }),
        ...(withdrawPush === null ? {} : { withdrawPush }),
        ...(demandMetAt === null ? {} : { demandMetAt }),
      };
}

export function consumptionOf(effect: Commit, attemptId: string, atMs: number): SignInCommit["consume"] {
  const change = effect.write.find((one) => one.change === "code-consumed");
  return change
    ? { tokenId: change.tokenId, counter: change.counter, attemptId, source: "server", atMs }
    : null;
}
