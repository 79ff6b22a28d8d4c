import { expect, test } from "vitest";
import { durationWords, relativeTime, zonedTime } from "./time-words.ts";

const nowMs = Date.UTC(2026, 10, 22, 12);

test.each([
  [-5_000, "just now"],
  [5_000, "in less than a minute"],
  [-60_000, "1 minute ago"],
  [-3_599_000, "59 minutes ago"],
  [-7_200_000, "2 hours ago"],
  [-86_400_000, "yesterday"],
  [3 * 86_400_000, "in 3 days"],
])("a moment %i ms away is %s", (awayMs, words) => {
  expect(relativeTime(nowMs + awayMs, nowMs)).toBe(words);
});

test.each([
  ["P7D", "7 days"],
  ["PT5M", "5 minutes"],
  ["PT1H30M", "1 hour 30 minutes"],
  ["P1DT1S", "1 day 1 second"],
  ["PT0S", "0 seconds"],
  ["whatever", "whatever"],
])("UNI-12: %s is %s", (iso, words) => {
  expect(durationWords(iso)).toBe(words);
});

test("the exact moment says whose clock it is", () => {
  const zone = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" })
    .formatToParts(nowMs)
    .find(({ type }) => type === "timeZoneName")?.value;
  expect(zonedTime(nowMs)).toMatch(/^2[123] Nov 2026, \d\d:00:00 /);
  expect(zonedTime(nowMs).endsWith(` ${zone}`)).toBe(true);
});
