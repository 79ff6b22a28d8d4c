import { defaultUserPolicy, type UserPolicy } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maximumConflicts, signIn } from "./machine.ts";
import { sampleFacts, sampleLease, sampleToken } from "./testing/sample-facts.ts";
import type { Base, Change, Check, Effect, Facts, Input, Outcome, State, Step } from "./types.ts";

const nowMs = 1_800_000_000_000;
const hour = 3_600_000;

const policy: UserPolicy = { ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, enabled: true } };
const onlineFacts = sampleFacts({ policy, token: sampleToken() });
const offlineFacts: Facts = {
  ...onlineFacts,
  lease: sampleLease(nowMs, { signInsLeft: 25, codesLeft: 25, lastOnlineMs: nowMs - hour }),
};
const base = (mode: "online" | "offline", more: Partial<Base> = {}): Base => ({
  id: "attempt-1",
  workflow: "workstation",
  mode,
  userName: "nora",
  oneLine: false,
  browser: false,
  expiresAtMs: nowMs + 120_000,
  ...more,
});
const password = { secret: "s1" };
const code = { secret: "s2" };
const given = (value = password, sameAsFirst = false): Input => ({ in: "given", value, sameAsFirst });
const right: Check = { check: "right" };
const rightCode = (counter = 10): Check => ({ check: "right", counter });
const wrong: Check = { check: "wrong" };

function commitOf(step: Step): Extract<Effect, { do: "commit" }> {
  const found = step.effects.find((effect) => effect.do === "commit");
  if (found?.do !== "commit") throw new Error(`no commit among ${JSON.stringify(step.effects)}`);
  return found;
}
function outcomeOf(step: Step): Outcome {
  if (step.state.at !== "done") throw new Error(`still ${step.state.at}`);
  return step.state.outcome;
}
function effectIds(step: Step): string[] {
  return step.effects.map((effect) => effect.do);
}

/** Plays both values and the given findings up to the last commit, answering every commit but that one. */
function playTo(
  mode: "online" | "offline",
  findings: { password: Check; hotp?: Check },
  facts = mode === "online" ? onlineFacts : offlineFacts,
  later = facts,
): Step {
  let step = signIn(null, { in: "begin", base: base(mode) }, facts, nowMs);
  step = signIn(step.state, given(password), facts, nowMs);
  step = signIn(step.state, given(code), facts, nowMs);
  if (mode === "offline") step = signIn(step.state, { in: "committed", effect: "record-0" }, later, nowMs);
  step = signIn(
    step.state,
    { in: "checked", effect: "check-password", result: findings.password },
    later,
    nowMs,
  );
  if (findings.hotp && step.state.at === "checking")
    step = signIn(step.state, { in: "checked", effect: "check-code", result: findings.hotp }, later, nowMs);
  return step;
}

describe("what is asked", () => {
  test("password, then code, and nothing is checked before both are there", () => {
    const begun = signIn(null, { in: "begin", base: base("online") }, onlineFacts, nowMs);
    expect(begun.prompts).toEqual([{ ask: "password", factors: ["password"] }]);
    const second = signIn(begun.state, given(password), onlineFacts, nowMs);
    expect(second.prompts).toEqual([
      { ask: "code", factors: ["hotp", "totp", "temporary-code"] },
      { ask: "push", factors: ["push"] },
    ]);
    expect(second.effects).toEqual([]);
    const third = signIn(second.state, given(code), onlineFacts, nowMs);
    expect(third.effects).toEqual([
      { id: "check-password", do: "verify-password", userId: "u1", given: { ref: password, take: "whole" } },
    ]);
  });

  test("a client that can ask only once gives both in one line, by request or by answering the same twice", () => {
    const asked = signIn(null, { in: "begin", base: base("online", { oneLine: true }) }, onlineFacts, nowMs);
    expect(asked.prompts).toEqual([
      { ask: "password-and-code", factors: ["password", "hotp", "totp", "temporary-code"] },
    ]);
    const oneLine = signIn(asked.state, given(password), onlineFacts, nowMs);
    expect(oneLine.effects[0]).toMatchObject({
      do: "verify-password",
      given: { ref: password, take: { allButLast: 6 } },
    });

    const begun = signIn(null, { in: "begin", base: base("online") }, onlineFacts, nowMs);
    const twice = signIn(
      signIn(begun.state, given(password), onlineFacts, nowMs).state,
      given(code, true),
      onlineFacts,
      nowMs,
    );
    expect(twice.effects[0]).toMatchObject({
      do: "verify-password",
      given: { ref: code, take: { allButLast: 6 } },
    });
    const checked = signIn(
      twice.state,
      { in: "checked", effect: "check-password", result: right },
      onlineFacts,
      nowMs,
    );
    expect(checked.effects[0]).toMatchObject({ do: "check-code", given: { ref: code, take: { last: 6 } } });
  });

  test("an unknown user online sees the same prompts and costs the same KDF", () => {
    const unknown: Facts = { ...onlineFacts, user: null, hasPassword: false, token: null };
    let step = signIn(null, { in: "begin", base: base("online") }, unknown, nowMs);
    expect(step.prompts).toEqual([{ ask: "password", factors: ["password"] }]);
    step = signIn(step.state, given(password), unknown, nowMs);
    expect(step.prompts).toEqual([
      { ask: "code", factors: ["hotp", "totp", "temporary-code"] },
      { ask: "push", factors: ["push"] },
    ]);
    step = signIn(step.state, given(code), unknown, nowMs);
    expect(effectIds(step)).toEqual(["burn-time"]);
    step = signIn(step.state, { in: "checked", effect: "check-password", result: wrong }, unknown, nowMs);
    expect(outcomeOf(step)).toEqual({ kind: "refused", reason: "wrong-credentials", lockedUntilMs: null });
    expect(step.effects[0]).toMatchObject({ do: "note", audit: { userId: null } });
  });
});

