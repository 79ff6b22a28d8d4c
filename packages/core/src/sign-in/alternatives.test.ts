import {
  defaultUserPolicy,
  type Factor,
  type UserPolicy,
  type WorkflowSteps,
} from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askOf, satisfies } from "../policy/workflows.ts";
import { signIn } from "./machine.ts";
import { sampleFacts, sampleToken } from "./testing/sample-facts.ts";
import type { AuthenticatorFacts, Base, Check, Effect, Facts, Input, Outcome, State, Step } from "./types.ts";

/** Workflows of several alternatives, as browsers, endpoints and programs meet them. */

const nowMs = 1_800_000_000_000;

function policyOf(steps: WorkflowSteps, enrolment: Partial<UserPolicy["enrolment"]> = {}): UserPolicy {
  return {
    ...defaultUserPolicy,
    offline: { ...defaultUserPolicy.offline, enabled: true },
    enrolment: { ...defaultUserPolicy.enrolment, ...enrolment },
    workflows: { ...defaultUserPolicy.workflows, "self-service": steps },
  };
}
const has = (
  factor: AuthenticatorFacts["factor"],
  more: Partial<AuthenticatorFacts> = {},
): AuthenticatorFacts => ({
  id: `${factor}-1`,
  factor,
  nextCounter: 0,
  version: 1,
  expired: false,
  ...more,
});
const base = (more: Partial<Base> = {}): Base => ({
  id: "attempt-1",
  workflow: "self-service",
  mode: "online",
  userName: "nora",
  oneLine: false,
  browser: true,
  expiresAtMs: nowMs + 120_000,
  ...more,
});
function factsOf(steps: WorkflowSteps, more: Partial<Facts> = {}): Facts {
  return sampleFacts({
    policy: policyOf(steps),
    token: sampleToken(),
    enrolsByPassword: true,
    ...more,
  });
}

const usual: WorkflowSteps = [
  ["password", "passkey"],
  ["hotp", "totp", "recovery-code"],
];
const right: Check = { check: "right" };
const rightOf = (factor: "passkey" | "pin" | "card" | "recovery-code" | "sms-code"): Check => ({
  check: "right",
  match: { factor, id: `${factor}-1` },
});
const totpAt = (counter: number): Check => ({
  check: "right",
  match: { factor: "totp", id: "totp-1", counter },
});

/** Answers each prompt by the given ask, each check by its finding, and commits. */
function play(
  facts: Facts,
  asks: readonly (ReturnType<typeof askOf> | "password-and-code")[],
  findings: Partial<Record<string, Check>>,
  from: Base = base(),
): { step: Step; effects: Effect[]; prompts: Step["prompts"][] } {
  let step = signIn(null, { in: "begin", base: from }, facts, nowMs);
  const [effects, prompts] = [[...step.effects], [step.prompts]];
  const give = (input: Input) => {
    step = signIn(step.state, input, facts, nowMs);
    effects.push(...step.effects);
  };
  for (const [index, ask] of asks.entries()) {
    if (step.state.at !== "asking") break;
    if (ask !== step.state.ask && ask !== "password-and-code") give({ in: "chosen", ask });
    give({ in: "given", value: { secret: `s${index}` }, sameAsFirst: false });
    prompts.push(step.prompts);
  }
  for (let round = 0; round < 10 && step.state.at !== "done" && step.state.at !== "asking"; round++) {
    const state = step.state;
    if (state.at === "checking")
      give({ in: "checked", effect: state.effect, result: findings[state.ask] ?? { check: "wrong" } });
    else give({ in: "committed", effect: state.effect });
  }
  return { step, effects, prompts };
}
function outcomeOf({ state }: Step): Outcome {
  if (state.at !== "done") throw new Error(`still ${state.at}`);
  return state.outcome;
}

