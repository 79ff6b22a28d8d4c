import { expect, test } from "vitest";
import { firstChoice, lifetimesWithin } from "./lifetimes.ts";
import { momentWords } from "./moment-words.ts";

const values = (longest: string) => lifetimesWithin(longest).map(({ value }) => value);

test("TC-24, TC-25: 24 hours are offered, and nothing beyond 14 days", () => {
  expect(values("P14D")).toEqual(["PT1H", "PT8H", "PT24H", "P3D", "P7D", "P14D"]);
});

test("TC-17: an enterprise's limit ends the choice, and is itself a choice", () => {
  expect(values("PT8H")).toEqual(["PT1H", "PT8H"]);
  expect(values("P1D")).toEqual(["PT1H", "PT8H", "PT24H"]);
  expect(values("PT5H")).toEqual(["PT1H", "PT5H"]);
  expect(lifetimesWithin("PT5S")).toEqual([{ value: "PT5S", label: "5 seconds" }]);
});

test.each([
  ["P14D", "PT8H"],
  ["PT1H", "PT1H"],
  ["PT5H", "PT5H"],
])("where up to %s is allowed, %s is what one begins with", (longest, first) => {
  expect(firstChoice(lifetimesWithin(longest))).toBe(first);
});

test("TC-21: the moment names its zone, and seconds only where they matter", () => {
  const nowMs = Date.parse("2026-11-22T13:00:00Z");
  const zone = /, [A-Z][\w ()+:-]+$/;
  expect(momentWords(Date.parse("2026-11-23T13:30:05Z"), nowMs)).toMatch(
    /^Monday,? 23 November 2026, \d\d:30, /,
  );
  expect(momentWords(Date.parse("2026-11-22T13:20:05Z"), nowMs)).toMatch(
    /^Sunday,? 22 November 2026, \d\d:20:05, /,
  );
  expect(momentWords(nowMs, nowMs)).toMatch(zone);
});
