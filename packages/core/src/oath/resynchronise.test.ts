import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { END_OF_COUNTERS } from "./counter-ranges.ts";
import { resynchronise } from "./resynchronise.ts";
import { referenceHotp, rfcToken } from "./testing/reference-hotp.ts";

// Eight digits twice: a pair occurs at one place only within any span walked here.
const token = { ...rfcToken, digits: 8 as const };
const codeAt = (counter: number) => referenceHotp(token, counter);
const pairAt = (counter: number) => ({ first: codeAt(counter), second: codeAt(counter + 1) });
const base = { ...token, nextCounter: 100, exposed: [] };

describe("resynchronisation with two consecutive codes", () => {
  test.each([100, 101, 131, 500, 1099])(
    "OTP-27 finds the pair at counter %i and moves behind it",
    (counter) => {
      expect(resynchronise({ ...base, ...pairAt(counter) })).toEqual({
        kind: "found",
        nextCounter: counter + 2,
      });
    },
  );

  test.each([
    ["just below the floor", pairAt(98)],
    ["across the floor", pairAt(99)],
    ["beyond the searched 1000", pairAt(1100)],
    ["swapped", { first: codeAt(501), second: codeAt(500) }],
    ["not consecutive", { first: codeAt(500), second: codeAt(502) }],
    ["twice the same", { first: codeAt(500), second: codeAt(500) }],
    ["the second wrong", { first: codeAt(500), second: "00000000" }],
    ["no codes", { first: "", second: "abcdefgh" }],
  ])("OTP-27 never moves for a pair %s", (_, pair) => {
    expect(resynchronise({ ...base, ...pair })).toEqual({ kind: "not-found" });
  });

  test("neither code of the pair may be one that a revoked endpoint knows", () => {
    const exposed = [{ from: 110, to: 120 }];
    const answerAt = (counter: number) => resynchronise({ ...base, exposed, ...pairAt(counter) }).kind;
    expect([107, 108, 109, 110, 118, 119, 120].map((counter) => [counter, answerAt(counter)])).toEqual([
      [107, "found"],
      [108, "found"],
      [109, "not-found"],
      [110, "not-found"],
      [118, "not-found"],
      [119, "not-found"],
      [120, "found"],
    ]);
  });

  test("the floor only rises, wherever the pair lies", async () => {
    const input = fc.record({
      nextCounter: fc.nat(300),
      counter: fc.nat(500),
      searchWindow: fc.integer({ min: 1, max: 200 }),
      exposed: fc.array(fc.record({ from: fc.nat(500), to: fc.nat(500) }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.property(input, ({ nextCounter, counter, searchWindow, exposed }) => {
        const known = (at: number) => exposed.some(({ from, to }) => from <= at && at < to);
        let searched = 0;
        for (let at = nextCounter; at < counter; at++) searched += known(at) ? 0 : 1;
        const findable =
          counter >= nextCounter && searched < searchWindow && !known(counter) && !known(counter + 1);
        const answer = resynchronise({ ...token, nextCounter, exposed, searchWindow, ...pairAt(counter) });
        expect(answer).toEqual(
          findable ? { kind: "found", nextCounter: counter + 2 } : { kind: "not-found" },
        );
      }),
    );
  });

  test("of two places with the same pair the lower counts", () => {
    // Six digits: RFC 4226's secret shows 760265, 741035 at both counters; what lies between is made exposed.
    const [lower, upper] = [646_400, 1_174_568];
    const pairOf = (counter: number) => ({
      first: referenceHotp(rfcToken, counter),
      second: referenceHotp(rfcToken, counter + 1),
    });
    expect(pairOf(lower)).toEqual(pairOf(upper));
    const between = [{ from: lower + 10, to: upper - 10 }];
    const find = (nextCounter: number) =>
      resynchronise({ ...rfcToken, nextCounter, exposed: between, ...pairOf(lower) });
    expect(find(lower - 5)).toEqual({ kind: "found", nextCounter: lower + 2 });
    expect(find(lower + 1)).toEqual({ kind: "found", nextCounter: upper + 2 });
  });

  test("stops at the end of all counters", () => {
    const last = END_OF_COUNTERS - 2;
    expect(resynchronise({ ...base, nextCounter: last, ...pairAt(last) })).toEqual({
      kind: "found",
      nextCounter: END_OF_COUNTERS,
    });
    expect(resynchronise({ ...base, nextCounter: END_OF_COUNTERS, ...pairAt(5) })).toEqual({
      kind: "not-found",
    });
  });
});
