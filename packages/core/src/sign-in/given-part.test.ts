import fc from "fast-check";
import { expect, test } from "vitest";
import { givenPart } from "./given-part.ts";

test("one line falls into password and code, and nothing is lost or doubled", async () => {
  await fc.assert(
    fc.property(fc.string(), fc.nat(10), (line, digits) => {
      expect(givenPart(line, { allButLast: digits }) + givenPart(line, { last: digits })).toBe(line);
      expect(givenPart(line, { last: digits })).toHaveLength(Math.min(digits, line.length));
      expect(givenPart(line, "whole")).toBe(line);
    }),
  );
});

test("a code of no digits leaves the whole line to the password", () => {
  expect(givenPart("correct horse", { allButLast: 0 })).toBe("correct horse");
});
