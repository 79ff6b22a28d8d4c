import type { Factor } from "@holdfast/protocol/policy";
import { countFailure, lockState } from "../lockout/lockout.ts";
import { refusal, refusedAtOnce, requiredFactors } from "./admission.ts";
import { auditOf, failureChanges, lockoutAfter, reasonFor, successChanges, uncounted } from "./settlement.ts";
import type {
  Base,
  Check,
  Effect,
  Facts,
  Given,
  Input,
  Outcome,
  Prompt,
  Refusal,
  SecretRef,
  State,
  Step,
} from "./types.ts";

/** Conflicts one attempt may meet before it is told to try again: more means that somebody floods this user. */
export const maximumConflicts = 16;

/** Digits cut off one line where no token says how many: an unknown user must look like a known one. */
const presumedDigits = 6;

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
  const factors = requiredFactors(base, facts);
  const ask = base.oneLine && factors.length === 2 ? "password-and-code" : first(factors);
  return {
    state: { ...bare(base), at: "asking", ask, collected: [] },
    prompts: [{ factor: ask }],
    effects: [],
  };
}

function whileAsking(state: At<"asking">, input: Input, facts: Facts, nowMs: number): Step {
  if (input.in === "cancelled") return refuseNow(state, facts, refusal("cancelled"));
  if (nowMs >= state.expiresAtMs) return refuseNow(state, facts, refusal("timed-out"));
  if (input.in !== "given") return stay(state, [{ factor: state.ask }]);

  const factors = requiredFactors(state, facts);
  const collected = collect(state, input.value, input.sameAsFirst, facts);
  const missing = factors.find((factor) => !collected.some((one) => one.factor === factor));
  if (missing)
    return {
      state: { ...bare(state), at: "asking", ask: missing, collected },
      prompts: [{ factor: missing }],
      effects: [],
    };
  return state.mode === "offline"
    ? record(state, collected, facts, nowMs, 0)
    : check(state, collected, [], facts, nowMs);
}

function collect(
  state: At<"asking">,
  value: SecretRef,
  sameAsFirst: boolean,
  facts: Facts,
): At<"checking">["collected"] {
  if (
    state.ask === "password-and-code" ||
    (sameAsFirst && state.ask === "hotp" && state.collected.length > 0)
  ) {
    const digits = facts.token?.digits ?? presumedDigits;
    return [
      { factor: "password", given: { ref: value, take: { allButLast: digits } } },
      { factor: "hotp", given: { ref: value, take: { last: digits } } },
    ];
  }
  return [...state.collected, { factor: state.ask, given: { ref: value, take: "whole" } }];
}

/** Offline: the attempt counts as a failure before anything typed is looked at, whatever happens to the machine. */
function record(
  base: Base,
  collected: At<"checking">["collected"],
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
        ],
        audit: [],
      },
    ],
  };
}

function whileRecording(state: At<"recording">, input: Input, facts: Facts, nowMs: number): Step {
  if (!answers(state, input)) return stay(state);
  if (input.in === "committed") return check(state, state.collected, [], facts, nowMs);
  if (input.in === "conflict") {
    return state.retries + 1 < maximumConflicts
      ? record(state, state.collected, facts, nowMs, state.retries + 1)
      : refuseNow(state, facts, refusal("busy"));
  }
  return input.in === "storage-failed" ? refuseNow(state, facts, refusal("storage-failed")) : stay(state);
}

/** Asks for the check of the next factor, or decides when all are proven. The code is always the last. */
function check(
  base: Base,
  collected: At<"checking">["collected"],
  proven: readonly Factor[],
  facts: Facts,
  nowMs: number,
  matchedCounter: number | null = null,
): Step {
  const next = inOrderOfChecking(collected).find((one) => !proven.includes(one.factor));
  if (!next) return decide(base, proven, null, null, facts, nowMs, matchedCounter);
  const effect = checkEffect(next.factor, next.given, facts);
  if (effect === "no-token")
    return decide(base, proven, next.factor, { check: "unusable", reason: "no-token" }, facts, nowMs);
  return {
    state: { ...bare(base), at: "checking", collected, proven, factor: next.factor, effect: effect.id },
    prompts: [],
    effects: [effect],
  };
}

