import { expect, test } from "vitest";
import { interleaved, median, ratios } from "./rounds.ts";

test("sides take turns, and who goes first alternates", async () => {
  const order: string[] = [];
  const side = (name: string, value: number) => async () => {
    order.push(name);
    return value;
  };
  const { sides, rounds } = await interleaved(
    { a: side("a", 2), b: side("b", 8) },
    { rounds: 3, atMostMs: 60_000 },
  );
  expect(order.join("")).toBe("abbaab");
  expect([rounds, sides.a.median, sides.b.median]).toEqual([3, 2, 8]);
});

test("time used up ends after three rounds, not before", async () => {
  const { rounds } = await interleaved({ a: async () => 1 }, { rounds: 50, atMostMs: -1 });
  expect(rounds).toBe(3);
});

test("the median of an even number of values lies between the middle two", () => {
  expect(median([9, 1, 3, 2])).toBe(2.5);
  expect(median([5, 1, 3])).toBe(3);
  expect(() => median([])).toThrow("no values");
});

test("a slow spell that meets both sides of a round does not change their ratio", () => {
  const steady = ratios([4, 4, 4], [8, 8, 8]);
  const disturbed = ratios([4, 0.4, 4], [8, 0.8, 8]);
  expect(disturbed.median).toBe(steady.median);
});
