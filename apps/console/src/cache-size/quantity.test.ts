import { expect, test } from "vitest";
import { quantityOf } from "./quantity.ts";

test.each([
  ["15", 15],
  [" 2,5 ", 2.5],
  ["15-20", { from: 15, to: 20 }],
  ["3 – 5", { from: 3, to: 5 }],
  ["", null],
  ["often", null],
  ["-3", null],
  ["1-2-3", null],
  ["1e3", null],
])("OTP-13: %j is read as %j", (text, quantity) => {
  expect(quantityOf(text)).toEqual(quantity);
});
