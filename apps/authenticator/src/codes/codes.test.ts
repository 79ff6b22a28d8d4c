import { toBase64url } from "@holdfast/core/encoding/base64url";
import { expect, test } from "vitest";
import type { CodeSource } from "../profiles/profile.ts";
import { codeAt, driftText, grouped, timeCode } from "./codes.ts";

/** RFC 6238 appendix B. */
const source: CodeSource = {
  tokenId: "t",
  kind: "totp",
  secret: toBase64url(new TextEncoder().encode("12345678901234567890")),
  digits: 8,
  algorithm: "SHA-1",
  periodSeconds: 30,
  counter: 0,
};

test.each([
  [59, "94287082", 1],
  [1_111_111_109, "07081804", 1],
  [1_111_111_111, "14050471", 29],
  [20_000_000_000, "65353130", 10],
])("RFC 6238 appendix B: at %d s", (seconds, code, left) => {
  expect(timeCode(source, seconds * 1000)).toEqual({ code, leftMs: left * 1000 });
});

test("RFC 4226 appendix D: by counter", () => {
  const event: CodeSource = { ...source, kind: "hotp", digits: 6, periodSeconds: null };
  expect([0, 1, 9].map((counter) => codeAt(event, counter))).toEqual(["755224", "287082", "520489"]);
});

test("codes are read out in two groups", () => {
  expect(["123456", "1234567", "12345678"].map(grouped)).toEqual(["123 456", "123 4567", "1234 5678"]);
});

test.each([
  [null, null],
  [0, null],
  [-44_000, null],
  [50_000, "This phone’s clock is 1 minute behind."],
  [185_000, "This phone’s clock is 3 minutes behind."],
  [-600_000, "This phone’s clock is 10 minutes ahead."],
  [3 * 3_600_000, "This phone’s clock is 3 hours behind."],
])("a clock that is off by %s ms", (drift, text) => {
  expect(driftText(drift)).toBe(text);
});
