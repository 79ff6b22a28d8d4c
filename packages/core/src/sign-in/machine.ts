import type { Factor } from "@holdfast/protocol/policy";
import { countFailure, lockState } from "../lockout/lockout.ts";
import { type Ask, askOf, asksOf, isTypedCode } from "../policy/workflows.ts";
import { refusal, refusedAtOnce, refusedOffline } from "./admission.ts";
import { byEnrolmentCode, enrolmentInstead, whyNoEnrolment } from "./enrolment.ts";
import { opened, opensEarly, refusedEarly, restOf } from "./sent-codes.ts";
import {
  asTold,
  auditOf,
  failedFactorOf,
  failureChanges,
  lockoutAfter,
  reasonFor,
  spentMeanwhile,
  succeeded,
  successChanges,
  uncounted,
} from "./settlement.ts";
import {
  collect,
  inOrderOfChecking,
  isVerified,
  nothingProven,
  promptsOf,
  provenBy,
  stepAnsweredBy,
  stepDue,
  takesOneLine,
  verifying,
} from "./steps.ts";
import { burnt, failedCodeOf, hadNothingToCompare, hasOne, kindsToCompare } from "./typed-codes.ts";
import type {
  Base,
  Check,
  Collected,
  Effect,
  Facts,
  Input,
  Outcome,
  Prompt,
  Proof,
  Refusal,
  State,
  Step,
  Success,
} from "./types.ts";

/** Conflicts one attempt may meet before it is told to try again: more means that somebody floods this user. */
export const maximumConflicts = 16;

/**
 * The sign-in machine: decides what to ask, check, record and answer, the same online and offline. Every factor is
 * collected before any is checked, so that neither prompts nor time tell which one was wrong (SECURITY §1, Guessing);
 * no verdict exists outside before it is durable. An input that does not fit the state changes nothing.
 */
export function signIn(state: State | null, input: Input, facts: Facts, nowMs: number): Step {
  if (state === null)
    return input.in === "begin" ? begin(input.base, facts, nowMs) : fault("a sign-in starts with begin");
  switch (state.at) {
    case "asking":
      return whileAsking(state, input, facts, nowMs);
    case "recording":
      return whileRecording(state, input, facts, nowMs);
    case "checking":
      return whileChecking(state, input, facts, nowMs);
    case "settling":
      return whileSettling(state, input, facts, nowMs);
    case "done":
      return stay(state);
  }
}

type At<K extends State["at"]> = Extract<State, { at: K }>;

function begin(base: Base, facts: Facts, nowMs: number): Step {
  const refusal = refusedAtOnce(base, facts, nowMs);
  if (refusal) return refuseNow(base, facts, refusal);
  const due = stepDue(base, [], facts);
  if (due === null) return fault("a workflow asks for at least one factor");
  const ask = base.oneLine && takesOneLine(base, facts) ? "password-and-code" : due.ask;
  return asking(base, ask, [], facts);
}

function whileAsking(state: At<"asking">, input: Input, facts: Facts, nowMs: number): Step {
  if (input.in === "cancelled") return refuseNow(state, facts, refusal("cancelled"));
  if (nowMs >= state.expiresAtMs) return refuseNow(state, facts, refusal("timed-out"));
  const due = stepDue(state, state.collected, facts);
  const other = input.in === "chosen" && !(state.mode === "offline" && state.early !== undefined);
  if (other && due !== null && asksOf(due.step).includes(input.ask))
    return askNext(state, input.ask, state.collected, facts, nowMs);
  if (input.in !== "given") return stay(state, promptsOf(state, state.ask, state.collected, facts));

  const collected = collect(state, input.value, input.sameAsFirst, facts);
  const next = stepDue(state, collected, facts);
  if (next) return askNext(state, next.ask, collected, facts, nowMs);
  return state.mode === "offline" && state.early === undefined
    ? record(state, collected, facts, nowMs, 0)
    : checkRest(state, collected, facts, nowMs);
}

function askNext(base: Base, ask: Ask, collected: readonly Collected[], facts: Facts, nowMs: number): Step {
  if (!opensEarly(base, ask, collected)) return asking(base, ask, collected, facts);
  const opening = { ...base, opening: { ask, collected } };
  return base.early === undefined && facts.user !== null
    ? record(opening, collected, facts, nowMs, 0)
    : checkRest(opening, collected, facts, nowMs);
}

