import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HeldBundle, heldState, mostSignIns } from "./held-bundle.ts";
import { type ObstacleFacts, obstacleOf, obstacleTexts } from "./obstacle.ts";
import { endpointReadiness, readinessGap, refillForWindow, signInsWanted } from "./readiness.ts";
import { type ChecklistFacts, setupChecklist } from "./setup-checklist.ts";

const day = 86_400_000;
const nowMs = 10 * day;
const fresh: HeldBundle = {
  status: "active",
  epoch: 1,
  sequence: 4,
  acknowledgedSequence: 4,
  maxSignIns: 25,
  reportedRemaining: 25,
  notAfterMs: nowMs + 7 * day,
  freshSignInNeeded: false,
  revocationPending: false,
};
const window = { fromMs: nowMs + day, toMs: nowMs + 2 * day };

describe("what an endpoint holds of a user (UNI-3, OTP-7)", () => {
  test.each<[string, Partial<HeldBundle>, string]>([
    ["a fresh bundle", {}, "may-sign-in"],
    ["its last moment is over", { notAfterMs: nowMs }, "expired"],
    ["every sign-in is used", { reportedRemaining: 0 }, "exhausted"],
    ["a conflict was found", { freshSignInNeeded: true }, "fresh-sign-in-needed"],
    ["an order to delete it is on its way", { revocationPending: true }, "revocation-pending"],
    ["… and it has ended meanwhile", { revocationPending: true, notAfterMs: nowMs }, "expired"],
    ["deleted there", { status: "revoked" }, "revoked"],
    ["its codes are exposed", { status: "exposed" }, "revoked"],
    ["the endpoint has destroyed it", { status: "destroyed" }, "revoked"],
  ])("%s", (_name, change, state) => {
    expect(heldState({ ...fresh, ...change }, nowMs)).toBe(state);
  });

  test("until it has said that it holds the newest, it may hold the one before", () => {
    expect(mostSignIns(fresh)).toBe(25);
    expect(mostSignIns({ ...fresh, acknowledgedSequence: 3, reportedRemaining: 40 })).toBe(40);
    expect(mostSignIns({ ...fresh, acknowledgedSequence: null, reportedRemaining: 2 })).toBe(1000);
    expect(mostSignIns({ ...fresh, sequence: 1, acknowledgedSequence: null })).toBe(25);
  });
});

describe("readiness for an announced window (MDA-33, MDA-35)", () => {
  test.each<[string, Partial<HeldBundle>, string | null]>([
    ["covered", {}, null],
    ["used up", { reportedRemaining: 0 }, "no-right-now"],
    ["ends within", { notAfterMs: window.toMs - 1 }, "ends-before"],
    ["ends with it", { notAfterMs: window.toMs }, null],
    ["few left", { reportedRemaining: 4 }, "too-few-sign-ins"],
    ["not heard of", { acknowledgedSequence: 3 }, "not-stored-yet"],
  ])("%s", (_name, change, gap) => {
    expect(readinessGap({ ...fresh, ...change }, window, nowMs)).toBe(gap);
  });

  test("3 endpoints, 2 with a fresh cache: the third is named with its reason", () => {
    const held = [fresh, fresh, { ...fresh, notAfterMs: nowMs + day }];
    expect(held.map((one) => endpointReadiness([one], window, nowMs).kind)).toEqual([
      "ready",
      "ready",
      "gaps",
    ]);
    expect(endpointReadiness([fresh, { ...fresh, reportedRemaining: 1 }], window, nowMs)).toEqual({
      kind: "gaps",
      people: 2,
      gaps: { "too-few-sign-ins": 1 },
    });
  });

  test("what was revoked counts for nobody", () => {
    expect(endpointReadiness([{ ...fresh, status: "revoked" }], window, nowMs)).toEqual({ kind: "nobody" });
    expect(endpointReadiness([fresh, { ...fresh, revocationPending: true }], window, nowMs)).toEqual({
      kind: "ready",
      people: 1,
    });
  });

  test("five sign-ins for each day that is touched", () => {
    expect([3_600_000, day, day + 1].map((long) => signInsWanted({ fromMs: 0, toMs: long }))).toEqual([
      5, 5, 10,
    ]);
  });

  test("a refill is asked for only where it helps, and the one it brings ends the asking", () => {
    fc.assert(
      fc.property(
        fc.record({
          endsInMs: fc.integer({ min: 1, max: 20 * day }),
          left: fc.integer({ min: 0, max: 60 }),
          maxAgeMs: fc.integer({ min: 0, max: 20 * day }),
          most: fc.integer({ min: 0, max: 60 }),
        }),
        ({ endsInMs, left, maxAgeMs, most }) => {
          const held = { ...fresh, notAfterMs: nowMs + endsInMs, maxSignIns: 60, reportedRemaining: left };
          const planned = { notAfterMs: nowMs + maxAgeMs, maxSignIns: most };
          const wanted = refillForWindow(held, planned, window, nowMs);
          if (readinessGap(held, window, nowMs) === null) expect(wanted).toBe(false);
          const filled = { ...held, ...planned, reportedRemaining: most };
          if (wanted && heldState(filled, nowMs) === "may-sign-in")
            expect(refillForWindow(filled, planned, window, nowMs)).toBe(false);
        },
      ),
    );
    expect(refillForWindow({ ...fresh, reportedRemaining: 1 }, fresh, window, window.toMs)).toBe(false);
  });
});

