import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whenQuiet } from "./when-quiet.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("works piece by piece once it is quiet, gives way, and goes on later", async () => {
  let left = 3;
  let pieces = 0;
  const work = whenQuiet(async () => {
    pieces++;
    return --left > 0;
  });
  await vi.advanceTimersByTimeAsync(400);
  work.later();
  await vi.advanceTimersByTimeAsync(400);
  expect(pieces, "it was not quiet for long enough").toBe(0);
  await vi.advanceTimersByTimeAsync(110);
  expect(pieces).toBe(1);
  work.later();
  await vi.advanceTimersByTimeAsync(400);
  expect(pieces, "somebody came").toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect([pieces, left]).toEqual([3, 0]);
  work.later();
  work.stop();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(pieces).toBe(3);
});
