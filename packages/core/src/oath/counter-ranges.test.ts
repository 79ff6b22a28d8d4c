import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeRanges, rangesHold, rangeThrough } from "./counter-ranges.ts";

const someRanges = fc.array(fc.record({ from: fc.nat(60), to: fc.nat(60) }), { maxLength: 8 });

function countersOf(ranges: readonly { from: number; to: number }[]): Set<number> {
  const counters = new Set<number>();
  for (const { from, to } of ranges) for (let at = from; at < to; at++) counters.add(at);
  return counters;
}

describe("merging ranges", () => {
  test("holds the same counters, sorted, neither overlapping nor touching", async () => {
    await fc.assert(
      fc.property(someRanges, fc.nat(60), (ranges, notBelow) => {
        const merged = mergeRanges(ranges, notBelow);
        const expected = new Set([...countersOf(ranges)].filter((at) => at >= notBelow));
        expect(countersOf(merged)).toEqual(expected);
        for (let at = 0; at < 60; at++) expect(rangesHold(merged, at)).toBe(expected.has(at));
        merged.slice(1).forEach((range, index) => {
          expect(range.from).toBeGreaterThan(merged[index]?.to ?? Number.NaN);
        });
        expect(merged.every(({ from, to }) => from < to)).toBe(true);
      }),
    );
  });

  test("ranges that touch become one", () => {
    const touching = [
      { from: 5, to: 9 },
      { from: 1, to: 5 },
    ];
    expect(mergeRanges(touching)).toEqual([{ from: 1, to: 9 }]);
  });

  test("a range that counts its last counter in becomes a half-open one", () => {
    expect(rangeThrough({ from: 3, through: 5 })).toEqual({ from: 3, to: 6 });
    expect(mergeRanges([rangeThrough({ from: 0, through: -1 })])).toEqual([]);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("%s is no counter, and that is the caller's fault", (value) => {
    expect(() => mergeRanges([{ from: value, to: 5 }])).toThrow(RangeError);
    expect(() => mergeRanges([{ from: 5, to: value }])).toThrow(RangeError);
  });
});