/** All that was not weighed before a code was sent. */
function checkRest(base: Base, collected: readonly Collected[], facts: Facts, nowMs: number): Step {
  const refused = refusedEarly(base, (proof) => spentMeanwhile(proof, facts));
  const { rest, proof } = restOf(base, collected);
  if (refused === null) return check(base, inOrderOfChecking(rest), proof, facts, nowMs);
  const answer = rest.find(({ ask }) => ask === "qr-challenge");
  if (answer !== undefined && facts.user !== null && !base.opening) {
    // Compared like any other, and a try is counted: only the verdict is known.
    const effect = verifying("qr-challenge", facts.user.id, answer.given);
    return {
      state: { ...bare(base), at: "checking", rest: [], proof, ask: answer.ask, effect: effect.id },
      prompts: [],
      effects: [effect],
    };
  }
  const code = rest.find(({ ask }) => ask === "code");
  if (code === undefined || base.opening) {
    const asks = base.opening ? [] : rest.map(({ ask }) => ask);
    return settle(base, asTold(refused.verdict, asks), refused.failed, proof, facts, nowMs, 0);
  }
  // What is typed besides costs as much as if it were looked at.
  const given = burnt(base, "code") ? code.given : null;
  const effect: Effect = { id: "check-code", do: "burn-time", given };
  return {
    state: { ...bare(base), at: "checking", rest: [], proof, ask: "code", effect: effect.id },
    prompts: [],
    effects: [effect],
  };
}

function goOnAsking(base: Base, proof: Proof, found: Parameters<typeof opened>[2], facts: Facts): Step {
  const { opening } = base;
  if (!opening) return fault("nothing was to be sent");
  const { base: next, effects } = opened(base, proof, found, facts);
  const step = asking(next, opening.ask, opening.collected, facts);
  return { ...step, effects };
}

function asking(base: Base, ask: At<"asking">["ask"], collected: readonly Collected[], facts: Facts): Step {
  return {
    state: { ...bare(base), at: "asking", ask, collected },
    prompts: promptsOf(base, ask, collected, facts),
    effects: [],
  };
}

/** The attempt counts as a failure before anything typed is looked at, whatever happens to the machine. */
function record(
  base: Base,
  collected: readonly Collected[],
  facts: Facts,
  nowMs: number,
  retries: number,
): Step {
  const refusal = refusedAtOnce(base, facts, nowMs);
  if (refusal || facts.user === null)
    return refuseNow(
      base,
      facts,
      refusal ?? { kind: "refused", reason: "never-signed-in-here", lockedUntilMs: null },
    );
  const effect = `record-${retries}`;
  return {
    state: { ...bare(base), at: "recording", collected, effect, retries },
    prompts: [],
    effects: [
      {
        id: effect,
        do: "commit",
        expect: { userId: facts.user.id, version: facts.version },
        write: [
          { change: "attempt-recorded", lockout: countFailure(facts.lockout, facts.policy.lockout, nowMs) },
          ...(collected.some(({ ask }) => ask === "ocra") ? [{ change: "challenge-tried" } as const] : []),
        ],
        audit: [],
      },
    ],
  };
}

function whileRecording(state: At<"recording">, input: Input, facts: Facts, nowMs: number): Step {
  if (!answers(state, input)) return stay(state);
  if (input.in === "committed")
    return check(state, inOrderOfChecking(state.collected), nothingProven, facts, nowMs);
  if (input.in === "conflict") {
    return state.retries + 1 < maximumConflicts
      ? record(state, state.collected, facts, nowMs, state.retries + 1)
      : refuseNow(state, facts, refusal("busy"));
  }
  return input.in === "storage-failed" ? refuseNow(state, facts, refusal("storage-failed")) : stay(state);
}

/** Asks for the next check, or decides when all is proven. The code is always the last. */
function check(
  base: Base,
  [next, ...rest]: readonly Collected[],
  proof: Proof,
  facts: Facts,
  nowMs: number,
): Step {
  if (!next) return base.opening ? goOnAsking(base, proof, null, facts) : decide(base, proof, facts, nowMs);
  const effect = checkEffect(base, next, proof, facts);
  if (effect === "has-none") return withoutSecondFactor(base, next.ask, proof, facts, nowMs);
  return {
    state: { ...bare(base), at: "checking", rest, proof, ask: next.ask, effect: effect.id },
    prompts: [],
    effects: [effect],
  };
}

function checkEffect(base: Base, { ask, given }: Collected, proof: Proof, facts: Facts): Effect | "has-none" {
  const id = `check-${ask}`;
  if (facts.user === null) return { id, do: "burn-time", given: burnt(base, ask) ? given : null };
  if (ask === "password") {
    return facts.hasPassword
      ? { id, do: "verify-password", userId: facts.user.id, given }
      : { id, do: "burn-time", given };
  }
  const step = stepAnsweredBy(base, ask, facts);
  const held = step.filter((factor) => hasOne(factor, facts));
  if (ask === "code" && base.mode === "online")
    return { id, do: "check-code", userId: facts.user.id, kinds: kindsToCompare(base, step, held), given };
  // Told only to who has proven something: to others it would be a word about the user.
  if (held.length === 0 && proof.factors.length > 0) return "has-none";
  const kinds = held.filter((factor) => askOf(factor) === ask);
  if (kinds.length > 0 && ask === "code")
    return { id, do: "check-code", userId: facts.user.id, kinds: kinds.filter(isTypedCode), given };
  if (kinds.length > 0 && isVerified(ask)) return verifying(ask, facts.user.id, given);
  return { id, do: "burn-time", given: ask === "pin" ? given : null };
}

