import { expect, test } from "vitest";
import { groupsOf, spelled } from "./spelling.ts";

test.each([
  ["K7MR29WX", ["K7MR", "29WX"]],
  ["K7MR29WXT", ["K7MR2", "9WXT"]],
  ["K7MR2-9WXTP", ["K7MR2", "9WXTP"]],
  ["K7MR29WXTPH", ["K7MR", "29WX", "TPH"]],
  ["K7MR29WXTPH4JQ3V", ["K7MR", "29WX", "TPH4", "JQ3V"]],
])("TC-21: %s is read in groups that can be kept in mind", (code, groups) => {
  expect(groupsOf(code)).toEqual(groups);
});

test("TC-21: a group is spelled so that nobody mistakes a letter on the telephone", () => {
  expect(spelled("K7MR2")).toBe("Kilo, seven, Mike, Romeo, two");
  expect(spelled("x0")).toBe("X-ray, zero");
});