describe("what is refused before anything is asked, checked or written", () => {
  const lease = offlineFacts.lease;
  if (!lease || !offlineFacts.token) throw new Error("facts");
  const cases: [string, Facts, RefusalReason][] = [
    ["OTP-21: nothing held here", { ...offlineFacts, user: null, lease: null }, "never-signed-in-here"],
    ["OTP-21: known but without a lease", { ...offlineFacts, lease: null }, "never-signed-in-here"],
    ["disabled", { ...offlineFacts, user: { id: "u1", name: "nora", status: "disabled" } }, "user-disabled"],
    ["OTP-20: off at this endpoint", { ...offlineFacts, barred: ["offline-off-here"] }, "offline-off-here"],
    ["rolled back", { ...offlineFacts, barred: ["store-rolled-back"] }, "store-rolled-back"],
    ["policy off", { ...offlineFacts, policy: defaultUserPolicy }, "offline-not-allowed"],
    ["OTP-3: no event-based token", { ...offlineFacts, token: null }, "no-token"],
    [
      "suspended",
      { ...offlineFacts, token: { ...offlineFacts.token, suspended: true } },
      "token-suspended-here",
    ],
    ["OTP-22: no codes left", { ...offlineFacts, lease: { ...lease, codesLeft: 0 } }, "cache-exhausted"],
    ["no sign-ins left", { ...offlineFacts, lease: { ...lease, signInsLeft: 0 } }, "sign-ins-exhausted"],
    ["expired", { ...offlineFacts, lease: { ...lease, notAfterMs: nowMs - 1 } }, "lease-expired"],
    [
      "UNI-6: expired, though the clock says otherwise",
      { ...offlineFacts, clockBehindMs: 2 * hour, lease: { ...lease, notAfterMs: nowMs - 1 } },
      "clock-set-back",
    ],
    [
      "conflict found",
      { ...offlineFacts, lease: { ...lease, freshSignInNeeded: true } },
      "fresh-online-sign-in-needed",
    ],
    [
      "OTP-32: locked",
      { ...offlineFacts, lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 1000 } },
      "locked",
    ],
  ];
  test.each(cases)("%s", (_name, facts, reason) => {
    const step = signIn(null, { in: "begin", base: base("offline") }, facts, nowMs);
    expect(outcomeOf(step)).toMatchObject({ kind: "refused", reason });
    expect(effectIds(step)).toEqual(["note", "forget"]);
    expect(step.prompts).toEqual([]);
  });

  test("UNI-2: a lock refuses online as well, and says until when", () => {
    const step = signIn(
      null,
      { in: "begin", base: base("online") },
      { ...onlineFacts, lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 9 } },
      nowMs,
    );
    expect(outcomeOf(step)).toEqual({ kind: "refused", reason: "locked", lockedUntilMs: nowMs + 9 });
  });

  test("MDA-21: a lock that has elapsed refuses nothing", () => {
    const step = signIn(
      null,
      { in: "begin", base: base("online") },
      { ...onlineFacts, lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs } },
      nowMs,
    );
    expect(step.state.at).toBe("asking");
  });
});

