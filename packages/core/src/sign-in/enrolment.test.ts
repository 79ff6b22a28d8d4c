import {
  defaultUserPolicy,
  type Factor,
  type UserPolicy,
  type WorkflowSteps,
} from "@holdfast/protocol/policy";
import { describe, expect, test } from "vitest";
import { signIn } from "./machine.ts";
import { otherWaysThanToken } from "./other-ways.ts";
import { sampleFacts } from "./testing/sample-facts.ts";
import type { AuthenticatorFacts, Base, Check, Effect, Facts, Step } from "./types.ts";

/** Enrolling a first second factor by password and temporary code, where the policy wants the code (TC-44). */

const nowMs = Date.UTC(2026, 10, 22, 18);
const temporary: AuthenticatorFacts = {
  ...{ id: "tmp-1", factor: "temporary-code", nextCounter: 0, version: 1, expired: false },
};
const rightCode: Check = { check: "right", match: { factor: "temporary-code", id: "tmp-1" } };
const wrongCode: Check = { check: "wrong", form: "temporary-code" };
const nothing: Check = { check: "wrong" };

const usual: WorkflowSteps = [
  ["password", "passkey"],
  ["hotp", "totp", "recovery-code"],
];
function strict(change: Partial<UserPolicy["enrolment"]> = {}, steps = usual): UserPolicy {
  const rights: Factor[] = ["totp", "passkey", "recovery-code", "pin"];
  return {
    ...defaultUserPolicy,
    enrolment: { ...defaultUserPolicy.enrolment, rights, remoteByPassword: false, ...change },
    workflows: {
      ...defaultUserPolicy.workflows,
      "remote-access": [["password"], ["hotp", "totp", "temporary-code"]],
      "self-service": steps,
    },
  };
}

function factsOf(policy: UserPolicy, more: Partial<Facts> = {}): Facts {
  return sampleFacts({
    version: 3,
    user: { id: "usr-1", name: "nora", status: "active" },
    policy,
    enrolsByPassword: true,
    ...more,
  });
}
const withCode = (policy = strict(), more: Partial<Facts> = {}) =>
  factsOf(policy, { authenticators: [temporary], temporaryCodeKept: true, ...more });

const portal: Base = {
  ...{ id: "attempt-1", workflow: "self-service", mode: "online", userName: "nora" },
  ...{ oneLine: false, browser: true, expiresAtMs: nowMs + 120_000 },
};
const gateway: Base = { ...portal, workflow: "remote-access", browser: false, enrols: true };

function play(facts: Facts, code: Check, from: Base = portal, password: Check = { check: "right" }) {
  const effects: Effect[] = [];
  const prompts: Step["prompts"][] = [];
  let step: Step = signIn(null, { in: "begin", base: from }, facts, nowMs);
  for (let turn = 0; turn < 12 && step.state.at !== "done"; turn++) {
    const { state } = step;
    prompts.push(step.prompts);
    if (state.at === "asking")
      step = signIn(state, { in: "given", value: { secret: `v${turn}` }, sameAsFirst: false }, facts, nowMs);
    else if (state.at === "checking") {
      const result = state.ask === "password" ? password : code;
      step = signIn(state, { in: "checked", effect: state.effect, result }, facts, nowMs);
    } else step = signIn(state, { in: "committed", effect: state.effect }, facts, nowMs);
    effects.push(...step.effects);
  }
  if (step.state.at !== "done") throw new Error(`still ${step.state.at}`);
  const { outcome } = step.state;
  const commits = effects.flatMap((effect) => (effect.do === "commit" ? [effect] : []));
  return { outcome, prompts, commits, said: outcome.kind === "refused" ? outcome.reason : outcome };
}

