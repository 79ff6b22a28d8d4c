import { expect, test } from "vitest";
import { fromNow } from "./time.ts";

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

test.each([
  [0, "just now"],
  [-999, "just now"],
  [-59 * second, "59 seconds ago"],
  [-119 * second, "1 minute ago"],
  [-119 * minute, "119 minutes ago"],
  [-47 * hour, "47 hours ago"],
  [-49 * hour, "2 days ago"],
  // A wait is rounded up, so that nobody comes back too early …
  [61 * second, "in 2 minutes"],
  // … and a lease of a day does not become one of 25 hours by a blink.
  [day + 5, "in 24 hours"],
  [3 * day - hour, "in 3 days"],
])("%i ms from now is %s", (distanceMs, text) => {
  expect(fromNow(10 ** 12 + distanceMs, 10 ** 12)).toBe(text);
});
