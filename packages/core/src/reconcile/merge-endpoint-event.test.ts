import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_LOCKOUT } from "../lockout/lockout.ts";
import type { Lockout } from "../sign-in/types.ts";
import type { Consumption, MergeDecision, MergeFacts } from "./merge-endpoint-event.ts";
import { mergeEndpointEvent, SERVER_SOURCE } from "./merge-endpoint-event.ts";

const policy = { failures: 3, duration: "PT1M" };
const nowMs = 1_000_000;

type SignIn = Extract<EndpointEventBody, { type: "sign-in" }>;

function signIn(change: Partial<SignIn>): SignIn {
  return {
    type: "sign-in",
    attemptId: "attempt-1",
    userId: "u1",
    userName: "ada",
    workflow: "workstation",
    mode: "offline",
    outcome: "succeeded",
    factors: ["password", "hotp"],
    ...change,
  };
}
const used = (counter: number, attemptId = "attempt-1") =>
  signIn({ attemptId, consumed: { tokenId: "t1", counter } });
const failed = signIn({
  outcome: "refused",
  reason: "wrong-credentials",
  failure: { factor: "hotp", count: 1 },
});

const refused: Extract<EndpointEventBody, { type: "sign-ins-refused" }> = {
  type: "sign-ins-refused",
  userId: "u1",
  userName: "ada",
  failuresSinceLock: 0,
  refusals: [
    { reason: "wrong-credentials", factor: "password", count: 3, failures: 3, firstAtMs: 1, lastAtMs: 3 },
    {
      reason: "wrong-credentials",
      factor: "hotp",
      count: 1,
      failures: 1,
      firstAtMs: 4,
      lastAtMs: 4,
      lockedUntilMs: nowMs - 500,
    },
    { reason: "locked", count: 900, failures: 0, firstAtMs: 5, lastAtMs: 9 },
  ],
};

const facts: MergeFacts = {
  endpointId: "e1",
  mergedThrough: 0,
  distrusted: false,
  bundle: { tokenId: "t1", handedThrough: 24 },
  lockout: NO_LOCKOUT,
  lockoutPolicy: policy,
  lastFailureAtMs: null,
  levelAtMs: null,
  nextCounter: 0,
  consumedBy: [],
  attemptKnown: false,
  bypassGiven: false,
  codeNeeded: true,
  phoneAnswers: false,
};

