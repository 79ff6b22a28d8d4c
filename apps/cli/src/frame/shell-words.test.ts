import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commandLine, flagWords } from "./shell-words.ts";

test("plain words stay as they are, others are quoted", () => {
  expect(commandLine("holdfast", "admin", "users", "show", "it's anna")).toBe(
    "holdfast admin users show 'it'\\''s anna'",
  );
});

test("a shell reads back exactly the words that were meant", () => {
  const word = fc
    .string({ unit: "binary-ascii", minLength: 1, maxLength: 20 })
    .filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${commandLine(...words)}`], {
        encoding: "utf8",
      });
      expect(printed.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});

test("a value that begins with a dash is written so that it is one", () => {
  expect(commandLine("holdfast", ...flagWords("--pin", "-abc"))).toBe("holdfast --pin=-abc");
  expect(commandLine("holdfast", ...flagWords("--pin", "abc"))).toBe("holdfast --pin abc");
});