describe("TC-44: at the portal, where the policy wants a temporary code before enrolling", () => {
  test("password and code open enrolment and nothing else, however long it could be put off", () => {
    const { outcome, commits } = play(withCode(strict({ delaySignIns: 5 })), rightCode);
    expect(outcome).toMatchObject({
      kind: "succeeded",
      factors: ["password", "temporary-code"],
      enrolmentDue: { factors: ["totp", "passkey"], signInsLeft: 0 },
    });
    expect(commits[0]?.write).toContainEqual({ change: "temporary-code-used", id: "tmp-1" });
  });

  test("the password alone opens nothing, and says the same whether there is a code or not", () => {
    for (const facts of [factsOf(strict({ delaySignIns: 5 })), withCode(strict({ delaySignIns: 5 }))]) {
      const { said, commits } = play(facts, nothing);
      expect(said).toBe("temporary-code-needed");
      expect(commits, "nothing is counted, put off or written").toEqual([]);
    }
    expect(play(factsOf(strict()), nothing, portal, { check: "wrong" }).said).toBe("wrong-credentials");
  });

  test("a wrong code is a wrong code, with one of his or without, and counts", () => {
    for (const facts of [factsOf(strict()), withCode()]) {
      const { said, commits } = play(facts, wrongCode);
      expect(said).toBe("wrong-credentials");
      expect(commits[0]?.audit[0]?.failure).toEqual({ factor: "temporary-code", count: 1 });
    }
  });

  test("it is a wrong one to who has a second factor, is an administrator, or may enrol nothing, whatever a shell says", () => {
    const token: Facts["token"] = {
      ...{ id: "tok-1", digits: 6, algorithm: "SHA-1", nextCounter: 4, wrongCodes: 0, suspended: false },
    };
    const others: Facts[] = [
      withCode(strict(), { token, enrolsByPassword: false }),
      withCode(strict(), { enrolsByPassword: false }),
      withCode(strict(), {
        authenticators: [temporary, { ...temporary, id: "rec-1", factor: "recovery-code" }],
      }),
    ];
    for (const facts of others) {
      const { said, commits } = play(facts, rightCode);
      expect(said).toBe("wrong-credentials");
      expect(commits[0]?.write).toEqual([
        { change: "lockout", lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } },
      ]);
    }
    expect(play(withCode(strict({ rights: ["card"] })), rightCode).said).toBe("wrong-credentials");
    expect(
      play(withCode(strict(), { user: { id: "usr-1", name: "nora", status: "disabled" } }), rightCode).said,
    ).toBe("user-disabled");
  });

  test("the prompt is the same for everybody of the policy, and there is one where the portal takes passkeys alone", () => {
    const ofPrompts = (facts: Facts) => play(facts, wrongCode).prompts[1];
    const code = [{ ask: "code", factors: ["hotp", "totp", "recovery-code", "temporary-code"] }];
    for (const facts of [
      factsOf(strict()),
      withCode(),
      factsOf(strict(), { user: null, enrolsByPassword: false }),
    ])
      expect(ofPrompts(facts)).toEqual(code);
    const passkeys = strict({}, [["password"], ["passkey"]]);
    expect(ofPrompts(withCode(passkeys))?.map(({ ask }) => ask)).toEqual(["passkey", "code"]);
  });

  test("no code leads anywhere where the policy does not want one, takes none from outside, or another client asks", () => {
    const kindsOf = (policy: UserPolicy, from: Base) =>
      play(withCode(policy), nothing, from)
        .prompts.flat()
        .flatMap(({ factors }) => factors);
    const free = { ...strict(), enrolment: defaultUserPolicy.enrolment };
    expect(kindsOf(free, portal)).not.toContain("temporary-code");
    const noCodes = {
      ...strict(),
      workflows: { ...strict().workflows, "remote-access": [["password"], ["totp"]] as Factor[][] },
    };
    expect(kindsOf(noCodes, portal)).not.toContain("temporary-code");
    expect(play(factsOf(noCodes), nothing).said).toBe("no-token");
    expect(kindsOf(strict(), { ...portal, browser: false })).not.toContain("temporary-code");
    expect(kindsOf(strict(), { ...portal, workflow: "administration" })).not.toContain("temporary-code");
  });

  test("one that somebody used up, or a factor that somebody enrolled, between check and commit ends it", () => {
    const facts = withCode();
    let step = signIn(null, { in: "begin", base: portal }, facts, nowMs);
    for (const secret of ["password", "code"])
      step = signIn(step.state, { in: "given", value: { secret }, sameAsFirst: false }, facts, nowMs);
    for (const [effect, result] of [
      ["check-password", { check: "right" }],
      ["check-code", rightCode],
    ] as const)
      step = signIn(step.state, { in: "checked", effect, result }, facts, nowMs);
    const again = (after: Facts) =>
      signIn(step.state, { in: "conflict", effect: "settle-0" }, after, nowMs).state;
    expect(again(factsOf(strict(), { version: 4 }))).toMatchObject({
      ...{ at: "settling", verdict: { reason: "wrong-credentials" }, failedFactor: "temporary-code" },
    });
    expect(again(withCode(strict(), { version: 4, enrolsByPassword: false }))).toMatchObject({
      outcome: { kind: "refused", reason: "busy" },
    });
  });
});