describe("what is asked", () => {
  test("every way to answer a step is a prompt; typed codes of all kinds are one", () => {
    const begun = signIn(null, { in: "begin", base: base() }, factsOf(usual), nowMs);
    expect(begun.prompts).toEqual([
      { ask: "password", factors: ["password"] },
      { ask: "passkey", factors: ["passkey"] },
    ]);
    const next = signIn(
      begun.state,
      { in: "given", value: { secret: "s" }, sameAsFirst: false },
      factsOf(usual),
      nowMs,
    );
    expect(next.prompts).toEqual([{ ask: "code", factors: ["hotp", "totp", "recovery-code"] }]);
  });

  test("who chooses another way is asked for that, and may change his mind; what is no alternative changes nothing", () => {
    const facts = factsOf([["password", "pin", "card"], ["totp"]]);
    const begun = signIn(null, { in: "begin", base: base() }, facts, nowMs);
    const chosen = signIn(begun.state, { in: "chosen", ask: "card" }, facts, nowMs);
    expect(chosen.prompts.map(({ ask }) => ask)).toEqual(["card", "password", "pin"]);
    const back = signIn(chosen.state, { in: "chosen", ask: "password" }, facts, nowMs);
    expect(back).toEqual({ ...begun, effects: [] });
    for (const ask of ["code", "passkey"] as const)
      expect(signIn(begun.state, { in: "chosen", ask }, facts, nowMs).state).toEqual(begun.state);
  });

  test("only browsers are asked for a passkey; where nothing else is left, others are told so", () => {
    const [endpoint, facts] = [base({ browser: false }), factsOf(usual)];
    expect(signIn(null, { in: "begin", base: endpoint }, facts, nowMs).prompts).toEqual([
      { ask: "password", factors: ["password"] },
    ]);
    const only = factsOf([["password"], ["passkey"]]);
    const refused = signIn(null, { in: "begin", base: endpoint }, only, nowMs);
    expect(outcomeOf(refused)).toMatchObject({ reason: "factor-not-usable-here" });
  });

  test("one line is password and code, whatever kinds of codes there are", () => {
    const { prompts } = play(factsOf(usual), [], {}, base({ oneLine: true }));
    expect(prompts[0]).toEqual([
      { ask: "password-and-code", factors: ["password", "hotp", "totp", "recovery-code"] },
    ]);
    const twoPins = play(factsOf([["pin"], ["hotp"]]), [], {}, base({ oneLine: true }));
    expect(twoPins.prompts[0]?.[0]?.ask).toBe("pin");
  });
});

describe("what is enough", () => {
  const everything = [has("totp"), has("passkey"), has("recovery-code"), has("pin"), has("card")];
  const table: [string, WorkflowSteps, Parameters<typeof play>[1], Record<string, Check>, Factor[]][] = [
    [
      "password and TOTP",
      usual,
      ["password", "code"],
      { password: right, code: totpAt(5) },
      ["password", "totp"],
    ],
    [
      "password and HOTP",
      usual,
      ["password", "code"],
      { password: right, code: { check: "right", counter: 12 } },
      ["password", "hotp"],
    ],
    [
      "password and recovery code",
      usual,
      ["password", "code"],
      { password: right, code: rightOf("recovery-code") },
      ["password", "recovery-code"],
    ],
    ["a passkey alone", usual, ["passkey"], { passkey: rightOf("passkey") }, ["passkey"]],
    [
      "a passkey in the second step needs the first",
      [["password"], ["hotp", "passkey"]],
      ["password", "passkey"],
      { password: right, passkey: rightOf("passkey") },
      ["password", "passkey"],
    ],
    [
      "card, then PIN",
      [["card"], ["pin"]],
      ["card", "pin"],
      { card: rightOf("card"), pin: rightOf("pin") },
      ["card", "pin"],
    ],
    [
      "three steps",
      [["card"], ["password"], ["totp"]],
      ["card", "password", "code"],
      { card: rightOf("card"), password: right, code: totpAt(5) },
      ["card", "password", "totp"],
    ],
    [
      "a PIN where a code would do",
      [["password"], ["hotp", "pin"]],
      ["password", "pin"],
      { password: right, pin: rightOf("pin") },
      ["password", "pin"],
    ],
  ];
  test.each(table)("%s", (_name, steps, asks, findings, factors) => {
    const facts = factsOf(steps, { authenticators: everything });
    const { step, effects } = play(facts, asks, findings);
    const outcome = outcomeOf(step);
    expect(outcome).toMatchObject({ kind: "succeeded", factors });
    expect(satisfies(facts.policy, "self-service", factors)).toBe(true);
    // One commit, after every check, with all that was used in it.
    const commits = effects.filter((effect) => effect.do === "commit");
    expect(commits).toHaveLength(1);
    const used = commits.flatMap(({ write }) => write.map(({ change }) => change));
    expect(used.includes("code-consumed")).toBe(factors.includes("totp") || factors.includes("hotp"));
    expect(used.filter((change) => change === "authenticator-used")).toHaveLength(
      factors.filter((factor) => !["password", "hotp", "totp"].includes(factor)).length,
    );
  });

  test("a passkey that is wrong is one failure like any other", () => {
    const facts = factsOf(usual, { authenticators: everything });
    const { step, effects } = play(facts, ["passkey"], {});
    expect(outcomeOf(step)).toMatchObject({ reason: "wrong-credentials" });
    expect(effects.find((effect) => effect.do === "commit")).toMatchObject({
      write: [{ change: "lockout", lockout: { failures: 1 } }],
      audit: [{ failure: { factor: "passkey", count: 1 } }],
    });
  });

  test("a match of another kind than was asked for, or of an authenticator that is not there, proves nothing", () => {
    const facts = factsOf(usual, { authenticators: [has("recovery-code"), has("passkey")] });
    for (const code of [
      rightOf("passkey"),
      { check: "right", match: { factor: "recovery-code", id: "another" } } as const,
      right,
    ])
      expect(outcomeOf(play(facts, ["password", "code"], { password: right, code }).step)).toMatchObject({
        reason: "wrong-credentials",
      });
  });
});