describe("what is written", () => {
  test("online success is one commit: code consumed, failures cleared, audit", () => {
    const facts: Facts = {
      ...onlineFacts,
      lockout: { failures: 2, failuresSinceLock: 2, lockedUntilMs: null },
    };
    const step = playTo("online", { password: right, hotp: rightCode(12) }, facts);
    expect(commitOf(step)).toMatchObject({
      expect: { userId: "u1", version: 7 },
      write: [
        { change: "lockout", lockout: { failures: 0, failuresSinceLock: 0, lockedUntilMs: null } },
        { change: "code-consumed", tokenId: "t1", counter: 12 },
      ],
      audit: [
        { outcome: "succeeded", consumed: { tokenId: "t1", counter: 12 }, factors: ["password", "hotp"] },
      ],
    });
    expect(step.state.at).toBe("settling");
    expect(outcomeOf(signIn(step.state, { in: "committed", effect: "settle-0" }, facts, nowMs)).kind).toBe(
      "succeeded",
    );
  });

  test("offline the attempt counts as a failure, durably, before anything typed is looked at", () => {
    const begun = signIn(null, { in: "begin", base: base("offline") }, offlineFacts, nowMs);
    const asked = signIn(begun.state, given(password), offlineFacts, nowMs);
    const recorded = signIn(asked.state, given(code), offlineFacts, nowMs);
    expect(recorded.state.at).toBe("recording");
    expect(recorded.effects).toEqual([
      {
        id: "record-0",
        do: "commit",
        expect: { userId: "u1", version: 7 },
        write: [
          { change: "attempt-recorded", lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } },
        ],
        audit: [],
      },
    ]);
  });

  test("offline success consumes the code and counts the sign-in; the failure counted ahead is cleared", () => {
    const recorded: Facts = {
      ...offlineFacts,
      version: 8,
      lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null },
    };
    const step = playTo("offline", { password: right, hotp: rightCode(11) }, offlineFacts, recorded);
    const changes = commitOf(step).write.map((change: Change) => change.change);
    expect(changes).toEqual(["lockout", "code-consumed", "sign-in-counted"]);
    expect(commitOf(step).expect.version).toBe(8);
  });

  test("the attempt that fills the budget still succeeds when it is right, and locks when it is wrong", () => {
    const almost: Facts = {
      ...offlineFacts,
      lockout: { failures: 4, failuresSinceLock: 4, lockedUntilMs: null },
    };
    const full: Facts = {
      ...offlineFacts,
      lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 300_000 },
    };
    const good = playTo("offline", { password: right, hotp: rightCode() }, almost, full);
    expect(outcomeOf(signIn(good.state, { in: "committed", effect: "settle-0" }, full, nowMs)).kind).toBe(
      "succeeded",
    );
    const bad = playTo("offline", { password: wrong }, almost, full);
    expect(outcomeOf(signIn(bad.state, { in: "committed", effect: "settle-0" }, full, nowMs))).toEqual({
      kind: "refused",
      reason: "wrong-credentials",
      lockedUntilMs: nowMs + 300_000,
    });
  });

  test("OTP-32: destroying the bundle after failures happens only where the policy asks for it", () => {
    const at5: Facts = {
      ...offlineFacts,
      lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 1 },
    };
    expect(commitOf(playTo("offline", { password: wrong }, offlineFacts, at5)).write).toEqual([]);
    const destroying: Facts = {
      ...at5,
      policy: { ...policy, offline: { ...policy.offline, destroyAfterFailures: 5 } },
    };
    expect(commitOf(playTo("offline", { password: wrong }, offlineFacts, destroying)).write).toEqual([
      { change: "bundle-destroyed" },
    ]);
  });

  test("ten wrong codes in a row after a right password suspend the token here; wrong passwords do not count towards it", () => {
    const nine: Facts = {
      ...offlineFacts,
      token: offlineFacts.token && { ...offlineFacts.token, wrongCodes: 9 },
    };
    expect(commitOf(playTo("offline", { password: right, hotp: wrong }, nine)).write).toEqual([
      { change: "wrong-codes", tokenId: "t1", wrongCodes: 10, suspended: true },
    ]);
    expect(commitOf(playTo("offline", { password: wrong }, nine)).write).toEqual([]);
  });

  test("a full or read-only disk ends in a refusal that says so, in every writing state", () => {
    const begun = signIn(null, { in: "begin", base: base("offline") }, offlineFacts, nowMs);
    const recording = signIn(
      signIn(begun.state, given(password), offlineFacts, nowMs).state,
      given(code),
      offlineFacts,
      nowMs,
    );
    expect(
      outcomeOf(signIn(recording.state, { in: "storage-failed", effect: "record-0" }, offlineFacts, nowMs)),
    ).toMatchObject({ reason: "storage-failed" });
    const settling = playTo("online", { password: right, hotp: rightCode() });
    expect(
      outcomeOf(signIn(settling.state, { in: "storage-failed", effect: "settle-0" }, onlineFacts, nowMs)),
    ).toMatchObject({ reason: "storage-failed" });
  });
});

