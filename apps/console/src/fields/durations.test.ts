import { expect, test } from "vitest";
import { durationOf, partsOf } from "./durations.ts";

test.each([
  ["P7D", "7", "days"],
  ["PT24H", "1", "days"],
  ["PT90M", "90", "minutes"],
  ["PT1H30M", "90", "minutes"],
  ["PT2H", "2", "hours"],
  ["PT61S", "61", "seconds"],
])("UNI-12: %s is shown as %s %s", (iso, amount, unit) => {
  expect(partsOf(iso)).toEqual({ amount, unit });
});

test("UNI-12: what is typed goes to the API as ISO 8601; what is no number stays visible", () => {
  expect(durationOf("7", "days")).toBe("P7D");
  expect(durationOf("90", "minutes")).toBe("PT90M");
  expect(durationOf("soon", "days")).toBe("soon");
  expect(partsOf("soon").amount).toBe("soon");
});
