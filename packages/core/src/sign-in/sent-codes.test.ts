import { defaultUserPolicy, type WorkflowSteps } from "@holdfast/protocol/policy";
import { describe, expect, test } from "vitest";
import { reviewPolicy } from "../policy/review-policy.ts";
import { signIn } from "./machine.ts";
import { sampleFacts } from "./testing/sample-facts.ts";
import type { AuthenticatorFacts, Base, Check, Effect, Facts, Input, Outcome, Step } from "./types.ts";

/** Codes by SMS and e-mail: what is weighed before one is sent, and what that tells. */

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
const held = (factor: AuthenticatorFacts["factor"]): AuthenticatorFacts => ({
  id: `${factor}-1`,
  factor,
  nextCounter: 0,
  version: 1,
  expired: false,
});
const usual: WorkflowSteps = [["password"], ["totp", "sms-code", "email-code"]];
function factsOf(more: Partial<Facts> = {}, steps = usual): Facts {
  return sampleFacts({
    policy: { ...defaultUserPolicy, workflows: { ...defaultUserPolicy.workflows, "self-service": steps } },
    authenticators: [held("sms-code"), held("email-code")],
    ...more,
  });
}
const right: Check = { check: "right" };
const rightSms: Check = { check: "right", match: { factor: "sms-code", id: "sms-code-1" } };

/** A run: every input with the facts of its moment; commits of the count show in the facts that follow. */
function createRun(first: Facts) {
  let facts = first;
  let step: Step = signIn(null, { in: "begin", base }, facts, nowMs);
  const effects: Effect[] = [...step.effects];
  const put = (input: Input) => {
    step = signIn(step.state, input, facts, nowMs);
    effects.push(...step.effects);
  };
  const settle = (findings: Partial<Record<string, Check>>) => {
    for (let round = 0; round < 10; round++) {
      const { state } = step;
      if (state.at === "checking")
        put({ in: "checked", effect: state.effect, result: findings[state.ask] ?? { check: "wrong" } });
      else if (state.at === "recording" || state.at === "settling") {
        const commit = effects.findLast((one) => one.do === "commit");
        const counted =
          commit?.do === "commit" ? commit.write.find(({ change }) => change === "attempt-recorded") : null;
        if (counted?.change === "attempt-recorded")
          facts = { ...facts, version: facts.version + 1, lockout: counted.lockout };
        put({ in: "committed", effect: state.effect });
      } else return;
    }
  };
  return {
    give(findings: Partial<Record<string, Check>> = {}) {
      put({ in: "given", value: { secret: "s" }, sameAsFirst: false });
      settle(findings);
    },
    choose(ask: "sms-code" | "email-code" | "code", findings: Partial<Record<string, Check>> = {}) {
      put({ in: "chosen", ask });
      settle(findings);
    },
    meanwhile(change: Partial<Facts>) {
      facts = { ...facts, ...change };
    },
    effects,
    step: () => step,
    done: () => effects.map((effect) => effect.do),
    outcome(): Outcome {
      if (step.state.at !== "done") throw new Error(`still ${step.state.at}`);
      return step.state.outcome;
    },
  };
}
const password = { password: right };

describe("a code is sent", () => {
  test("only after the right password, and only when it is asked for", () => {
    const run = createRun(factsOf());
    run.give();
    expect(run.done()).toEqual([]);
    run.choose("sms-code", password);
    expect(run.done()).toEqual(["commit", "verify-password", "send-code"]);
    expect(run.effects.at(-1)).toEqual({ id: "send-code", do: "send-code", by: "sms-code", userId: "u1" });
    expect(run.step().prompts.map(({ ask }) => ask)).toEqual(["sms-code", "code", "email-code"]);
    run.give({ "sms-code": rightSms });
    expect(run.outcome()).toMatchObject({ kind: "succeeded", factors: ["password", "sms-code"] });
    expect(run.effects.findLast((one) => one.do === "commit")).toMatchObject({
      write: [
        { change: "lockout", lockout: { failures: 0, failuresSinceLock: 0, lockedUntilMs: null } },
        { change: "authenticator-used", authenticatorId: "sms-code-1" },
      ],
    });
  });

  test("by itself where the step takes nothing else", () => {
    const run = createRun(factsOf({}, [["password"], ["sms-code"]]));
    run.give(password);
    expect(run.done()).toEqual(["commit", "verify-password", "send-code"]);
  });

  test("again, without another count and another Argon2id", () => {
    const run = createRun(factsOf());
    run.give();
    run.choose("sms-code", password);
    run.choose("email-code");
    run.choose("sms-code");
    expect(run.done().filter((what) => what !== "send-code")).toEqual(["commit", "verify-password"]);
    expect(run.done().filter((what) => what === "send-code")).toHaveLength(3);
  });
});

