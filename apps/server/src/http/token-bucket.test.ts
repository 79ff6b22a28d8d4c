import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenBuckets } from "./token-bucket.ts";

test("a burst goes through, then as much as comes back, and the wait told is enough", () => {
  const buckets = createTokenBuckets({ burst: 3, perMinute: 60 }, 10);
  expect([0, 0, 0].map((at) => buckets.take("a", at))).toEqual([null, null, null]);
  expect(buckets.take("a", 0)).toBe(1);
  expect(buckets.take("b", 0)).toBeNull();
  expect(buckets.take("a", 1000)).toBeNull();
  expect(buckets.take("a", 1000)).toBe(1);
});

test("never more than the burst and what came back since, whatever the clock does; memory stays bounded", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -500, max: 5_000 })), {
        maxLength: 300,
      }),
      (steps) => {
        const most = 20;
        const buckets = createTokenBuckets({ burst: 2, perMinute: 60 }, most);
        let nowMs = 0;
        let latestMs = 0;
        let given = 0;
        for (const [who, stepMs] of steps) {
          nowMs += stepMs;
          if (stepMs > 0) latestMs += stepMs;
          buckets.take(`other ${who}`, nowMs);
          if (buckets.take("one", nowMs) === null) given += 1;
          expect(buckets.size()).toBeLessThanOrEqual(most);
        }
        expect(given).toBeLessThanOrEqual(2 + latestMs / 1000 + 1);
      },
    ),
  );
});

test("of a hundred thousand keys the last are kept", () => {
  const buckets = createTokenBuckets({ burst: 1, perMinute: 1 }, 1000);
  for (let at = 0; at < 100_000; at++) expect(buckets.take(`source ${at}`, 0)).toBeNull();
  expect(buckets.size()).toBe(1000);
  expect(buckets.take("source 99999", 0)).toBe(60);
});

test("what is given back can be taken again, and no more than there was", () => {
  const buckets = createTokenBuckets({ burst: 2, perMinute: 60 }, 10);
  expect([buckets.take("a", 0), buckets.take("a", 0)]).toEqual([null, null]);
  buckets.giveBack("a");
  expect(buckets.take("a", 0)).toBeNull();
  for (let at = 0; at < 5; at++) buckets.giveBack("a");
  expect([0, 0, 0].map((at) => buckets.take("a", at))).toEqual([null, null, 1]);
  buckets.giveBack("nobody");
  expect(buckets.size()).toBe(1);
});