describe("why somebody could sign in nowhere (OTP-2, OTP-3, OTP-4)", () => {
  const able: ObstacleFacts = {
    offlineAllowed: true,
    workstationAsksForCode: true,
    hasPassword: true,
    hasEventToken: true,
    hasTimeToken: false,
    hasPasskey: false,
    hasBundle: true,
  };
  test.each<[Partial<ObstacleFacts>, string]>([
    [{}, "rights-used-up-or-ended"],
    [{ hasBundle: false }, "never-signed-in-at-an-endpoint"],
    [{ hasEventToken: false }, "no-token"],
    [{ hasEventToken: false, hasTimeToken: true, hasPasskey: true }, "time-token-only"],
    [{ hasEventToken: false, hasPasskey: true }, "passkey-only"],
    [{ hasPassword: false, hasPasskey: true }, "passkey-only"],
    [{ hasPassword: false }, "no-password"],
    [{ offlineAllowed: false, hasPassword: false }, "policy-forbids"],
    [
      { workstationAsksForCode: false, hasEventToken: false, hasBundle: false },
      "never-signed-in-at-an-endpoint",
    ],
  ])("%j is %s", (change, obstacle) => {
    const found = obstacleOf({ ...able, ...change });
    expect(found).toBe(obstacle);
    expect(obstacleTexts[found].next).toMatch(/\.$/);
  });
});

describe("the setup checklist (MDA-32)", () => {
  const nothing: ChecklistFacts = {
    administrators: 1,
    superadministrators: 1,
    people: 1,
    peopleWithEventToken: 0,
    policiesWithOffline: 0,
    peopleAllowedOffline: 0,
    endpoints: 0,
    signInsAtEndpoints: false,
    offlineRights: 0,
    lastBackupAtMs: null,
  };

  test("on a fresh server nothing is done, and each step says what it waits for", () => {
    const items = setupChecklist(nothing);
    expect(items.filter(({ done }) => done)).toEqual([]);
    expect(Object.fromEntries(items.map(({ code, waitsFor }) => [code, waitsFor]))).toEqual({
      people: null,
      "offline-policy": null,
      tokens: "people",
      endpoint: null,
      "first-sign-in": "people",
      "first-offline-right": "offline-policy",
      "second-superadministrator": "people",
      backup: null,
    });
  });

  test("what is done waits for nothing", () => {
    const items = setupChecklist({
      administrators: 2,
      superadministrators: 2,
      people: 9,
      peopleWithEventToken: 7,
      policiesWithOffline: 1,
      peopleAllowedOffline: 5,
      endpoints: 3,
      signInsAtEndpoints: true,
      offlineRights: 4,
      lastBackupAtMs: 1,
    });
    expect(items.every(({ done, waitsFor }) => done && waitsFor === null)).toBe(true);
  });
});
