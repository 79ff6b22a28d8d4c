import { describe, expect, test } from "vitest";
import {
  afterAnswerGiven,
  afterCodeGiven,
  afterReport,
  afterUse,
  ended,
  rotationDue,
  standingForBundle,
  stateOf,
} from "./bypass-standing.ts";

const first = standingForBundle(null, true);

describe("bypass codes one after another", () => {
  test("OTP-24: given, used, rotated: what the help desk sees, and which number the next bundle brings", () => {
    expect([stateOf(null), stateOf(first)]).toEqual(["waiting", "ready"]);
    const given = afterCodeGiven(first, "user:hana", 1000);
    expect(stateOf(given)).toBe("given");
    const used = afterUse(afterUse(given, { number: 1 }, 2000) ?? given, { number: 1 }, 3000) ?? given;
    expect(used.codes).toEqual([
      { number: 1, givenAtMs: 1000, givenBy: "user:hana", uses: 2, lastUsedAtMs: 3000 },
    ]);
    expect([rotationDue(used), stateOf(used)]).toEqual([true, "waiting"]);
    const rotated = standingForBundle(used, false);
    expect([rotated.number, rotationDue(rotated), stateOf(rotated)]).toEqual([2, false, "used-rotated"]);
    expect(stateOf(afterCodeGiven(rotated, "user:hana", 4000))).toBe("given");
  });

  test("OTP-23: an online sign-in ends it whether it was used or not; a mere refill does not", () => {
    const given = afterCodeGiven(first, "user:hana", 1000);
    expect(standingForBundle(given, false).number).toBe(1);
    const after = standingForBundle(given, true);
    expect([after.number, after.floor, stateOf(after)]).toEqual([2, 2, "ready"]);
  });

  test("what nobody gave was not used, and an answer is used once", () => {
    expect(afterUse(first, { number: 1 }, 5)).toBeNull();
    expect(afterUse(first, { challenge: "12345678" }, 5)).toBeNull();
    const answered = afterAnswerGiven(
      afterAnswerGiven(first, "12345678", "user:hana", 1),
      "12345678",
      "user:omar",
      2,
    );
    expect(answered.answers).toHaveLength(1);
    const used = afterUse(answered, { challenge: "12345678" }, 3);
    expect(used?.answers).toEqual([
      { challenge: "12345678", givenAtMs: 2, givenBy: "user:omar", usedAtMs: 3 },
    ]);
    expect(used && afterUse(used, { challenge: "12345678" }, 4)).toBeNull();
    expect(used && rotationDue(used)).toBe(false);
  });

  test("an endpoint that has signed somebody in, or knows more than a restored server, gets a new one", () => {
    expect(afterReport(first, { number: 1, floor: 1 })).toEqual(first);
    expect(standingForBundle(afterReport(first, { number: 1, floor: 2 }), false).number).toBe(2);
    expect(standingForBundle(afterReport(first, { number: 7, floor: 7 }), false).number).toBe(8);
    expect(standingForBundle(ended(first), false).number).toBe(2);
  });

  test("only the last few are remembered", () => {
    let standing = first;
    for (let number = 0; number < 100; number++)
      standing = afterCodeGiven(
        standingForBundle(afterAnswerGiven(standing, `${10_000_000 + number}`, "a", 1), true),
        "a",
        1,
      );
    expect([standing.codes.length, standing.answers.length]).toEqual([30, 30]);
  });
});
