import { defaultUserPolicy, type UserPolicy } from "@holdfast/protocol/policy";
import { describe, expect, test } from "vitest";
import { signIn } from "./machine.ts";
import { sampleFacts } from "./testing/sample-facts.ts";
import type { AuthenticatorFacts, Base, Check, Effect, Facts, Outcome, Step } from "./types.ts";

/** A temporary code at the prompt for codes: what is compared, what is told, what is written. */

const nowMs = Date.UTC(2026, 10, 22, 12);
const temporary: AuthenticatorFacts = {
  id: "tmp-1",
  factor: "temporary-code",
  nextCounter: 0,
  version: 1,
  expired: false,
};

function factsOf(more: Partial<Facts> = {}, policy: Partial<UserPolicy["workflows"]> = {}): Facts {
  return sampleFacts({
    version: 3,
    user: { id: "usr-1", name: "nora", status: "active" },
    policy: { ...defaultUserPolicy, workflows: { ...defaultUserPolicy.workflows, ...policy } },
    enrolsByPassword: true,
    ...more,
  });
}

const token: Facts["token"] = {
  id: "tok-1",
  digits: 6,
  algorithm: "SHA-1",
  nextCounter: 4,
  wrongCodes: 0,
  suspended: false,
};

function base(more: Partial<Base> = {}): Base {
  return {
    id: "attempt-1",
    workflow: "workstation",
    mode: "online",
    userName: "nora",
    oneLine: false,
    browser: false,
    expiresAtMs: nowMs + 120_000,
    ...more,
  };
}

/** Password and code in turn; `code` is what the shell found of the code. */
function play(facts: Facts, code: Check, more: Partial<Base> = {}, password: Check = { check: "right" }) {
  const effects: Effect[] = [];
  let step: Step = signIn(null, { in: "begin", base: base(more) }, facts, nowMs);
  for (let turn = 0; turn < 10 && step.state.at !== "done"; turn++) {
    const { state } = step;
    if (state.at === "asking")
      step = signIn(state, { in: "given", value: { secret: `v${turn}` }, sameAsFirst: false }, facts, nowMs);
    else if (state.at === "checking") {
      const result = state.ask === "password" ? password : code;
      step = signIn(state, { in: "checked", effect: state.effect, result }, facts, nowMs);
    } else step = signIn(state, { in: "committed", effect: state.effect }, facts, nowMs);
    effects.push(...step.effects);
  }
  const outcome: Outcome | null = step.state.at === "done" ? step.state.outcome : null;
  const commits = effects.flatMap((effect) => (effect.do === "commit" ? [effect] : []));
  return {
    outcome,
    effects,
    commits,
    kinds: effects.flatMap((e) => (e.do === "check-code" ? [e.kinds] : [])),
  };
}
const right: Check = { check: "right", match: { factor: "temporary-code", id: "tmp-1" } };
const wrong: Check = { check: "wrong", form: "temporary-code" };