describe("nobody learns from the prompt whether the password was right", () => {
  const shapes = (facts: Facts, findings: Partial<Record<string, Check>>) => {
    const run = createRun(facts);
    run.give();
    run.choose("sms-code", findings);
    const asked = run.step();
    const sends = run.effects.flatMap((one) => (one.do === "send-code" ? [one.userId] : []));
    const counted = run.effects.flatMap((one) => (one.do === "commit" ? one.write : []));
    return { prompts: asked.prompts, sends, counted, run };
  };
  const toRight = shapes(factsOf(), password);

  test("a wrong one is counted before anything is sent, and asked on; a right one is counted just so", () => {
    const wrong = shapes(factsOf(), {});
    expect(wrong.prompts).toEqual(toRight.prompts);
    expect(wrong.counted).toEqual(toRight.counted);
    expect(wrong.counted).toEqual([
      { change: "attempt-recorded", lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } },
    ]);
    expect([wrong.sends, toRight.sends]).toEqual([[null], ["u1"]]);
    wrong.run.give({ "sms-code": rightSms });
    expect(wrong.run.outcome()).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    // Counted once; the end counts nothing more.
    const changes = wrong.run.effects.flatMap((one) => (one.do === "commit" ? one.write : []));
    expect(changes.filter(({ change }) => change === "lockout")).toEqual([]);
  });

  test("nor from it whether there is such a user, or a number of his", () => {
    const nobody = shapes(factsOf({ user: null, hasPassword: false, authenticators: [] }), {});
    expect(nobody.prompts).toEqual(toRight.prompts);
    expect(nobody.sends).toEqual([null]);
    const numberless = shapes(factsOf({ authenticators: [] }), password);
    expect(numberless.prompts).toEqual(toRight.prompts);
    expect(numberless.sends).toEqual([null]);
    const disabled = shapes(factsOf({ user: { id: "u1", name: "nora", status: "disabled" } }), password);
    expect([disabled.prompts, disabled.sends]).toEqual([toRight.prompts, [null]]);
  });
});

describe("guessing", () => {
  test("a wrong code costs the attempt's one failure and one of the code's tries", () => {
    const run = createRun(factsOf());
    run.give();
    run.choose("sms-code", password);
    run.give({});
    expect(run.outcome()).toMatchObject({ reason: "wrong-credentials" });
    const changes = run.effects.flatMap((one) => (one.do === "commit" ? one.write : []));
    expect(changes.map(({ change }) => change)).toEqual(["attempt-recorded", "sent-code-tried"]);
  });

  test("the failure that locks locks others: who asked for his code before may still use it", () => {
    const lockout = { failures: 4, failuresSinceLock: 4, lockedUntilMs: null };
    const run = createRun(factsOf({ lockout }));
    run.give();
    run.choose("sms-code", password);
    const [recorded] = run.effects.flatMap((one) => (one.do === "commit" ? one.write : []));
    expect(recorded).toMatchObject({
      lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 300_000 },
    });
    run.give({ "sms-code": rightSms });
    expect(run.outcome()).toMatchObject({ kind: "succeeded" });
    const locked = createRun(
      factsOf({ lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 1 } }),
    );
    expect(locked.outcome()).toMatchObject({ reason: "locked" });
  });

  test("a lock that came since the password was typed lets nothing be sent", () => {
    const run = createRun(factsOf());
    run.give();
    run.meanwhile({ lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 1 } });
    run.choose("sms-code", password);
    expect(run.outcome()).toMatchObject({ reason: "locked" });
    expect(run.done()).not.toContain("verify-password");
  });

  test("a password that was replaced after the code was sent opens nothing any more", () => {
    const run = createRun(factsOf());
    run.give();
    run.choose("sms-code", password);
    run.meanwhile({ hasPassword: false });
    run.give({ "sms-code": rightSms });
    expect(run.outcome()).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
  });

  test("a code is sent for nothing alone: no workflow begins with one", () => {
    const notices = reviewPolicy(factsOf({}, [["sms-code"], ["pin"]]).policy);
    expect(notices.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
      "factor-misplaced",
    ]);
    const weak = reviewPolicy(factsOf().policy).map(({ code }) => code);
    expect(weak).toEqual(["sms-restricted", "email-no-possession"]);
  });
});