describe("what is checked", () => {
  test("of typed codes only the kinds that the policy takes and the user has; the code always last", () => {
    const facts = factsOf([["hotp", "totp"], ["password"]], {
      authenticators: [has("totp"), has("recovery-code")],
    });
    const { effects } = play(facts, ["code", "password"], { password: right, code: totpAt(3) });
    expect(effects.map((effect) => effect.do)).toEqual(["verify-password", "check-code", "commit", "forget"]);
    expect(effects[1]).toMatchObject({ kinds: ["hotp", "totp"] });
  });

  test("a way that the user does not have costs what a wrong answer costs, and counts", () => {
    const facts = factsOf([["password"], ["hotp", "pin"]]);
    const { step, effects } = play(facts, ["password", "pin"], { password: right });
    expect(effects.map((effect) => effect.do)).toEqual(["verify-password", "burn-time", "commit", "forget"]);
    expect(outcomeOf(step)).toMatchObject({ reason: "wrong-credentials" });
  });

  test("without a password before it, nobody is told that a user has no token", () => {
    const facts = factsOf([["hotp"]], { token: null });
    const { step, effects } = play(facts, ["code"], {});
    expect(effects.map((effect) => effect.do)).toEqual(["check-code", "commit", "forget"]);
    expect(outcomeOf(step)).toMatchObject({ reason: "wrong-credentials" });
  });
});

describe("no second factor (TC-46)", () => {
  const none = (policy: UserPolicy, more: Partial<Facts> = {}) =>
    factsOf(usual, { token: null, policy, ...more });
  const told = (facts: Facts, from: Base = base(), password: Check = right): RefusalReason | unknown => {
    const outcome = outcomeOf(play(facts, ["password", "code"], { password }, from).step);
    return outcome.kind === "refused" ? outcome.reason : outcome.enrolmentDue;
  };
  test.each([
    [2, 0, 2],
    [2, 1, 1],
    [2, 2, 0],
    [2, 9, 0],
    [0, 0, 0],
  ])("delay %i, put off %i times: %i left", (delaySignIns, enrolmentPostponed, signInsLeft) => {
    const policy = policyOf(usual, { rights: ["totp", "passkey", "recovery-code", "pin"], delaySignIns });
    expect(told(none(policy, { enrolmentPostponed }))).toEqual({ factors: ["totp", "passkey"], signInsLeft });
  });

  test("is told after a right password only, and lets in at self-service in a browser only", () => {
    const policy = policyOf(usual, { rights: ["totp"] });
    expect(told(none(policy), base(), { check: "wrong" })).toBe("wrong-credentials");
    expect(told(none(policy), base({ browser: false }))).toBe("no-token");
    const elsewhere = { ...policy, workflows: { ...policy.workflows, administration: usual } };
    expect(told(none(elsewhere), base({ workflow: "administration" }))).toBe("no-token");
    expect(told(none(policyOf(usual, { rights: [] })))).toBe("no-token");
    expect(told(none(policyOf(usual, { rights: ["recovery-code", "card"] })))).toBe("no-token");
    // Who has any second factor has to use it.
    expect(told(none(policy, { authenticators: [has("recovery-code")] }))).toBe("wrong-credentials");
    expect(told(none(policy, { user: { id: "u1", name: "nora", status: "disabled" } }))).toBe(
      "user-disabled",
    );
  });
});