describe("a temporary code", () => {
  test("TC-1, TC-2: stands for the second factor, also of somebody who has none", () => {
    const { outcome, commits, kinds } = play(factsOf({ authenticators: [temporary] }), right);
    expect(outcome).toMatchObject({ kind: "succeeded", factors: ["password", "temporary-code"] });
    expect(commits.map(({ write }) => write)).toEqual([[{ change: "temporary-code-used", id: "tmp-1" }]]);
    expect(kinds).toEqual([["temporary-code"]]);
  });

  test("is compared where the workflow takes it, whether the user has one or not: nothing tells which", () => {
    const having = play(factsOf({ token, authenticators: [temporary] }), wrong);
    const without = play(factsOf({ token }), wrong);
    const never = play(factsOf(), wrong);
    expect(having.kinds).toEqual([["hotp", "temporary-code"]]);
    expect(without.kinds).toEqual(having.kinds);
    expect(never.kinds).toEqual([["temporary-code"]]);
    for (const { outcome, commits } of [having, without, never]) {
      expect(outcome).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
      expect(commits[0]?.write).toEqual([
        { change: "lockout", lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } },
      ]);
      expect(commits[0]?.audit[0]?.failure).toEqual({ factor: "temporary-code", count: 1 });
    }
  });

  test("who has nothing hears so where nothing that could be one was typed, with a code of his or without", () => {
    for (const facts of [factsOf(), factsOf({ authenticators: [temporary], temporaryCodeKept: true })]) {
      const { outcome, commits } = play(facts, { check: "wrong" });
      expect(outcome).toMatchObject({ reason: "no-token" });
      expect(commits).toEqual([]);
    }
  });

  test("a wrong password is a wrong password, whatever the code was", () => {
    const { outcome, kinds } = play(factsOf({ authenticators: [temporary] }), right, {}, { check: "wrong" });
    expect(outcome).toMatchObject({ reason: "wrong-credentials" });
    expect(kinds).toEqual([]);
  });

  test("TC-8, TC-9: opens nothing where the workflow does not take it, whatever a shell says", () => {
    for (const workflow of ["self-service", "administration"] as const) {
      const { outcome, kinds } = play(factsOf({ token, authenticators: [temporary] }), right, { workflow });
      expect(kinds).toEqual([["hotp"]]);
      expect(outcome).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    }
  });

  test("TC-10: another user's is none", () => {
    const other: Check = { check: "right", match: { factor: "temporary-code", id: "tmp-2" } };
    expect(play(factsOf({ authenticators: [temporary] }), other).outcome).toMatchObject({
      reason: "wrong-credentials",
    });
  });

  test("TC-7, TC-27: ends in the same commit as the first success with what the person usually has", () => {
    const facts = factsOf({ token, authenticators: [temporary], temporaryCodeKept: true });
    const { outcome, commits } = play(facts, { check: "right", counter: 5 });
    expect(outcome).toMatchObject({ kind: "succeeded", factors: ["password", "hotp"] });
    expect(commits[0]?.write).toContainEqual({ change: "temporary-code-ended" });
    const without = play(factsOf({ token }), { check: "right", counter: 5 });
    expect(without.commits[0]?.write).not.toContainEqual({ change: "temporary-code-ended" });
  });

  test("AMB-TC-8: a failure with it, a sign-in by the code or by a recovery code ends nothing", () => {
    const recovery: AuthenticatorFacts = { ...temporary, id: "rec-1", factor: "recovery-code" };
    const facts = factsOf({ token, authenticators: [temporary, recovery], temporaryCodeKept: true });
    const changesOf = (played: ReturnType<typeof play>) => played.commits.flatMap(({ write }) => write);
    const byRecovery = play(
      facts,
      { check: "right", match: { factor: "recovery-code", id: "rec-1" } },
      { workflow: "self-service" },
    );
    for (const played of [play(facts, wrong), play(facts, right), byRecovery])
      expect(changesOf(played)).not.toContainEqual({ change: "temporary-code-ended" });
    expect(byRecovery.outcome).toMatchObject({ kind: "succeeded" });
  });

  test("one that somebody else used up between check and commit is a wrong one", () => {
    const facts = factsOf({ authenticators: [temporary] });
    let step = signIn(null, { in: "begin", base: base() }, facts, nowMs);
    for (const secret of ["password", "code"])
      step = signIn(step.state, { in: "given", value: { secret }, sameAsFirst: false }, facts, nowMs);
    for (const [effect, result] of [
      ["check-password", { check: "right" }],
      ["check-code", right],
    ] as const)
      step = signIn(step.state, { in: "checked", effect, result }, facts, nowMs);
    step = signIn(step.state, { in: "conflict", effect: "settle-0" }, factsOf({ version: 4 }), nowMs);
    expect(step.state).toMatchObject({
      at: "settling",
      verdict: { kind: "refused", reason: "wrong-credentials" },
      failedFactor: "temporary-code",
    });
  });

  test("an unknown user's is looked at, too: it may cost an Argon2id", () => {
    const burnt = play(factsOf({ user: null }, { workstation: [["hotp"]] }), wrong);
    expect(burnt.effects[0]).toMatchObject({ do: "burn-time", given: { take: "whole" } });
  });
});
