import { defaultUserPolicy, type UserPolicy } from "@holdfast/protocol/policy";
import { describe, expect, test } from "vitest";
import { needsCodeOffline, worksOffline } from "../policy/workflows.ts";
import { phoneFacts, wantsChallenge } from "./by-phone.ts";
import { bypassFacts } from "./bypass.ts";
import { signIn } from "./machine.ts";
import { sampleFacts, sampleLease } from "./testing/sample-facts.ts";
import type { Base, Change, Check, Effect, Facts, Input, Outcome, State } from "./types.ts";

const nowMs = 1_000_000;
const base: Base = {
  id: "attempt-1",
  workflow: "workstation",
  mode: "offline",
  userName: "anna",
  oneLine: false,
  browser: false,
  expiresAtMs: nowMs + 120_000,
};
const phone = phoneFacts(1, 0);
const token = {
  id: "t1",
  digits: 6,
  algorithm: "SHA-1",
  nextCounter: 0,
  wrongCodes: 0,
  suspended: false,
} as const;
const policy: UserPolicy = { ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, enabled: true } };

function factsOf(changes: Partial<Facts> = {}, lease: Partial<NonNullable<Facts["lease"]>> = {}): Facts {
  return sampleFacts({
    version: 1,
    user: { id: "u1", name: "anna", status: "active" },
    policy,
    authenticators: [phone],
    lease: sampleLease(nowMs, { codesLeft: 0, ...lease }),
    ...changes,
  });
}

type Played = { outcome: Outcome; asked: string[]; did: string[]; wrote: Change[] };

/** A whole sign-in by the phone; `answered` are the facts from the moment at which the answer is typed. */
function play(facts: Facts, right: { password: boolean; answer: boolean }, answered = facts): Played {
  const played = { asked: [] as string[], did: [] as string[], wrote: [] as Change[] };
  let known = facts;
  const inputs: Input[] = [{ in: "begin", base }];
  let state: State | null = null;
  while (inputs.length > 0) {
    const step = signIn(state, inputs.shift() as Input, known, nowMs);
    state = step.state;
    for (const effect of step.effects) {
      played.did.push(effect.do);
      if (effect.do === "commit") played.wrote.push(...effect.write);
      const answer = answerTo(effect, right);
      if (answer) inputs.push(answer);
    }
    if (step.effects.length > 0 && inputs.length > 0) continue;
    if (state.at !== "asking") continue;
    played.asked.push(state.ask);
    if (state.ask === "qr-challenge") known = answered;
    const way = state.ask === "password" || state.ask === "qr-challenge";
    const offered = step.prompts.some(({ ask }) => ask === "qr-challenge");
    if (way) inputs.push({ in: "given", value: { secret: state.ask }, sameAsFirst: false });
    else inputs.push(offered ? { in: "chosen", ask: "qr-challenge" } : { in: "cancelled" });
  }
  if (state?.at !== "done") throw new Error("it did not end");
  return { outcome: state.outcome, ...played };
}

function answerTo(effect: Effect, right: { password: boolean; answer: boolean }): Input | null {
  if (effect.do === "commit") return { in: "committed", effect: effect.id };
  if (effect.do === "note" || effect.do === "forget" || effect.do === "send-code") return null;
  const wrong: Check = { check: "wrong" };
  const match = { factor: "qr-challenge", id: "qr-challenge" } as const;
  const isPassword = effect.do === "verify-password";
  const good: Check = isPassword ? { check: "right" } : { check: "right", match };
  return {
    in: "checked",
    effect: effect.id,
    result: (isPassword ? right.password : right.answer) ? good : wrong,
  };
}

const allRight = { password: true, answer: true };