describe("conflicts", () => {
  const settling = (facts: Facts, code: Check): State => {
    const begun = signIn(null, { in: "begin", base: base() }, facts, nowMs).state;
    let state = begun;
    for (const secret of ["a", "b"])
      state = signIn(state, { in: "given", value: { secret }, sameAsFirst: false }, facts, nowMs).state;
    state = signIn(state, { in: "checked", effect: "check-password", result: right }, facts, nowMs).state;
    return signIn(state, { in: "checked", effect: "check-code", result: code }, facts, nowMs).state;
  };
  const cases: [string, AuthenticatorFacts, Check, AuthenticatorFacts[], string][] = [
    [
      "a time step that somebody else consumed",
      has("totp", { nextCounter: 5 }),
      totpAt(5),
      [has("totp", { nextCounter: 6 })],
      "refused",
    ],
    [
      "a time step that is still free",
      has("totp", { nextCounter: 4 }),
      totpAt(5),
      [has("totp", { nextCounter: 5 })],
      "succeeded",
    ],
    ["a token that was removed", has("totp"), totpAt(5), [], "refused"],
    [
      "a recovery code of a set that was used meanwhile",
      has("recovery-code"),
      rightOf("recovery-code"),
      [has("recovery-code", { version: 2 })],
      "refused",
    ],
    [
      "a set that is as it was",
      has("recovery-code"),
      rightOf("recovery-code"),
      [has("recovery-code")],
      "succeeded",
    ],
  ];
  test.each(cases)("%s", (_name, before, code, after, kind) => {
    const facts = factsOf(usual, { authenticators: [before] });
    const state = settling(facts, code);
    const again = signIn(
      state,
      { in: "conflict", effect: "settle-0" },
      { ...facts, version: 8, authenticators: after },
      nowMs,
    );
    expect(again.state).toMatchObject({ at: "settling", verdict: { kind } });
  });

  describe("without a second factor", () => {
    const bare = factsOf(usual, { token: null, policy: policyOf(usual, { delaySignIns: 1 }) });
    const due = settling(bare, { check: "wrong" });
    const again = (facts: Facts) => signIn(due, { in: "conflict", effect: "settle-0" }, facts, nowMs).state;
    test("who put enrolment off at the same moment has used it up", () => {
      const later = again({ ...bare, version: 8, enrolmentPostponed: 1 });
      expect(later).toMatchObject({ verdict: { enrolmentDue: { signInsLeft: 0 } } });
    });
    test("who enrolled one at the same moment begins again", () => {
      const enrolled = { ...bare, version: 8, authenticators: [has("totp")], enrolsByPassword: false };
      expect(again(enrolled)).toMatchObject({ at: "done", outcome: { kind: "refused", reason: "busy" } });
    });
    test("a password that was replaced meanwhile proves nothing", () => {
      const replaced = again({ ...bare, version: 8, hasPassword: false });
      expect(replaced).toMatchObject({ verdict: { kind: "refused", reason: "wrong-credentials" } });
    });
  });
});

describe("what has expired", () => {
  const facts = factsOf([["password"], ["pin"]], { authenticators: [has("pin", { expired: true })] });
  const findings = { password: right, pin: rightOf("pin") };
  test("is renewed by a browser, refused elsewhere, and told of only when it is right (AMB-MDA-5)", () => {
    expect(outcomeOf(play(facts, ["password", "pin"], findings).step)).toMatchObject({ renewalDue: ["pin"] });
    const elsewhere = play(facts, ["password", "pin"], findings, base({ browser: false }));
    expect(outcomeOf(elsewhere.step)).toMatchObject({ reason: "pin-expired" });
    expect(elsewhere.effects.map((effect) => effect.do)).not.toContain("commit");
    const wrong = play(facts, ["password", "pin"], { password: right });
    expect(outcomeOf(wrong.step)).toMatchObject({ reason: "wrong-credentials" });
  });
});