/** The code comes last: consuming it must follow every other proof, and a wrong password must not reveal a right code. */
function inOrderOfChecking(collected: At<"checking">["collected"]): At<"checking">["collected"] {
  return [
    ...collected.filter((one) => one.factor !== "hotp"),
    ...collected.filter((one) => one.factor === "hotp"),
  ];
}

function checkEffect(factor: Factor, given: Given, facts: Facts): Effect | "no-token" {
  const id = `check-${factor}`;
  if (facts.user === null) return { id, do: "burn-time", given: factor === "password" ? given : null };
  if (factor === "password") {
    return facts.hasPassword
      ? { id, do: "verify-password", userId: facts.user.id, given }
      : { id, do: "burn-time", given };
  }
  return facts.token === null
    ? "no-token"
    : { id, do: "check-code", userId: facts.user.id, tokenId: facts.token.id, given };
}

function whileChecking(state: At<"checking">, input: Input, facts: Facts, nowMs: number): Step {
  if (!answers(state, input) || input.in !== "checked") return stay(state);
  const result = input.result;
  if (result.check !== "right") return decide(state, state.proven, state.factor, result, facts, nowMs);
  const proven = [...state.proven, state.factor];
  if (state.factor !== "hotp") return check(state, state.collected, proven, facts, nowMs);
  // A right code without its counter could be used twice: it counts as no proof.
  if (result.counter === undefined)
    return decide(state, state.proven, "hotp", { check: "wrong" }, facts, nowMs);
  return check(state, state.collected, proven, facts, nowMs, result.counter);
}

/** Turns what the checks found into a verdict and the one commit that makes it so. */
function decide(
  base: Base,
  proven: readonly Factor[],
  failedFactor: Factor | null,
  result: Check | null,
  facts: Facts,
  nowMs: number,
  matchedCounter: number | null = null,
): Step {
  if (failedFactor === null && facts.user !== null && facts.user.status === "active") {
    const consumed =
      matchedCounter === null || facts.token === null
        ? null
        : { tokenId: facts.token.id, counter: matchedCounter };
    return settle(
      base,
      { kind: "succeeded", userId: facts.user.id, factors: proven, consumed },
      null,
      proven,
      facts,
      nowMs,
      0,
    );
  }
  if (failedFactor === null) return settle(base, refusal("user-disabled"), null, proven, facts, nowMs, 0);
  return settle(
    base,
    refusal(reasonFor(result, facts, failedFactor, proven)),
    failedFactor,
    proven,
    facts,
    nowMs,
    0,
  );
}

function settle(
  base: Base,
  verdict: Outcome,
  failedFactor: Factor | null,
  proven: readonly Factor[],
  facts: Facts,
  nowMs: number,
  retries: number,
): Step {
  const user = facts.user;
  // A lock that came while this attempt was being checked hides what the check found.
  const lock = lockState(facts.lockout, nowMs);
  if (base.mode === "online" && user !== null && lock.kind === "locked") {
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
    state: { ...bare(base), at: "settling", verdict: told, failedFactor, proven, effect, retries },
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
    return settle(state, verdict, state.failedFactor, state.proven, facts, nowMs, retries);
  if (facts.user?.status !== "active")
    return settle(state, refusal("user-disabled"), null, state.proven, facts, nowMs, retries);
  const consumed = verdict.consumed;
  const spent =
    consumed !== null && (facts.token?.id !== consumed.tokenId || consumed.counter < facts.token.nextCounter);
  return spent
    ? settle(
        state,
        refusal("wrong-credentials"),
        "hotp",
        state.proven.filter((factor) => factor !== "hotp"),
        facts,
        nowMs,
        retries,
      )
    : settle(state, verdict, null, state.proven, facts, nowMs, retries);
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
  const { id, workflow, mode, userName, oneLine, expiresAtMs } = base;
  return { id, workflow, mode, userName, oneLine, expiresAtMs };
}

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) return fault("a workflow asks for at least one factor");
  return one;
}

function fault(why: string): never {
  throw new Error(`sign-in machine: ${why}`);
}