describe("a phone answers the challenge of an endpoint without a network (SECURITY §4)", () => {
  test("who has no event-based token signs in by password and phone, and a sign-in is counted", () => {
    const { outcome, asked, did, wrote } = play(factsOf(), allRight);
    expect(outcome).toMatchObject({
      kind: "succeeded",
      factors: ["password", "qr-challenge"],
      consumed: null,
      used: [{ id: "qr-challenge", version: 1 }],
    });
    expect(asked).toEqual(["password", "qr-challenge"]);
    // Counted and durable, and the password weighed, before the challenge is asked for.
    expect(did).toEqual(["commit", "verify-password", "verify", "commit", "forget"]);
    expect(wrote.map(({ change }) => change)).toEqual([
      "attempt-recorded",
      "authenticator-used",
      "sign-in-counted",
    ]);
  });

  test("with codes left the code is asked for first, and the phone is an alternative; used up, it is the phone at once", () => {
    const withCodes = factsOf({ token }, { codesLeft: 5 });
    expect(play(withCodes, allRight).asked).toEqual(["password", "code", "qr-challenge"]);
    expect(play(withCodes, allRight).outcome).toMatchObject({ factors: ["password", "qr-challenge"] });
    expect(play(factsOf({ token }), allRight).asked).toEqual(["password", "qr-challenge"]);
    const suspended = factsOf({ token: { ...token, suspended: true, wrongCodes: 10 } }, { codesLeft: 5 });
    const played = play(suspended, allRight);
    expect(played.asked).toEqual(["password", "qr-challenge"]);
    // What the phone answered proves nothing about the token.
    expect(played.wrote).not.toContainEqual(expect.objectContaining({ tokenId: "t1" }));
  });

  test("beside the help desk: both ways are open, and sign-ins that are used up leave the help desk alone", () => {
    const authenticators = [bypassFacts("bypass-code", 1), phone];
    const both = factsOf({ token, authenticators });
    expect(play(both, allRight).asked).toEqual(["password", "bypass-code", "qr-challenge"]);
    const exhausted = factsOf({ token, authenticators }, { signInsLeft: 0 });
    expect(play(exhausted, allRight).outcome).toMatchObject({ reason: "sign-ins-exhausted" });
    expect(play(factsOf({}, { signInsLeft: 0 }), allRight)).toMatchObject({
      asked: [],
      outcome: { reason: "sign-ins-exhausted" },
    });
  });

  test.each([
    [{ password: false, answer: true }],
    [{ password: true, answer: false }],
    [{ password: false, answer: false }],
  ])("prompts, effects and refusal tell nothing of what was wrong: %o", (right) => {
    const { outcome, asked, did } = play(factsOf(), right);
    expect(outcome).toEqual({ kind: "refused", reason: "wrong-credentials", lockedUntilMs: null });
    expect(asked).toEqual(["password", "qr-challenge"]);
    expect(did).toEqual(["commit", "verify-password", "verify", "commit", "forget"]);
  });

  test("the failure is counted once, before the password is looked at", () => {
    const { wrote } = play(factsOf(), { password: false, answer: true });
    expect(wrote).toEqual([
      { change: "attempt-recorded", lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } },
    ]);
  });

  test("wrong answers after a right password have a budget: ten suspend the phone here, a right one clears it", () => {
    const nine = factsOf({ authenticators: [phoneFacts(1, 9)] });
    expect(play(nine, { password: true, answer: false }).wrote).toContainEqual({
      change: "wrong-codes",
      tokenId: "qr-challenge",
      wrongCodes: 10,
      suspended: true,
    });
    expect(play(nine, { password: false, answer: false }).wrote).toHaveLength(1);
    expect(play(nine, allRight).wrote).toContainEqual({
      change: "wrong-codes",
      tokenId: "qr-challenge",
      wrongCodes: 0,
      suspended: false,
    });
    const ten = factsOf({ authenticators: [phoneFacts(1, 10)] });
    expect(play(ten, allRight)).toMatchObject({ asked: [], outcome: { reason: "token-suspended-here" } });
    const withToken = {
      ...ten,
      token,
      lease: { ...(ten.lease as NonNullable<Facts["lease"]>), codesLeft: 4 },
    };
    expect(play(withToken, allRight).asked).toEqual(["password", "code"]);
  });

  test("a challenge that somebody else used, or that was replaced meanwhile, is answered in vain", () => {
    const began = signIn(null, { in: "begin", base }, factsOf(), nowMs);
    let step = signIn(
      began.state,
      { in: "given", value: { secret: "p" }, sameAsFirst: false },
      factsOf(),
      nowMs,
    );
    step = signIn(step.state, { in: "committed", effect: "record-0" }, factsOf(), nowMs);
    step = signIn(
      step.state,
      { in: "checked", effect: "check-password", result: { check: "right" } },
      factsOf(),
      nowMs,
    );
    step = signIn(step.state, { in: "given", value: { secret: "a" }, sameAsFirst: false }, factsOf(), nowMs);
    const match = { factor: "qr-challenge", id: "qr-challenge" } as const;
    step = signIn(
      step.state,
      { in: "checked", effect: "check-qr-challenge", result: { check: "right", match } },
      factsOf(),
      nowMs,
    );
    const used = factsOf({ version: 2, authenticators: [phoneFacts(2, 0)] });
    step = signIn(step.state, { in: "conflict", effect: "settle-0" }, used, nowMs);
    expect(step.state).toMatchObject({ at: "settling", verdict: { reason: "wrong-credentials" } });
  });

  test("once a challenge is shown nothing else is taken: no code, and no answer of the help desk whose tries are counted apart", () => {
    const facts = factsOf({ token, authenticators: [phone, bypassFacts("ocra", 1)] }, { codesLeft: 5 });
    let step = signIn(null, { in: "begin", base }, facts, nowMs);
    step = signIn(step.state, { in: "given", value: { secret: "p" }, sameAsFirst: false }, facts, nowMs);
    step = signIn(step.state, { in: "chosen", ask: "qr-challenge" }, facts, nowMs);
    step = signIn(step.state, { in: "committed", effect: "record-0" }, facts, nowMs);
    step = signIn(
      step.state,
      { in: "checked", effect: "check-password", result: { check: "right" } },
      facts,
      nowMs,
    );
    expect(step.prompts).toEqual([{ ask: "qr-challenge", factors: ["qr-challenge"] }]);
    for (const ask of ["code", "ocra"] as const)
      expect(signIn(step.state, { in: "chosen", ask }, facts, nowMs).state).toEqual(step.state);
    expect(signIn(step.state, { in: "cancelled" }, facts, nowMs).state).toMatchObject({
      outcome: { reason: "cancelled" },
    });
  });

  test("not online, not for a client that can ask only once, not where the policy does not take it, not without a phone", () => {
    const asked = (given: Partial<Base>, facts = factsOf()) => {
      const { state } = signIn(null, { in: "begin", base: { ...base, ...given } }, facts, nowMs);
      return state.at === "done" && state.outcome.kind === "refused" ? state.outcome.reason : state.at;
    };
    expect(asked({})).toBe("asking");
    expect(asked({ oneLine: true })).toBe("no-token");
    const workflows = {
      ...policy.workflows,
      workstation: [["password"], ["hotp"]],
    } as UserPolicy["workflows"];
    expect(asked({}, factsOf({ policy: { ...policy, workflows } }))).toBe("no-token");
    expect(asked({}, factsOf({ authenticators: [] }))).toBe("no-token");
    const phoneOnly = {
      ...policy.workflows,
      workstation: [["password"], ["totp", "qr-challenge"]],
    } as UserPolicy["workflows"];
    expect(asked({}, factsOf({ policy: { ...policy, workflows: phoneOnly } }))).toBe("asking");
    expect(asked({}, factsOf({ policy: { ...policy, workflows: phoneOnly }, authenticators: [] }))).toBe(
      "offline-not-with-totp",
    );
    const online = signIn(
      null,
      { in: "begin", base: { ...base, mode: "online" } },
      { ...factsOf(), lease: null },
      nowMs,
    );
    const second = signIn(
      online.state,
      { in: "given", value: { secret: "p" }, sameAsFirst: false },
      { ...factsOf(), lease: null },
      nowMs,
    );
    expect(second.prompts.map(({ ask }) => ask)).not.toContain("qr-challenge");
  });
});

test("codes limit the sign-ins of those only who have no phone for it", () => {
  expect(needsCodeOffline(policy, "workstation")).toBe(true);
  expect(needsCodeOffline(policy, "workstation", true)).toBe(false);
  expect(needsCodeOffline(policy, "remote-access", true)).toBe(true);
  const workflows = { ...policy.workflows, workstation: [["password"], ["totp", "qr-challenge"]] };
  const phoneOnly = { ...policy, workflows } as UserPolicy;
  expect(worksOffline(phoneOnly, "workstation", false)).toBe(false);
  expect(worksOffline(phoneOnly, "workstation", true)).toBe(true);
});

test("the word that asks for a challenge is no code", () => {
  expect(["qr", " QR ", "Qr"].every(wantsChallenge)).toBe(true);
  expect(["", "q r", "qr1", "123456"].some(wantsChallenge)).toBe(false);
});
