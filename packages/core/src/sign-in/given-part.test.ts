import fc from "fast-check";
import { expect, test } from "vitest";
import { codeLength, givenPart } from "./given-part.ts";

test("one line falls into password and code, and nothing is lost or doubled", async () => {
  await fc.assert(
    fc.property(fc.string(), fc.nat(10), (line, digits) => {
      expect(givenPart(line, { allButLast: digits }) + givenPart(line, { last: digits })).toBe(line);
      expect(givenPart(line, { last: digits })).toHaveLength(Math.min(digits, line.length));
      expect(givenPart(line, "whole")).toBe(line);
    }),
  );
});

test("the code at the end of one line is as long as the token's, and not there where none is asked for", () => {
  expect(codeLength(true, { digits: 8 })).toBe(8);
  expect(codeLength(true, null)).toBe(6);
  expect(codeLength(false, { digits: 8 })).toBe(0);
  expect(codeLength(false, null)).toBe(0);
});

test("a code of no digits leaves the whole line to the password", () => {
  expect(givenPart("correct horse", { allButLast: 0 })).toBe("correct horse");
});