describe("what is told", () => {
  const told = (step: Step): RefusalReason | "succeeded" => {
    const end =
      step.state.at === "settling"
        ? signIn(step.state, { in: "committed", effect: step.state.effect }, onlineFacts, nowMs)
        : step;
    const outcome = outcomeOf(end);
    return outcome.kind === "refused" ? outcome.reason : "succeeded";
  };
  test.each<[string, Check, Check | undefined, RefusalReason]>([
    ["wrong password", wrong, undefined, "wrong-credentials"],
    ["wrong code", right, wrong, "wrong-credentials"],
    ["OTP-26: far code after a right password", right, { check: "far" }, "token-out-of-step"],
    ["exposed code after a right password", right, { check: "exposed" }, "code-exposed"],
    [
      "policy bars cached tokens",
      right,
      { check: "unusable", reason: "token-cached-offline" },
      "token-cached-offline",
    ],
  ])("%s", (_name, first, second, reason) => {
    expect(told(playTo("online", second ? { password: first, hotp: second } : { password: first }))).toBe(
      reason,
    );
  });

  test("without a password in the workflow nobody is told that a code is merely out of step", () => {
    const codeOnly: Facts = {
      ...onlineFacts,
      policy: { ...policy, workflows: { ...policy.workflows, "remote-access": [["hotp" as const]] } },
    };
    const begun = signIn(
      null,
      { in: "begin", base: base("online", { workflow: "remote-access" }) },
      codeOnly,
      nowMs,
    );
    const checking = signIn(begun.state, given(code), codeOnly, nowMs);
    const step = signIn(
      checking.state,
      { in: "checked", effect: "check-code", result: { check: "far" } },
      codeOnly,
      nowMs,
    );
    expect(step.state).toMatchObject({ at: "settling", verdict: { reason: "wrong-credentials" } });
  });

  test("a disabled user or one without a token learns it only with the password right, and nothing is counted", () => {
    const disabled: Facts = { ...onlineFacts, user: { id: "u1", name: "nora", status: "disabled" } };
    expect(told(playTo("online", { password: right, hotp: rightCode() }, disabled))).toBe("user-disabled");
    expect(told(playTo("online", { password: wrong }, disabled))).toBe("wrong-credentials");
    const tokenless: Facts = { ...onlineFacts, token: null };
    const step = playTo("online", { password: right, hotp: wrong }, tokenless);
    expect(outcomeOf(step)).toMatchObject({ reason: "no-token" });
    expect(effectIds(step)).not.toContain("commit");
  });
});

