import { expect, test } from "vitest";
import { noTries, pinProblem, pinWaitMs } from "./pin-rules.ts";
import { waitWords, wrongPinsText } from "./pin-words.ts";

test.each([
  ["827461", null],
  ["000000", "too-plain"],
  ["123456", "too-plain"],
  ["987654", "too-plain"],
  ["246802", "too-plain"],
  ["890123", "too-plain"],
  ["12345", "too-short"],
  ["", "too-short"],
  ["12a456", "not-digits"],
  ["8".repeat(16) + "27461".repeat(4), "too-long"],
] as const)("the PIN %s: %s", (pin, problem) => {
  expect(pinProblem(pin)).toBe(problem);
});

test("each wrong PIN beyond the second doubles the wait, up to an hour", () => {
  const waits = Array.from(
    { length: 14 },
    (_, wrong) => pinWaitMs({ wrong, lastAtMs: 1_000 }, 1_000) / 1_000,
  );
  expect(waits).toEqual([0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
  expect(pinWaitMs(noTries, 0)).toBe(0);
});

test("time that passes ends a wait, and a clock that is set back makes it no longer than it was", () => {
  const tries = { wrong: 4, lastAtMs: 100_000 };
  expect(pinWaitMs(tries, 110_000)).toBe(20_000);
  expect(pinWaitMs(tries, 130_000)).toBe(0);
  expect(pinWaitMs(tries, 0)).toBe(30_000);
});

test.each([
  [400, "1 second"],
  [14_001, "15 seconds"],
  [60_000, "1 minute"],
  [61_000, "2 minutes"],
  [3_600_000, "1 hour"],
])("%d ms are %s", (ms, words) => {
  expect(waitWords(ms)).toBe(words);
});

test("wrong PINs are counted to their owner", () => {
  expect(wrongPinsText(1)).toMatch(/^1 wrong PIN since/);
  expect(wrongPinsText(12)).toMatch(/^12 wrong PINs since/);
});
