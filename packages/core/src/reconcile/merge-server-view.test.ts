import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exposeRange, pruneExposed } from "./exposed.ts";
import type { LocalView, ServerView } from "./merge-server-view.ts";
import { mergeServerView } from "./merge-server-view.ts";

const local: LocalView = {
  status: "active",
  floors: [{ tokenId: "t1", nextCounter: 5 }],
  lockout: { failures: 2, lockedUntilMs: null },
  wrongCodes: 10,
  suspended: true,
  credentialEpoch: 1,
  freshSignInNeeded: false,
};
const server: ServerView = {
  userId: "u1",
  userName: "ada",
  status: "active",
  failures: 0,
  lockedUntilMs: null,
  credentialEpoch: 1,
  floors: [{ tokenId: "t1", nextCounter: 9 }],
  refillDue: true,
  freshSignInNeeded: false,
};

describe("the server's view at contact", () => {
  test("codes used elsewhere are passed here, too (OTP-29)", () => {
    expect(mergeServerView(local, server, true).floors).toEqual([{ tokenId: "t1", nextCounter: 9 }]);
  });

  test("the stricter lockout wins until the server has seen what was counted here (AMB-MDA-9)", () => {
    const locked = { ...server, failures: 1, lockedUntilMs: 500 };
    expect(mergeServerView(local, locked, false)).toMatchObject({
      lockout: { failures: 2, lockedUntilMs: 500 },
      wrongCodes: 10,
      suspended: true,
    });
  });

  test("once it has, an administrator's unlock arrives, and a suspended token is free again", () => {
    expect(mergeServerView(local, server, true)).toMatchObject({
      lockout: { failures: 0, lockedUntilMs: null },
      wrongCodes: 0,
      suspended: false,
    });
  });

  test("a contact between guesses does not start the budget of wrong codes anew (SECURITY §1)", () => {
    const guessing = { ...local, wrongCodes: 9, suspended: false };
    expect(mergeServerView(guessing, server, true)).toMatchObject({ wrongCodes: 9, suspended: false });
  });

  test("a password changed elsewhere closes the old slot without deleting it (MDA-23)", () => {
    expect(mergeServerView(local, { ...server, credentialEpoch: 2 }, true)).toMatchObject({
      freshSignInNeeded: true,
      credentialEpoch: 1,
      lockSessions: false,
      refillDue: false,
    });
  });

  test.each<[string, Partial<ServerView>, Partial<LocalView>, boolean]>([
    ["nothing new", {}, {}, false],
    ["a conflict was found", { freshSignInNeeded: true }, {}, true],
    ["the same conflict again", { freshSignInNeeded: true }, { freshSignInNeeded: true }, false],
    ["the user was disabled", { status: "disabled" }, {}, true],
    ["still disabled", { status: "disabled" }, { status: "disabled" }, false],
  ])("%s: sessions are locked %s", (_name, theirs, ours, lockSessions) => {
    const merged = mergeServerView({ ...local, ...ours }, { ...server, ...theirs }, true);
    expect(merged.lockSessions).toBe(lockSessions);
  });

  test("no refill for a disabled user or one in doubt", () => {
    expect(mergeServerView(local, server, true).refillDue).toBe(true);
    expect(mergeServerView(local, { ...server, status: "disabled" }, true).refillDue).toBe(false);
    expect(mergeServerView(local, { ...server, freshSignInNeeded: true }, true).refillDue).toBe(false);
  });

  const anyFloors = fc.array(
    fc.record({ tokenId: fc.constantFrom("t1", "t2", "t3"), nextCounter: fc.nat(50) }),
  );

  test("floors never fall, and taking the same view twice changes nothing more", () => {
    fc.assert(
      fc.property(
        anyFloors,
        anyFloors,
        fc.nat(5),
        fc.nat(5),
        fc.boolean(),
        (ours, theirs, a, b, uploaded) => {
          const before = { ...local, floors: ours, lockout: { failures: a, lockedUntilMs: null } };
          const view = { ...server, floors: theirs, failures: b };
          const merged = mergeServerView(before, view, uploaded);
          for (const { tokenId, nextCounter } of [...ours, ...theirs]) {
            const floor = merged.floors.find((one) => one.tokenId === tokenId);
            expect(floor?.nextCounter).toBeGreaterThanOrEqual(nextCounter);
          }
          expect(mergeServerView(merged, view, uploaded)).toEqual(merged);
          if (!uploaded) expect(merged.lockout.failures).toBe(Math.max(a, b));
        },
      ),
    );
  });
});

describe("exposed ranges (SECURITY §2)", () => {
  const token = { nextCounter: 10, exposed: [] };

  test("what a revoked endpoint holds beyond the floor is exposed", () => {
    expect(exposeRange(token, { from: 5, through: 24, endpointId: "e1" })).toEqual([
      { from: 10, through: 24, endpointId: "e1" },
    ]);
  });

  test("nothing handed out, or all of it passed, exposes nothing", () => {
    expect(exposeRange(token, { from: 10, through: 9, endpointId: "e1" })).toEqual([]);
    expect(exposeRange(token, { from: 0, through: 9, endpointId: "e1" })).toEqual([]);
  });

  test("ranges vanish as the token moves past them", () => {
    const exposed = exposeRange(token, { from: 10, through: 24, endpointId: "e1" });
    expect(pruneExposed({ nextCounter: 20, exposed })).toEqual([{ from: 20, through: 24, endpointId: "e1" }]);
    expect(pruneExposed({ nextCounter: 25, exposed })).toEqual([]);
  });

  const anyRange = fc.record({
    from: fc.nat(60),
    through: fc.nat(60),
    endpointId: fc.constantFrom("e1", "e2", "e3"),
  });

  test("every counter ever exposed and not passed stays exposed; repeating changes nothing", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.array(anyRange, { maxLength: 8 }), (nextCounter, ranges) => {
        let exposed = pruneExposed({ nextCounter, exposed: [] });
        for (const range of ranges) {
          exposed = exposeRange({ nextCounter, exposed }, range);
          expect(exposeRange({ nextCounter, exposed }, range)).toEqual(exposed);
        }
        for (const range of ranges) {
          for (let counter = Math.max(range.from, nextCounter); counter <= range.through; counter += 1) {
            expect(exposed.some(({ from, through }) => from <= counter && counter <= through)).toBe(true);
          }
        }
      }),
    );
  });
});