describe("conflicts", () => {
  test("OTP-8: a code that somebody else consumed meanwhile is a wrong code", () => {
    const settling = playTo("online", { password: right, hotp: rightCode(10) });
    const spent: Facts = {
      ...onlineFacts,
      version: 8,
      token: onlineFacts.token && { ...onlineFacts.token, nextCounter: 11 },
    };
    const again = signIn(settling.state, { in: "conflict", effect: "settle-0" }, spent, nowMs);
    expect(commitOf(again)).toMatchObject({
      id: "settle-1",
      expect: { version: 8 },
      write: [{ change: "lockout", lockout: { failures: 1 } }],
    });
    expect(
      outcomeOf(signIn(again.state, { in: "committed", effect: "settle-1" }, spent, nowMs)),
    ).toMatchObject({ reason: "wrong-credentials" });
  });

  test("a lock that came meanwhile hides the verdict, right or wrong", () => {
    const locked: Facts = {
      ...onlineFacts,
      version: 9,
      lockout: { failures: 5, failuresSinceLock: 0, lockedUntilMs: nowMs + 5 },
    };
    for (const findings of [{ password: right, hotp: rightCode() }, { password: wrong }]) {
      const settling = playTo("online", findings);
      expect(
        outcomeOf(signIn(settling.state, { in: "conflict", effect: "settle-0" }, locked, nowMs)),
      ).toMatchObject({ reason: "locked", lockedUntilMs: nowMs + 5 });
      expect(outcomeOf(playTo("online", findings, onlineFacts, locked))).toMatchObject({ reason: "locked" });
    }
  });

  test("a user disabled meanwhile is refused", () => {
    const settling = playTo("online", { password: right, hotp: rightCode() });
    const disabled: Facts = {
      ...onlineFacts,
      version: 8,
      user: { id: "u1", name: "nora", status: "disabled" },
    };
    expect(
      outcomeOf(signIn(settling.state, { in: "conflict", effect: "settle-0" }, disabled, nowMs)),
    ).toMatchObject({ reason: "user-disabled" });
  });

  test.each(["online", "offline"] as const)("%s: endless conflicts end in busy", (mode) => {
    let step =
      mode === "online"
        ? playTo("online", { password: wrong })
        : signIn(
            signIn(
              signIn(null, { in: "begin", base: base(mode) }, offlineFacts, nowMs).state,
              given(password),
              offlineFacts,
              nowMs,
            ).state,
            given(code),
            offlineFacts,
            nowMs,
          );
    for (let round = 0; round < maximumConflicts; round++) {
      if (step.state.at === "done") break;
      const effect = "effect" in step.state ? step.state.effect : "";
      step = signIn(
        step.state,
        { in: "conflict", effect },
        mode === "online" ? onlineFacts : offlineFacts,
        nowMs,
      );
    }
    expect(outcomeOf(step)).toMatchObject({ reason: "busy" });
  });
});

describe("every state × every input", () => {
  const asking = signIn(null, { in: "begin", base: base("offline") }, offlineFacts, nowMs).state;
  const recording = signIn(
    signIn(asking, given(password), offlineFacts, nowMs).state,
    given(code),
    offlineFacts,
    nowMs,
  ).state;
  const checking = signIn(recording, { in: "committed", effect: "record-0" }, offlineFacts, nowMs).state;
  const settling = signIn(
    checking,
    { in: "checked", effect: "check-password", result: wrong },
    offlineFacts,
    nowMs,
  ).state;
  const done = signIn(settling, { in: "committed", effect: "settle-0" }, offlineFacts, nowMs).state;
  const states: Record<string, State> = { asking, recording, checking, settling, done };
  const inputs: Record<string, (state: State) => Input> = {
    begin: () => ({ in: "begin", base: base("offline") }),
    given: () => given(password),
    chosen: () => ({ in: "chosen", ask: "password" }),
    "chosen that is none": () => ({ in: "chosen", ask: "passkey" }),
    committed: (state) => ({ in: "committed", effect: "effect" in state ? state.effect : "none" }),
    conflict: (state) => ({ in: "conflict", effect: "effect" in state ? state.effect : "none" }),
    "storage-failed": (state) => ({
      in: "storage-failed",
      effect: "effect" in state ? state.effect : "none",
    }),
    checked: (state) => ({ in: "checked", effect: "effect" in state ? state.effect : "none", result: wrong }),
    "foreign effect": () => ({ in: "committed", effect: "another" }),
    tick: () => ({ in: "tick" }),
    cancelled: () => ({ in: "cancelled" }),
  };
  const expected: Record<string, Record<string, State["at"]>> = {
    asking: {
      begin: "asking",
      given: "asking",
      chosen: "asking",
      "chosen that is none": "asking",
      committed: "asking",
      conflict: "asking",
      "storage-failed": "asking",
      checked: "asking",
      "foreign effect": "asking",
      tick: "asking",
      cancelled: "done",
    },
    recording: {
      begin: "recording",
      given: "recording",
      chosen: "recording",
      "chosen that is none": "recording",
      committed: "checking",
      conflict: "recording",
      "storage-failed": "done",
      checked: "recording",
      "foreign effect": "recording",
      tick: "recording",
      cancelled: "recording",
    },
    checking: {
      begin: "checking",
      given: "checking",
      chosen: "checking",
      "chosen that is none": "checking",
      committed: "checking",
      conflict: "checking",
      "storage-failed": "checking",
      checked: "settling",
      "foreign effect": "checking",
      tick: "checking",
      cancelled: "checking",
    },
    settling: {
      begin: "settling",
      given: "settling",
      chosen: "settling",
      "chosen that is none": "settling",
      committed: "done",
      conflict: "settling",
      "storage-failed": "done",
      checked: "settling",
      "foreign effect": "settling",
      tick: "settling",
      cancelled: "settling",
    },
    done: {
      begin: "done",
      given: "done",
      chosen: "done",
      "chosen that is none": "done",
      committed: "done",
      conflict: "done",
      "storage-failed": "done",
      checked: "done",
      "foreign effect": "done",
      tick: "done",
      cancelled: "done",
    },
  };
  const table = Object.entries(expected).flatMap(([from, row]) =>
    Object.entries(row).map(([input, to]) => [from, input, to] as const),
  );
  test.each(table)("%s × %s → %s", (from, input, to) => {
    const state = states[from];
    const make = inputs[input];
    if (!state || !make) throw new Error("table");
    expect(signIn(state, make(state), offlineFacts, nowMs).state.at).toBe(to);
  });

  test("an attempt that has run out of time is refused without a count", () => {
    const step = signIn(asking, given(password), offlineFacts, nowMs + 120_000);
    expect(outcomeOf(step)).toMatchObject({ reason: "timed-out" });
    expect(effectIds(step)).toEqual(["note", "forget"]);
  });
});