describe("offline", () => {
  const lease = {
    notAfterMs: nowMs + 1,
    signInsLeft: 5,
    codesLeft: 5,
    lastOnlineMs: nowMs - 1,
    freshSignInNeeded: false,
  };
  const offline = base({ mode: "offline", browser: false });
  const cases: [string, WorkflowSteps, Partial<Facts>, RefusalReason | "asked"][] = [
    ["password and either kind of code", [["password"], ["hotp", "totp"]], {}, "asked"],
    ["OTP-3: only TOTP in the policy", [["password"], ["totp"]], {}, "offline-not-with-totp"],
    ["OTP-4: only a passkey in the policy", [["password"], ["passkey"]], {}, "offline-not-with-passkey"],
    ["a card alone", [["card"], ["password"]], {}, "factor-not-offline-capable"],
    ["OTP-3: only TOTP with the user", usual, { token: null, onlineOnly: ["totp"] }, "offline-not-with-totp"],
    [
      "OTP-4: only a passkey with the user",
      usual,
      { token: null, onlineOnly: ["passkey"] },
      "offline-not-with-passkey",
    ],
    ["OTP-2: no second factor at all", usual, { token: null }, "no-token"],
    ["OTP-2: an event-based token besides", usual, { onlineOnly: ["totp", "passkey"] }, "asked"],
  ];
  test.each(cases)("%s", (_name, steps, more, expected) => {
    const { state, prompts } = signIn(
      null,
      { in: "begin", base: offline },
      factsOf(steps, { lease, ...more }),
      nowMs,
    );
    if (expected === "asked") expect(prompts).toEqual([{ ask: "password", factors: ["password"] }]);
    else expect(state).toMatchObject({ at: "done", outcome: { reason: expected } });
  });
});

describe("promises, for any workflow, holdings and answers", () => {
  const factors = [
    "password",
    "hotp",
    "totp",
    "passkey",
    "recovery-code",
    "pin",
    "card",
    "sms-code",
  ] as const;
  const steps = fc.array(
    fc.uniqueArray(fc.constantFrom<Factor>(...factors), { minLength: 1, maxLength: 4 }),
    { minLength: 1, maxLength: 3 },
  );
  // A policy in which one way of asking would answer two steps is refused as it is saved.
  const apart = steps.filter((all) => {
    const asks = all.flatMap((step) => [...new Set(step.map(askOf))]);
    return new Set(asks).size === asks.length;
  });
  const held = fc.subarray(["totp", "passkey", "recovery-code", "pin", "card", "sms-code"] as const);

  test("no success but by what satisfies the workflow or leads to enrolment; no verdict before its commit; one failure at most", () => {
    fc.assert(
      fc.property(
        apart,
        held,
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.nat(4), { maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        (workflow, others, withToken, browser, choices, rights) => {
          const facts = factsOf(workflow, {
            authenticators: others.map((factor) => has(factor)),
            ...(withToken ? {} : { token: null }),
          });
          let step = signIn(null, { in: "begin", base: base({ browser }) }, facts, nowMs);
          const commits: string[] = [];
          for (let round = 0, checks = 0; round < 30 && step.state.at !== "done"; round++) {
            const state = step.state;
            if (state.at === "asking") {
              const prompt = step.prompts[(choices[round] ?? 0) % Math.max(1, step.prompts.length)];
              if (prompt && prompt.ask !== state.ask && prompt.ask !== "password-and-code")
                step = signIn(state, { in: "chosen", ask: prompt.ask }, facts, nowMs);
              step = signIn(
                step.state,
                { in: "given", value: { secret: `${round}` }, sameAsFirst: false },
                facts,
                nowMs,
              );
            } else if (state.at === "checking") {
              const result = rights[checks++] ? findingFor(state.ask, facts) : ({ check: "wrong" } as const);
              step = signIn(state, { in: "checked", effect: state.effect, result }, facts, nowMs);
            } else {
              commits.push(state.at);
              step = signIn(state, { in: "committed", effect: state.effect }, facts, nowMs);
            }
          }
          const outcome = outcomeOf(step);
          if (outcome.kind === "succeeded") {
            expect(commits.at(-1)).toBe("settling");
            if (outcome.enrolmentDue === null)
              expect(satisfies(facts.policy, "self-service", outcome.factors)).toBe(true);
            else expect(outcome.factors.length).toBeGreaterThan(0);
          }
          // Counted ahead before a code is sent, and settled.
          expect(commits.length).toBeLessThanOrEqual(workflow.flat().includes("sms-code") ? 2 : 1);
          expect(new Set(commits).size).toBe(commits.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  function findingFor(ask: ReturnType<typeof askOf>, facts: Facts): Check {
    if (ask === "password") return right;
    if (ask === "passkey" || ask === "pin" || ask === "card" || ask === "sms-code") return rightOf(ask);
    if (ask !== "code") return { check: "wrong" };
    const kinds = facts.authenticators.map(({ factor }) => factor);
    if (kinds.includes("totp")) return totpAt(9);
    return facts.token ? { check: "right", counter: 11 } : rightOf("recovery-code");
  }
});