/** Refused; but a person who may enrol one for himself gets into self-service, for a while or for that alone (TC-46). */
function withoutSecondFactor(base: Base, ask: Ask, proof: Proof, facts: Facts, nowMs: number): Step {
  const verdict = enrolmentInstead(base, proof, facts);
  if (verdict === null) {
    const failed = failedFactorOf(ask, stepAnsweredBy(base, ask, facts), facts);
    const finding: Check = { check: "unusable", reason: whyNoEnrolment(base, proof, facts) };
    return settle(
      base,
      refusal(reasonFor(finding, facts, failed, proof.factors)),
      failed,
      proof,
      facts,
      nowMs,
      0,
    );
  }
  return settle(base, verdict, null, proof, facts, nowMs, 0);
}

function whileChecking(state: At<"checking">, input: Input, facts: Facts, nowMs: number): Step {
  if (!answers(state, input) || input.in !== "checked") return stay(state);
  const { ask, proof, rest } = state;
  const early = state.opening ? null : refusedEarly(state, (before) => spentMeanwhile(before, facts));
  if (early !== null) return settle(state, early.verdict, early.failed, proof, facts, nowMs, 0);
  const step = stepAnsweredBy(state, ask, facts);
  const proven = input.result.check === "right" ? provenBy(ask, step, input.result, facts) : null;
  if (proven !== null) {
    const expired = proven.used.some(({ id }) => facts.authenticators.find((one) => one.id === id)?.expired);
    const more: Proof = {
      factors: [...proof.factors, ...proven.factors],
      consumed: proven.consumed ?? proof.consumed,
      used: [...proof.used, ...proven.used],
    };
    if (expired && !state.browser) return settle(state, refusal("pin-expired"), null, more, facts, nowMs, 0);
    return check(state, rest, more, facts, nowMs);
  }
  const result: Check = input.result.check === "right" ? { check: "wrong" } : input.result;
  if (ask === "code" && hadNothingToCompare(state, step, input.result, proof, facts))
    return withoutSecondFactor(state, ask, proof, facts, nowMs);
  const failed = ask === "code" ? failedCodeOf(step, result, facts) : failedFactorOf(ask, step, facts);
  const verdict = asTold(refusal(reasonFor(result, facts, failed, proof.factors)), [ask]);
  return settle(state, verdict, failed, proof, facts, nowMs, 0);
}

/** Everything is proven: the verdict, and the one commit that makes it so. */
function decide(base: Base, proof: Proof, facts: Facts, nowMs: number): Step {
  if (facts.user?.status !== "active")
    return settle(base, refusal("user-disabled"), null, proof, facts, nowMs, 0);
  if (byEnrolmentCode(base, proof, facts)) return decideByCode(base, proof, facts, nowMs);
  const renewalDue = facts.authenticators
    .filter(({ id, expired }) => expired && proof.used.some((one) => one.id === id))
    .map(({ factor }) => factor);
  return settleSuccess(base, { ...succeeded(facts.user.id, proof), renewalDue }, proof, facts, nowMs, 0);
}

/** A code that leads to enrolling alone is a wrong one to who has nothing to enrol, or has it already. */
function decideByCode(base: Base, proof: Proof, facts: Facts, nowMs: number): Step {
  const verdict = enrolmentInstead(base, proof, facts);
  if (verdict !== null) return settle(base, verdict, null, proof, facts, nowMs, 0);
  const rest: Proof = {
    ...nothingProven,
    factors: proof.factors.filter((factor) => factor !== "temporary-code"),
  };
  return settle(base, refusal("wrong-credentials"), "temporary-code", rest, facts, nowMs, 0);
}

/** What this sign-in may use was counted when it began. Others at the same moment may have used it up since. */
function settleSuccess(
  base: Base,
  verdict: Success,
  proof: Proof,
  facts: Facts,
  nowMs: number,
  retries: number,
): Step {
  const by = (["hotp", "qr-challenge"] as const).find((factor) => verdict.factors.includes(factor)) ?? null;
  const reason = base.mode === "offline" ? refusedOffline(base, facts, nowMs, by) : null;
  return settle(base, reason ? refusal(reason) : verdict, null, proof, facts, nowMs, retries);
}

