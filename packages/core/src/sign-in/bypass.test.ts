import { defaultUserPolicy } from "@holdfast/protocol/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bypassFacts, codesUseless } from "./bypass.ts";
import { signIn } from "./machine.ts";
import { sampleFacts, sampleLease, sampleToken } from "./testing/sample-facts.ts";
import type { Base, Check, Effect, Facts, Input, Outcome, State } from "./types.ts";

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
const both = [bypassFacts("bypass-code", 1), bypassFacts("ocra", 1)];

function factsOf(changes: Partial<Facts> = {}, lease: Partial<NonNullable<Facts["lease"]>> = {}): Facts {
  return sampleFacts({
    version: 1,
    user: { id: "u1", name: "anna", status: "active" },
    policy: { ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, enabled: true } },
    token: sampleToken({ nextCounter: 0 }),
    authenticators: both,
    lease: sampleLease(nowMs, lease),
    ...changes,
  });
}

type Way = "code" | "bypass-code" | "ocra";
type Played = { outcome: Outcome; asked: string[]; effects: Effect[] };

/** A whole sign-in by one way; `after` are the facts once something was committed. */
function play(facts: Facts, way: Way, right: { password: boolean; second: boolean }, after = facts): Played {
  const effects: Effect[] = [];
  const asked: string[] = [];
  let known = facts;
  const inputs: Input[] = [{ in: "begin", base }];
  let state: State | null = null;
  while (inputs.length > 0) {
    const step = signIn(state, inputs.shift() as Input, known, nowMs);
    state = step.state;
    effects.push(...step.effects);
    for (const effect of step.effects) {
      if (effect.do === "commit") {
        inputs.push({ in: "committed", effect: effect.id });
        known = after;
      } else if (effect.do !== "note" && effect.do !== "forget" && effect.do !== "send-code") {
        const isPassword = effect.do === "verify-password";
        const match = way === "code" ? {} : { match: { factor: way, id: way } as const };
        const good: Check = isPassword ? { check: "right" } : { check: "right", counter: 0, ...match };
        const proven = isPassword ? right.password : right.second;
        inputs.push({ in: "checked", effect: effect.id, result: proven ? good : { check: "wrong" } });
      }
    }
    if (step.effects.length > 0 || state.at !== "asking") continue;
    asked.push(state.ask);
    const wanted = state.ask === "password" || state.ask === way;
    if (wanted) inputs.push({ in: "given", value: { secret: state.ask }, sameAsFirst: false });
    else if (step.prompts.some(({ ask }) => ask === way)) inputs.push({ in: "chosen", ask: way });
    else inputs.push({ in: "cancelled" });
  }
  if (state?.at !== "done") throw new Error("it did not end");
  return { outcome: state.outcome, asked, effects };
}

const allRight = { password: true, second: true };
const exhausted = factsOf({}, { codesLeft: 0, signInsLeft: 0 });

