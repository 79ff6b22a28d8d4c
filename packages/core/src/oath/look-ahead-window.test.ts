import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { END_OF_COUNTERS, rangesHold } from "./counter-ranges.ts";
import {
  acceptableRanges,
  DEFAULT_WINDOW_SIZE,
  lookAheadWindow,
  resynchronisationSearchWindow,
  windowHolds,
} from "./look-ahead-window.ts";

describe("the look-ahead window", () => {
  test("OTP-19 has 30 counters by default", () => {
    expect(DEFAULT_WINDOW_SIZE).toBe(30);
  });

  test("OTP-19 AMB-OTP-8 a window of 60 takes a value 60 ahead of the last consumed one, but not 61", () => {
    const lastConsumed = 1000;
    const window = lookAheadWindow({ nextCounter: lastConsumed + 1, exposed: [], windowSize: 60 });
    expect(window).toEqual({ from: 1001, to: 1061, excluded: [] });
    expect(windowHolds(window, lastConsumed)).toBe(false);
    expect(windowHolds(window, lastConsumed + 1)).toBe(true);
    expect(windowHolds(window, lastConsumed + 60)).toBe(true);
    expect(windowHolds(window, lastConsumed + 61)).toBe(false);
  });

  // Window of 10 at floor 100; `taken` are the acceptable counters.
  test.each([
    { exposed: [], taken: [[100, 110]], why: "nothing is exposed" },
    { exposed: [[90, 100]], taken: [[100, 110]], why: "the token has moved past the range" },
    { exposed: [[90, 105]], taken: [[105, 115]], why: "the range covers the floor" },
    { exposed: [[100, 130]], taken: [[130, 140]], why: "the range is longer than the window" },
    {
      exposed: [[104, 108]],
      taken: [
        [100, 104],
        [108, 114],
      ],
      why: "the window reaches over a range in it",
    },
    { exposed: [[110, 120]], taken: [[100, 110]], why: "the range begins right behind the window" },
    {
      exposed: [[109, 120]],
      taken: [
        [100, 109],
        [120, 121],
      ],
      why: "the range covers the last counter",
    },
    {
      exposed: [
        [100, 103],
        [103, 106],
      ],
      taken: [[106, 116]],
      why: "two ranges touch",
    },
    {
      exposed: [
        [106, 108],
        [100, 107],
      ],
      taken: [[108, 118]],
      why: "two ranges overlap, out of order",
    },
  ])("an exposed range is never accepted: $why", ({ exposed, taken }) => {
    const asRange = ([from = 0, to = 0]: number[]) => ({ from, to });
    const window = lookAheadWindow({ nextCounter: 100, exposed: exposed.map(asRange), windowSize: 10 });
    expect(acceptableRanges(window)).toEqual(taken.map(asRange));
    expect(window.to).toBe(taken.at(-1)?.[1]);
  });

  test("holds exactly the next unexposed counters, against a walk one by one", async () => {
    const exposedRanges = fc.array(fc.record({ from: fc.nat(150), to: fc.nat(150) }), { maxLength: 6 });
    await fc.assert(
      fc.property(
        fc.nat(100),
        exposedRanges,
        fc.integer({ min: 1, max: 80 }),
        (nextCounter, exposed, windowSize) => {
          const expected: number[] = [];
          for (let at = nextCounter; expected.length < windowSize; at++) {
            if (!rangesHold(exposed, at)) expected.push(at);
          }
          const window = lookAheadWindow({ nextCounter, exposed, windowSize });
          const held = Array.from({ length: 400 }, (_, at) => at).filter((at) => windowHolds(window, at));
          expect(held).toEqual(expected);
          const listed = acceptableRanges(window).flatMap(({ from, to }) =>
            Array.from({ length: to - from }, (_, index) => from + index),
          );
          expect(listed).toEqual(expected);
          expect(window.from).toBe(expected[0]);
          expect(window.to).toBe((expected.at(-1) ?? 0) + 1);
        },
      ),
    );
  });

  test("shrinks at the end of all counters", () => {
    const last = END_OF_COUNTERS - 1;
    expect(lookAheadWindow({ nextCounter: last, exposed: [], windowSize: 30 })).toEqual({
      from: last,
      to: END_OF_COUNTERS,
      excluded: [],
    });
    const beyond = lookAheadWindow({ nextCounter: END_OF_COUNTERS, exposed: [], windowSize: 30 });
    expect(acceptableRanges(beyond)).toEqual([]);
    const covered = lookAheadWindow({
      nextCounter: 5,
      exposed: [{ from: 0, to: END_OF_COUNTERS }],
      windowSize: 30,
    });
    expect(acceptableRanges(covered)).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN])("a window of %s is a fault", (windowSize) => {
    expect(() => lookAheadWindow({ nextCounter: 0, exposed: [], windowSize })).toThrow(RangeError);
  });

  test("the search for a token out of step goes well beyond any window", () => {
    expect(resynchronisationSearchWindow(30)).toBe(1000);
    expect(resynchronisationSearchWindow(2000)).toBe(4000);
  });
});
