import { defaultUserPolicy, type WorkflowSteps } from "@holdfast/protocol/policy";
import { describe, expect, test } from "vitest";
import type { Ask } from "../policy/workflows.ts";
import { signIn } from "./machine.ts";
import { requestedCode } from "./sent-codes.ts";
import { sampleFacts } from "./testing/sample-facts.ts";
import type { AuthenticatorFacts, Base, Check, Effect, Facts, Input, Outcome, Step } from "./types.ts";

/** Push in the sign-in machine: who is asked, and that nobody learns by it whether a password was right. */

const nowMs = 1_800_000_000_000;
const base: Base = {
  id: "attempt-1",
  workflow: "self-service",
  mode: "online",
  userName: "nora",
  oneLine: false,
  browser: true,
  expiresAtMs: nowMs + 120_000,
};
const phone: AuthenticatorFacts = { id: "phn_1", factor: "push", nextCounter: 0, version: 1, expired: false };
const totp: AuthenticatorFacts = { id: "tok_1", factor: "totp", nextCounter: 5, version: 0, expired: false };
const usual: WorkflowSteps = [["password"], ["totp", "push"]];
function factsOf(more: Partial<Facts> = {}, steps = usual): Facts {
  return sampleFacts({
    policy: { ...defaultUserPolicy, workflows: { ...defaultUserPolicy.workflows, "self-service": steps } },
    authenticators: [totp, phone],
    ...more,
  });
}
type Findings = Partial<Record<Ask, Check>>;
const password: Findings = { password: { check: "right" } };
const approved: Findings = { push: { check: "right", match: { factor: "push", id: "phn_1" } } };

function createRun(first: Facts, begin: Base = base) {
  let facts = first;
  let step: Step = signIn(null, { in: "begin", base: begin }, facts, nowMs);
  const effects: Effect[] = [...step.effects];
  const put = (input: Input, findings: Findings = {}) => {
    step = signIn(step.state, input, facts, nowMs);
    effects.push(...step.effects);
    for (let round = 0; round < 10 && step.state.at !== "asking" && step.state.at !== "done"; round++) {
      const { state } = step;
      if (state.at === "checking")
        step = signIn(
          state,
          { in: "checked", effect: state.effect, result: findings[state.ask] ?? { check: "wrong" } },
          facts,
          nowMs,
        );
      else {
        const counted = effects.findLast((one) => one.do === "commit");
        const lockout =
          counted?.do === "commit" ? counted.write.find(({ change }) => change === "attempt-recorded") : null;
        if (lockout?.change === "attempt-recorded") facts = { ...facts, lockout: lockout.lockout };
        step = signIn(state, { in: "committed", effect: state.effect }, facts, nowMs);
      }
      effects.push(...step.effects);
    }
  };
  return {
    effects,
    prompts: () => step.prompts.map(({ ask }) => ask),
    give: (findings: Findings = {}) =>
      put({ in: "given", value: { secret: "s" }, sameAsFirst: false }, findings),
    choose: (ask: Ask, findings: Findings = {}) => put({ in: "chosen", ask }, findings),
    meanwhile: (change: Partial<Facts>) => {
      facts = { ...facts, ...change };
    },
    asked: () => effects.filter((one) => one.do === "ask-phone"),
    outcome(): Outcome {
      if (step.state.at !== "done") throw new Error(`still ${step.state.at}`);
      return step.state.outcome;
    },
  };
}

describe("REG-27: a phone is asked", () => {
  test("after the right password only, and its approval is the second factor", () => {
    const run = createRun(factsOf());
    run.give();
    expect(run.prompts()).toEqual(["code", "push"]);
    expect(run.asked()).toEqual([]);
    run.choose("push", password);
    expect(run.asked()).toEqual([{ id: "ask-phone", do: "ask-phone", userId: "u1" }]);
    expect(run.prompts()).toEqual(["push", "code"]);
    run.give(approved);
    expect(run.outcome()).toMatchObject({
      kind: "succeeded",
      factors: ["password", "push"],
      used: [{ id: "phn_1", version: 1 }],
    });
  });

  test("at once where the policy takes nothing else", () => {
    const run = createRun(factsOf({}, [["password"], ["push"]]));
    run.give(password);
    expect(run.asked()).toHaveLength(1);
    expect(run.prompts()).toEqual(["push"]);
  });

  test("and another way is open while it waits", () => {
    const run = createRun(factsOf());
    run.give();
    run.choose("push", password);
    run.choose("code");
    run.give({ code: { check: "right", match: { factor: "totp", id: "tok_1", counter: 9 } } });
    expect(run.outcome()).toMatchObject({ kind: "succeeded", factors: ["password", "totp"] });
  });

  test("never by a client that can ask only once, nor without a network", () => {
    const oneLine = createRun(factsOf(), { ...base, oneLine: true });
    expect(oneLine.prompts()).toEqual(["password-and-code"]);
    const none = createRun(factsOf({}, [["password"], ["push"]]), { ...base, oneLine: true });
    expect(none.outcome()).toMatchObject({ reason: "factor-not-usable-here" });
  });
});

describe("SECURITY §3: whoever has not the password learns nothing", () => {
  const told = (facts: Facts, findings: Findings) => {
    const run = createRun(facts);
    run.give();
    run.choose("push", findings);
    const prompts = run.prompts();
    const [asked] = run.asked();
    run.give();
    const outcome = run.outcome();
    return { prompts, userId: asked?.do === "ask-phone" ? asked.userId : "?", outcome };
  };
  const expected = {
    prompts: ["push", "code"],
    userId: null,
    outcome: { kind: "refused", reason: "push-not-approved", lockedUntilMs: null },
  };

  test.each<[string, Facts, Findings]>([
    ["a wrong password", factsOf(), {}],
    ["a user whom nobody may ask", factsOf({ authenticators: [totp] }), password],
    ["nobody of that name", factsOf({ user: null, hasPassword: false, authenticators: [] }), {}],
    ["a user without a password", factsOf({ hasPassword: false }), {}],
  ])("%s sees the same prompt and the same end, and nobody's phone hears of it", (_who, facts, findings) => {
    expect(told(facts, findings)).toEqual(expected);
  });

  test("as does who has it, and is refused on the phone", () => {
    expect(told(factsOf(), password)).toEqual({ ...expected, userId: "u1" });
  });

  test("a failure counts once, before anybody is asked", () => {
    const run = createRun(factsOf());
    run.give();
    run.choose("push", password);
    run.give();
    const commits = run.effects.flatMap((one) => (one.do === "commit" ? [one.write] : []));
    expect(commits).toEqual([
      [{ change: "attempt-recorded", lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } }],
      [],
    ]);
  });
});

test("an approval by a phone that was taken away meanwhile is none", () => {
  const run = createRun(factsOf());
  run.give();
  run.choose("push", password);
  run.meanwhile({ version: 8, authenticators: [totp] });
  run.give(approved);
  expect(run.outcome()).toMatchObject({ kind: "refused", reason: "push-not-approved" });
});

test("the word push asks for one where codes are typed, and nowhere else", () => {
  expect(requestedCode({ factor: "hotp", value: " Push " }, true)).toBe("push");
  expect(requestedCode({ factor: "push", value: "send" }, false)).toBe("push");
  expect(requestedCode({ factor: "push", value: "wait" }, false)).toBeNull();
  expect(requestedCode({ factor: "password", value: "push" }, false)).toBeNull();
});