function settle(
  base: Base,
  verdict: Outcome,
  failedFactor: Factor | null,
  proof: Proof,
  facts: Facts,
  nowMs: number,
  retries: number,
): Step {
  if (base.opening) return goOnAsking(base, proof, { verdict, failed: failedFactor }, facts);
  const proven = proof.factors;
  const user = facts.user;
  // A lock that came while this attempt was being checked hides what the check found, unless it is counted itself.
  const lock = lockState(facts.lockout, nowMs);
  if (base.mode === "online" && !base.early && user !== null && lock.kind === "locked") {
    return refuseNow(base, facts, { kind: "refused", reason: "locked", lockedUntilMs: lock.untilMs });
  }
  const counted = verdict.kind === "refused" && !uncounted.has(verdict.reason);
  if (user === null || (verdict.kind === "refused" && !counted))
    return refuseNow(base, facts, verdict as Refusal, failedFactor, proven);

  const lockout = lockoutAfter(base, verdict, facts, nowMs);
  const lockedUntilMs =
    verdict.kind === "refused"
      ? lockState(lockout, nowMs).kind === "locked"
        ? lockout.lockedUntilMs
        : null
      : null;
  const told: Outcome = verdict.kind === "refused" ? { ...verdict, lockedUntilMs } : verdict;
  const effect = `settle-${retries}`;
  return {
    state: { ...bare(base), at: "settling", verdict: told, failedFactor, proof, effect, retries },
    prompts: [],
    effects: [
      {
        id: effect,
        do: "commit",
        expect: { userId: user.id, version: facts.version },
        write:
          verdict.kind === "succeeded"
            ? successChanges(base, verdict, facts)
            : failureChanges(base, failedFactor, proven, lockout, facts),
        audit: [auditOf(base, facts, told, failedFactor, proven, lockout.failures)],
      },
    ],
  };
}

function whileSettling(state: At<"settling">, input: Input, facts: Facts, nowMs: number): Step {
  if (!answers(state, input)) return stay(state);
  if (input.in === "committed") return finish(state, state.verdict);
  if (input.in === "storage-failed") return finish(state, refusal("storage-failed"));
  if (input.in !== "conflict") return stay(state);
  if (state.retries + 1 >= maximumConflicts) return finish(state, refusal("busy"));
  return settleAgain(state, facts, nowMs);
}

/** Somebody else changed the facts: the same finding is weighed again. */
function settleAgain(state: At<"settling">, facts: Facts, nowMs: number): Step {
  const retries = state.retries + 1;
  const verdict = state.verdict;
  if (verdict.kind === "refused")
    return settle(state, verdict, state.failedFactor, state.proof, facts, nowMs, retries);
  if (facts.user?.status !== "active")
    return settle(state, refusal("user-disabled"), null, state.proof, facts, nowMs, retries);
  const spent = spentMeanwhile(verdict, facts);
  if (spent === null) {
    if (verdict.enrolmentDue === null)
      return settleSuccess(state, verdict, state.proof, facts, nowMs, retries);
    // Others may have put it off meanwhile, or have enrolled one.
    const due = enrolmentInstead(state, state.proof, facts) ?? refusal("busy");
    return settle(state, due, null, state.proof, facts, nowMs, retries);
  }
  const factors = state.proof.factors.filter((factor) => factor !== spent);
  const proof = { ...nothingProven, factors };
  return settle(state, refusal("wrong-credentials"), spent, proof, facts, nowMs, retries);
}

/** Ends without a commit: nothing changes but the audit. */
function refuseNow(
  base: Base,
  facts: Facts,
  verdict: Refusal,
  failedFactor: Factor | null = null,
  proven: readonly Factor[] = [],
): Step {
  const note: Effect = {
    id: "note",
    do: "note",
    audit: auditOf(base, facts, verdict, failedFactor, proven, 0),
  };
  const step = finish(base, verdict);
  return { ...step, effects: [note, ...step.effects] };
}

function finish(base: Base, outcome: Outcome): Step {
  return {
    state: { ...bare(base), at: "done", outcome },
    prompts: [],
    effects: [{ id: "forget", do: "forget" }],
  };
}

function answers(state: { effect: string }, input: Input): boolean {
  return "effect" in input && input.effect === state.effect;
}

function stay(state: State, prompts: readonly Prompt[] = []): Step {
  return { state, prompts, effects: [] };
}

/** Only what every state shares, so that no state carries another's data along. */
function bare(base: Base): Base {
  const { id, workflow, mode, userName, oneLine, browser, enrols, expiresAtMs, opening, early } = base;
  const shared = { id, workflow, mode, userName, oneLine, browser, expiresAtMs };
  return { ...shared, ...(enrols && { enrols }), ...(opening && { opening }), ...(early && { early }) };
}

function fault(why: string): never {
  throw new Error(`sign-in machine: ${why}`);
}