describe("promises, for any sequence of inputs", () => {
  const check = fc.constantFrom<Check>(
    right,
    rightCode(10),
    rightCode(15),
    wrong,
    { check: "far" },
    { check: "exposed" },
    { check: "unusable", reason: "store-damaged" },
  );
  const facts = fc.record({
    mode: fc.constantFrom("online" as const, "offline" as const),
    failures: fc.integer({ min: 0, max: 6 }),
    known: fc.boolean(),
    disabled: fc.boolean(),
    withToken: fc.boolean(),
  });
  const input = (state: State | null): fc.Arbitrary<Input> => {
    const effect = state && "effect" in state ? state.effect : "none";
    return fc.oneof(
      fc.constant(given(password)),
      fc.constant(given(code, true)),
      fc.constantFrom<Input>(
        { in: "committed", effect },
        { in: "conflict", effect },
        { in: "storage-failed", effect },
        { in: "tick" },
        { in: "cancelled" },
      ),
      check.map((result): Input => ({ in: "checked", effect, result })),
    );
  };

  test("no success without every factor proven and committed; nothing follows the end", () => {
    fc.assert(
      fc.property(facts, fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), (shape, seeds) => {
        const known: Facts = shape.mode === "online" ? onlineFacts : offlineFacts;
        const now: Facts = {
          ...known,
          user:
            shape.known && known.user
              ? { ...known.user, status: shape.disabled ? "disabled" : "active" }
              : null,
          token: shape.withToken ? known.token : null,
          lockout: { failures: shape.failures, failuresSinceLock: shape.failures, lockedUntilMs: null },
        };
        let step = signIn(null, { in: "begin", base: base(shape.mode) }, now, nowMs);
        const proven = new Set<string>();
        let committedSuccess = false;
        for (const seed of seeds) {
          const before = step.state;
          const next = fc.sample(input(before), { seed, numRuns: 1 })[0];
          if (!next) continue;
          if (
            next.in === "checked" &&
            before.at === "checking" &&
            next.effect === before.effect &&
            next.result.check === "right"
          )
            proven.add(before.ask);
          if (next.in === "committed" && before.at === "settling" && next.effect === before.effect)
            committedSuccess = before.verdict.kind === "succeeded";
          step = signIn(before, next, now, nowMs);
          if (before.at === "done") expect(step.effects).toEqual([]);
          if (
            shape.mode === "offline" &&
            step.effects.some((effect) => effect.do === "verify-password" || effect.do === "check-code")
          ) {
            expect(["recording", "checking"]).toContain(before.at);
          }
        }
        if (step.state.at === "done" && step.state.outcome.kind === "succeeded") {
          expect(committedSuccess).toBe(true);
          expect([...proven].sort()).toEqual(["code", "password"]);
          expect(shape.known && !shape.disabled).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