describe("what the help desk gives, in the machine (OTP-23)", () => {
  test("codes left: the code is asked for first, the others are alternatives of its step", () => {
    const begun = signIn(null, { in: "begin", base }, factsOf(), nowMs);
    const { state, prompts } = signIn(
      begun.state,
      { in: "given", value: { secret: "p" }, sameAsFirst: false },
      factsOf(),
      nowMs,
    );
    expect(state).toMatchObject({ at: "asking", ask: "code" });
    expect(prompts.map(({ ask }) => ask)).toEqual(["code", "bypass-code", "ocra"]);
  });

  test.each<[string, Facts, string[], string]>([
    ["a bypass code, codes used up", exhausted, ["password", "bypass-code"], "bypass-code"],
    ["an answer, codes used up", exhausted, ["password", "bypass-code", "ocra"], "ocra"],
    ["a bypass code, codes left", factsOf(), ["password", "code", "bypass-code"], "bypass-code"],
  ])("%s", (_name, facts, asked, way) => {
    const played = play(facts, way as Way, allRight);
    expect(played.asked).toEqual(asked);
    expect(played.outcome).toMatchObject({ kind: "succeeded", factors: ["password", way], consumed: null });
    const written = played.effects.flatMap((effect) => (effect.do === "commit" ? effect.write : []));
    expect(written).toContainEqual({ change: "authenticator-used", authenticatorId: way });
    expect(written.some(({ change }) => change === "challenge-tried")).toBe(way === "ocra");
  });

  test("a suspended token is no obstacle, and stays suspended", () => {
    const token = { ...(factsOf().token as NonNullable<Facts["token"]>), suspended: true, wrongCodes: 10 };
    const facts = factsOf({ token });
    expect(codesUseless(facts)).toBe("token-suspended-here");
    const played = play(facts, "bypass-code", allRight);
    expect(played.outcome.kind).toBe("succeeded");
    const written = played.effects.flatMap((effect) => (effect.do === "commit" ? effect.write : []));
    expect(written.map(({ change }) => change)).not.toContain("wrong-codes");
  });

  test("without it nothing changes: exhausted is refused at once, and so is a client that asks once", () => {
    const refused = { at: "done", outcome: { reason: "cache-exhausted" } };
    const none = { ...exhausted, authenticators: [] };
    expect(signIn(null, { in: "begin", base }, none, nowMs).state).toMatchObject(refused);
    const once = { ...base, oneLine: true };
    expect(signIn(null, { in: "begin", base: once }, exhausted, nowMs).state).toMatchObject(refused);
  });

  test("what the lease, a lock or the server forbids, it does not allow", () => {
    const forbidden: Facts[] = [
      factsOf({}, { codesLeft: 0, notAfterMs: nowMs }),
      factsOf({}, { codesLeft: 0, freshSignInNeeded: true }),
      factsOf({}, { codesLeft: 0, lastOnlineMs: null }),
      { ...exhausted, user: { id: "u1", name: "anna", status: "disabled" } },
      { ...exhausted, lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 1 } },
      { ...exhausted, barred: ["endpoint-revoked"] },
      { ...exhausted, token: null },
    ];
    for (const facts of forbidden) expect(play(facts, "bypass-code", allRight).asked).toEqual([]);
  });

  test("a code of the token that others used up meanwhile gets nobody in, though a bypass code would", () => {
    const played = play(factsOf(), "code", allRight, exhausted);
    expect(played.outcome).toMatchObject({ kind: "refused", reason: "cache-exhausted" });
  });

  test("one that was used or ended while it was checked is wrong", () => {
    const later = { ...exhausted, authenticators: [bypassFacts("bypass-code", 2), bypassFacts("ocra", 2)] };
    const effectsOf = (facts: Facts, input: Input, state: State) => signIn(state, input, facts, nowMs);
    for (const way of ["bypass-code", "ocra"] as const) {
      let { state } = signIn(null, { in: "begin", base }, exhausted, nowMs);
      ({ state } = effectsOf(exhausted, { in: "given", value: { secret: "p" }, sameAsFirst: false }, state));
      ({ state } = effectsOf(exhausted, { in: "chosen", ask: way }, state));
      ({ state } = effectsOf(exhausted, { in: "given", value: { secret: "b" }, sameAsFirst: false }, state));
      ({ state } = effectsOf(exhausted, { in: "committed", effect: "record-0" }, state));
      ({ state } = effectsOf(
        exhausted,
        { in: "checked", effect: "check-password", result: { check: "right" } },
        state,
      ));
      const result: Check = { check: "right", match: { factor: way, id: way } };
      ({ state } = effectsOf(exhausted, { in: "checked", effect: `check-${way}`, result }, state));
      ({ state } = effectsOf(later, { in: "conflict", effect: "settle-0" }, state));
      expect(state).toMatchObject({ at: "settling", verdict: { reason: "wrong-credentials" } });
    }
  });

  test("never without the password, never by what is not right (promise 1)", () => {
    const way = fc.constantFrom<Way>("code", "bypass-code", "ocra");
    const number = fc.integer({ min: 0, max: 2 });
    const some = fc.subarray(both);
    fc.assert(
      fc.property(
        way,
        fc.boolean(),
        fc.boolean(),
        number,
        number,
        some,
        (by, password, second, codesLeft, signInsLeft, held) => {
          const facts = factsOf({ authenticators: held }, { codesLeft, signInsLeft });
          const { outcome } = play(facts, by, { password, second });
          if (outcome.kind !== "succeeded") return;
          expect([password, second]).toEqual([true, true]);
          expect(outcome.factors).toEqual(["password", by === "code" ? "hotp" : by]);
          if (by === "code") expect(Math.min(codesLeft, signInsLeft)).toBeGreaterThan(0);
          else expect(held.map(({ factor }) => factor)).toContain(by);
        },
      ),
    );
  });
});