test("TC-44: where the portal sends codes, who has no number yet chooses to type his code instead", () => {
  const facts = withCode(strict({ rights: ["sms-code"] }, [["password"], ["sms-code"]]));
  const given = (state: Step["state"], secret: string) =>
    signIn(state, { in: "given", value: { secret }, sameAsFirst: false }, facts, nowMs);
  const answered = (step: Step, result: Check): Step => {
    const { state } = step;
    if (state.at === "checking")
      return answered(
        signIn(state, { in: "checked", effect: state.effect, result }, facts, nowMs),
        rightCode,
      );
    if (state.at !== "recording" && state.at !== "settling") return step;
    return answered(signIn(state, { in: "committed", effect: state.effect }, facts, nowMs), result);
  };
  const begun = signIn(null, { in: "begin", base: portal }, facts, nowMs);
  const sent = answered(given(begun.state, "password"), { check: "right" });
  expect(sent.prompts.map(({ ask }) => ask)).toEqual(["sms-code", "code"]);
  expect(sent.effects, "there is nobody to send it to").toContainEqual(
    expect.objectContaining({ do: "send-code", userId: null }),
  );
  const chosen = signIn(sent.state, { in: "chosen", ask: "code" }, facts, nowMs);
  const done = answered(given(chosen.state, "temporary"), rightCode);
  expect(done.state).toMatchObject({
    outcome: { kind: "succeeded", enrolmentDue: { factors: ["sms-code"], signInsLeft: 0 } },
  });
});

describe("TC-44: from outside", () => {
  test("who has nothing is told to ask for a code where that would help him, and else what he always was told", () => {
    expect(play(factsOf(strict()), nothing, gateway).said).toBe("temporary-code-needed");
    expect(play(withCode(), nothing, gateway).said).toBe("temporary-code-needed");
    expect(play(factsOf(strict({ remoteAllowed: false })), nothing, gateway).said).toBe("no-token");
    expect(play(factsOf(strict({ rights: [] })), nothing, gateway).said).toBe("no-token");
    expect(play(factsOf(strict()), nothing, { ...gateway, enrols: false }).said).toBe("no-token");
  });

  test("password and code are a sign-in there, as ever", () => {
    expect(play(withCode(), rightCode, gateway).outcome).toMatchObject({
      kind: "succeeded",
      enrolmentDue: null,
    });
  });
});

test("OTP-27: a code that only leads to enrolling is no other way in for who has a token", () => {
  const policy = strict({}, [["password"], ["hotp", "totp"]]);
  expect(
    otherWaysThanToken(portal, factsOf(policy, { authenticators: [{ ...temporary, factor: "totp" }] })),
  ).toEqual(["totp"]);
  expect(otherWaysThanToken(portal, withCode(policy))).toEqual([]);
});