function merge(
  body: EndpointEventBody,
  change: Partial<MergeFacts> = {},
  atMs = nowMs - 1000,
): Partial<MergeDecision> {
  const decision = mergeEndpointEvent({ ...facts, ...change }, { sequence: 1, atMs, body }, nowMs);
  return Object.fromEntries(
    Object.entries(decision).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

const here = { source: "e1", attemptId: "attempt-1", atMs: nowMs - 1000 };
const elsewhere: Consumption = { source: "e2", attemptId: "attempt-2", atMs: nowMs - 5000 };

describe("codes used offline (OTP-29)", () => {
  test("a code used there is consumed for everybody and lifts the floor", () => {
    expect(merge(used(7))).toEqual({
      consume: { tokenId: "t1", counter: 7, ...here },
      raiseFloor: { tokenId: "t1", nextCounter: 8 },
    });
  });

  test("a code below the floor is kept and burns nothing", () => {
    expect(merge(used(7), { nextCounter: 12 })).toEqual({ consume: { tokenId: "t1", counter: 7, ...here } });
  });

  test("the last code handed out is believed, the one after it alerts and does nothing", () => {
    expect(merge(used(24)).raiseFloor).toEqual({ tokenId: "t1", nextCounter: 25 });
    expect(merge(used(25))).toEqual({
      unheeded: "counter-beyond-handed-out",
      alerts: [
        { kind: "counter-jump", userId: "u1", detail: { tokenId: "t1", counter: 25, handedThrough: 24 } },
      ],
    });
  });

  test.each<[string, Partial<MergeFacts>, string]>([
    ["of a user without a bundle there", { bundle: null }, "no-bundle-here"],
    ["of an endpoint whose word is discarded", { distrusted: true }, "distrusted-source"],
    ["of a token that has been replaced", { bundle: { tokenId: "t2", handedThrough: 24 } }, "token-replaced"],
    ["of a token that no longer exists", { nextCounter: null }, "token-replaced"],
    ["merged before", { mergedThrough: 1 }, "merged-before"],
  ])("the word %s changes nothing", (_name, change, unheeded) => {
    const burdened = { lockout: { failures: 2, failuresSinceLock: 2, lockedUntilMs: null }, ...change };
    expect(merge(used(7), burdened)).toEqual({ unheeded });
    if (unheeded === "token-replaced") return;
    expect(merge(failed, burdened)).toEqual({ unheeded });
    expect(merge({ type: "sign-in-interrupted", attemptId: "a", userId: "u1" }, burdened)).toEqual({
      unheeded,
    });
    expect(merge(refused, burdened)).toEqual({ unheeded });
  });

  test("what an endpoint says about an online sign-in the server knows better", () => {
    expect(merge({ ...used(7), mode: "online" })).toEqual({});
  });

  test("an endpoint whose clock runs ahead writes nothing into the future", () => {
    expect(merge(used(7), {}, nowMs + 10 ** 9).consume?.atMs).toBe(nowMs);
  });
});

describe("the same code twice (SECURITY §2)", () => {
  test("used at two endpoints: alert, and the later of the two must sign in afresh", () => {
    const decision = merge(used(7), { consumedBy: [elsewhere], nextCounter: 8 });
    expect(decision.consume).toEqual({ tokenId: "t1", counter: 7, ...here });
    expect(decision.inDoubt).toEqual([here]);
    expect(decision.alerts).toEqual([
      {
        kind: "same-counter-twice",
        userId: "u1",
        detail: { tokenId: "t1", counter: 7, sources: ["e2", "e1"], attempts: ["attempt-2", "attempt-1"] },
      },
    ]);
  });

  test("where the one already known came later, it is that one", () => {
    const later = { ...elsewhere, atMs: nowMs - 1 };
    expect(merge(used(7), { consumedBy: [later] }).inDoubt).toEqual([later]);
    const online = { source: SERVER_SOURCE, attemptId: "attempt-9", atMs: nowMs - 1 };
    expect(merge(used(7), { consumedBy: [online] }).inDoubt).toEqual([online]);
  });

  test("an online attempt whose answer was lost, and its offline fallback, are one sign-in", () => {
    const online = { source: SERVER_SOURCE, attemptId: "attempt-1", atMs: nowMs - 1500 };
    expect(merge(used(7), { consumedBy: [online], nextCounter: 8, attemptKnown: true })).toEqual({
      consume: { tokenId: "t1", counter: 7, ...here },
    });
  });

  test("told a second time it is no second use", () => {
    expect(merge(used(7), { consumedBy: [here, elsewhere], nextCounter: 8 })).toEqual({});
  });

  test("one endpoint that used a code twice (a copied disk) is a conflict as well", () => {
    const twin = { ...here, attemptId: "attempt-0", atMs: nowMs - 9000 };
    expect(merge(used(7), { consumedBy: [twin] }).alerts?.[0]?.kind).toBe("same-counter-twice");
  });

  test("a sign-in in conflict clears no failures", () => {
    const lockout = { failures: 2, failuresSinceLock: 2, lockedUntilMs: null };
    expect(merge(used(7), { consumedBy: [elsewhere], lockout }).lockout).toBeUndefined();
    expect(merge(used(7), { lockout }).lockout).toEqual(NO_LOCKOUT);
  });
});

describe("failures and successes (UNI-2, AMB-MDA-9)", () => {
  const two: Lockout = { failures: 2, failuresSinceLock: 2, lockedUntilMs: null };

  test("failures are added; together they lock", () => {
    expect(merge(failed)).toEqual({ lockout: { failures: 1, failuresSinceLock: 1, lockedUntilMs: null } });
    expect(merge(failed, { lockout: two })).toEqual({
      lockout: { failures: 3, failuresSinceLock: 0, lockedUntilMs: nowMs + 60_000 },
    });
    expect(merge({ type: "sign-in-interrupted", attemptId: "a", userId: "u1" }, { lockout: two })).toEqual({
      lockout: { failures: 3, failuresSinceLock: 0, lockedUntilMs: nowMs + 60_000 },
    });
  });

  test("a lock set there is the lock here, with its own end (MDA-21)", () => {
    const locked = { ...failed, lockedUntilMs: nowMs + 30_000 };
    expect(merge(locked, { lockout: two })).toEqual({
      lockout: { failures: 3, failuresSinceLock: 0, lockedUntilMs: nowMs + 30_000 },
    });
  });

  test("a refusal that counted nothing, or was counted online already, adds nothing", () => {
    expect(merge(signIn({ outcome: "refused", reason: "cache-exhausted" }))).toEqual({});
    expect(merge(failed, { attemptKnown: true })).toEqual({});
  });

  test.each<[string, Partial<MergeFacts>, Lockout | undefined]>([
    [
      "failures that the server had heard of when the endpoint was last level with it",
      { lockout: two, lastFailureAtMs: nowMs - 5000, levelAtMs: nowMs - 5000 },
      NO_LOCKOUT,
    ],
    ["failures that the same endpoint told before it", { lockout: two }, NO_LOCKOUT],
    [
      "a lock that was over by then",
      { lockout: { failures: 3, failuresSinceLock: 0, lockedUntilMs: nowMs - 1000 } },
      NO_LOCKOUT,
    ],
    [
      "not a lock that held then",
      { lockout: { failures: 3, failuresSinceLock: 0, lockedUntilMs: nowMs - 999 } },
      undefined,
    ],
    [
      "not failures elsewhere since, whatever its own clock says",
      { lockout: two, lastFailureAtMs: nowMs - 5000, levelAtMs: nowMs - 5001 },
      undefined,
    ],
    [
      "not failures elsewhere where the endpoint never was level",
      { lockout: two, lastFailureAtMs: nowMs - 5000 },
      undefined,
    ],
  ])("a success clears %s", (_name, change, lockout) => {
    expect(merge(used(7), change).lockout).toEqual(lockout);
    const withPasswordAlone = { ...change, codeNeeded: false };
    expect(merge(signIn({ factors: ["password"] }), withPasswordAlone).lockout).toEqual(lockout);
  });

  test("a success without the code that the policy asks for clears nothing, nor does a code that was passed", () => {
    expect(merge(signIn({ factors: ["password"] }), { lockout: two })).toEqual({ unheeded: "code-missing" });
    const byPhone = signIn({ factors: ["password", "qr-challenge"] });
    expect(merge(byPhone, { lockout: two, phoneAnswers: true })).toEqual({ lockout: NO_LOCKOUT });
    expect(merge(byPhone, { lockout: two })).toEqual({ unheeded: "phone-unknown" });
    expect(merge(used(7), { lockout: two, nextCounter: 8 }).lockout).toBeUndefined();
    expect(merge(used(7), { lockout: two, nextCounter: 7 }).lockout).toEqual(NO_LOCKOUT);
  });

  test.each([
    ["no-bundle-here", { bundle: null }],
    ["distrusted-source", { distrusted: true }],
  ] as const)("a suspended token is reported in vain: %s", (unheeded, change) => {
    expect(merge({ type: "token-suspended", userId: "u9", tokenId: "t9" }, change)).toEqual({ unheeded });
  });

  test("refusals told in one event count as many failures as they were, and their last lock holds", () => {
    expect(
      merge(refused, { lockout: { failures: 20, failuresSinceLock: 2, lockedUntilMs: nowMs - 9000 } }),
    ).toEqual({
      lockout: { failures: 24, failuresSinceLock: 0, lockedUntilMs: nowMs - 500 },
    });
    // Another endpoint's failure lay between: the third and the sixth here were others than there.
    expect(
      merge(refused, { lockout: { failures: 21, failuresSinceLock: 0, lockedUntilMs: nowMs - 9000 } }),
    ).toEqual({
      lockout: { failures: 25, failuresSinceLock: 1, lockedUntilMs: nowMs + 60_000 },
    });
    expect(merge({ ...refused, refusals: refused.refusals.slice(2) })).toEqual({});
    expect(merge(refused, { mergedThrough: 1 })).toEqual({ unheeded: "merged-before" });
  });
});

describe("other events", () => {
  test.each<[EndpointEventBody, Partial<MergeDecision>]>([
    [
      { type: "token-suspended", userId: "u1", tokenId: "t1" },
      { alerts: [{ kind: "token-suspended", userId: "u1", detail: { tokenId: "t1" } }] },
    ],
    [
      { type: "rollback-detected", fileGeneration: 3, counter: 5 },
      { alerts: [{ kind: "rollback-detected", userId: null, detail: { fileGeneration: 3, counter: 5 } }] },
    ],
    [
      { type: "tamper-detected", file: "state", why: "wrong MAC" },
      { alerts: [{ kind: "tamper-detected", userId: null, detail: { file: "state", why: "wrong MAC" } }] },
    ],
    [
      { type: "bundle-stored", userId: "u1", epoch: 1, sequence: 4 },
      { bundleStored: { userId: "u1", epoch: 1, sequence: 4 } },
    ],
    [
      { type: "bundle-destroyed", userId: "u1", why: "too many failures" },
      { bundleDestroyed: { userId: "u1" } },
    ],
    [{ type: "revocation-done", revocationId: "r1" }, { revocationDone: "r1" }],
    [{ type: "bundle-refused", why: "old" }, {}],
    [{ type: "clock-set-back", byMs: 5 }, {}],
    [{ type: "malformed-input", from: "pam", why: "short" }, {}],
    [{ type: "went-offline", why: "no answer" }, {}],
    [{ type: "came-online" }, {}],
    [{ type: "agent-started", agentVersion: "0.1.0" }, {}],
  ])("%j", (body, expected) => {
    expect(merge(body)).toEqual(expected);
  });
});

/** A server that carries decisions out, for one user with one token. */
class World {
  nextCounter = 0;
  lockout = NO_LOCKOUT;
  consumptions: ({ counter: number } & Consumption)[] = [];
  conflicts = new Set<number>();
  inDoubt = new Set<string>();
  mergedThrough: Record<string, number> = {};

  take(endpointId: string, sequence: number, atMs: number, body: EndpointEventBody): void {
    const counter = body.type === "sign-in" ? body.consumed?.counter : undefined;
    const decision = mergeEndpointEvent(
      {
        ...facts,
        endpointId,
        mergedThrough: this.mergedThrough[endpointId] ?? 0,
        lockout: this.lockout,
        nextCounter: this.nextCounter,
        consumedBy: this.consumptions.filter((one) => one.counter === counter),
      },
      { sequence, atMs, body },
      nowMs,
    );
    const floorBefore = this.nextCounter;
    if (decision.consume) this.consumptions.push(decision.consume);
    if (decision.raiseFloor) this.nextCounter = decision.raiseFloor.nextCounter;
    if (decision.lockout) this.lockout = decision.lockout;
    for (const { detail } of decision.alerts) this.conflicts.add(Number(detail.counter));
    for (const { attemptId } of decision.inDoubt) this.inDoubt.add(attemptId);
    this.mergedThrough[endpointId] = Math.max(this.mergedThrough[endpointId] ?? 0, sequence);
    expect(this.nextCounter).toBeGreaterThanOrEqual(floorBefore);
  }

  summary() {
    return {
      nextCounter: this.nextCounter,
      consumed: this.consumptions
        .map(({ source, counter, attemptId }) => `${source} ${counter} ${attemptId}`)
        .sort(),
      conflicts: [...this.conflicts].sort(),
      inDoubt: [...this.inDoubt].sort(),
    };
  }
}

describe("any order of return", () => {
  const anyEvent = fc.record({ counter: fc.nat(12), atMs: fc.nat(nowMs), wrong: fc.boolean() });
  const anyEnterprise = fc.record({
    endpoints: fc.array(fc.array(anyEvent, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
    orders: fc.tuple(fc.array(fc.nat(3), { maxLength: 40 }), fc.array(fc.nat(3), { maxLength: 40 })),
  });

  type History = { counter: number; atMs: number; wrong: boolean }[][];

  function deliver(endpoints: History, order: readonly number[], again: boolean): World {
    const world = new World();
    const next = endpoints.map(() => 0);
    const send = (endpoint: number, index: number) => {
      const event = endpoints[endpoint]?.[index];
      if (!event) return;
      const attemptId = `${endpoint}-${index}`;
      const body = event.wrong ? { ...failed, attemptId } : used(event.counter, attemptId);
      world.take(`e${endpoint}`, index + 1, event.atMs, body);
    };
    const rest = endpoints.flatMap((events, endpoint) => events.map(() => endpoint));
    for (const pick of [...order, ...rest]) {
      const endpoint = pick % endpoints.length;
      const index = next[endpoint] ?? 0;
      send(endpoint, index);
      next[endpoint] = index + 1;
      if (again) for (let old = 0; old <= index; old += 1) send(endpoint, old);
    }
    return world;
  }

  test("gives the same floors, consumption, conflicts and sign-ins in doubt (promise 2)", () => {
    fc.assert(
      fc.property(anyEnterprise, ({ endpoints, orders: [one, two] }) => {
        expect(deliver(endpoints, one, false).summary()).toEqual(deliver(endpoints, two, false).summary());
      }),
      { numRuns: 500 },
    );
  });

  test("and hearing everything again changes nothing, failures included (UNI-5)", () => {
    fc.assert(
      fc.property(anyEnterprise, ({ endpoints, orders: [order] }) => {
        const once = deliver(endpoints, order, false);
        const often = deliver(endpoints, order, true);
        expect(often.summary()).toEqual(once.summary());
        expect(often.lockout).toEqual(once.lockout);
      }),
    );
  });

  test("every counter that two sign-ins used is in conflict, and no other", () => {
    fc.assert(
      fc.property(anyEnterprise, ({ endpoints, orders: [order] }) => {
        const uses = endpoints
          .flat()
          .filter(({ wrong }) => !wrong)
          .map(({ counter }) => counter);
        const twice = [...new Set(uses.filter((counter, index) => uses.indexOf(counter) !== index))].sort();
        expect(deliver(endpoints, order, false).summary().conflicts).toEqual(twice);
      }),
    );
  });
});

describe("what the help desk gave (OTP-23, OTP-24)", () => {
  const { consumed: _none, ...signIn } = used(0);
  const bypassed = {
    ...signIn,
    factors: ["password", "bypass-code"],
    bypass: { number: 3 },
  } as EndpointEventBody;
  const answered = {
    ...signIn,
    factors: ["password", "ocra"],
    bypass: { challenge: "12345678" },
  } as EndpointEventBody;

  test("is marked as used, and clears failures as any success does", () => {
    const lockout = { failures: 2, failuresSinceLock: 2, lockedUntilMs: null };
    expect(merge(bypassed, { bypassGiven: true })).toEqual({ bypassUsed: { number: 3 } });
    expect(merge(answered, { bypassGiven: true, lockout })).toEqual({
      bypassUsed: { challenge: "12345678" },
      lockout: NO_LOCKOUT,
    });
  });

  test("what nobody gave was used by nobody: an alert, and no effect", () => {
    const lockout = { failures: 2, failuresSinceLock: 2, lockedUntilMs: null };
    expect(merge(bypassed, { lockout })).toEqual({
      unheeded: "bypass-not-given",
      alerts: [{ kind: "bypass-not-given", userId: "u1", detail: { number: 3, attemptId: "attempt-1" } }],
    });
    expect(merge(bypassed, { bypassGiven: true, bundle: null })).toEqual({ unheeded: "no-bundle-here" });
    expect(merge(bypassed, { bypassGiven: true, distrusted: true })).toEqual({
      unheeded: "distrusted-source",
    });
  });
});
