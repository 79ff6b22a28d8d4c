import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "./guide.ts";

const page = readFileSync(path.join(repositoryRoot, "docs/requirements.md"), "utf8");

/** Of a text, in which `TC-18 to TC-27` stands for all ten. Readings of our own (`AMB-TC-7`) are none. */
function idsIn(text: string): Set<string> {
  const ids = [...text.matchAll(/(?<![A-Z]-)\b([A-Z]{2,3})-(\d+)(?: to (?:[A-Z]+-)?(\d+))?/g)].flatMap(
    ([, family, from, to = from]) =>
      Array.from(
        { length: Number(to) - Number(from) + 1 },
        (_, index) => `${family}-${Number(from) + index}`,
      ),
  );
  return new Set(ids);
}
const rows = idsIn(
  page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|")[1])
    .join("\n"),
);

test("every row of docs/requirements.md is cited by a test", () => {
  const folders = "{apps,packages,e2e,sim}/**/*.test.{ts,tsx}";
  const files = globSync(folders, { cwd: repositoryRoot, exclude: (name) => name.includes("node_modules") });
  const own = path.relative(repositoryRoot, import.meta.filename);
  const tests = files.filter((file) => file !== own);
  const cited = idsIn(tests.map((file) => readFileSync(path.join(repositoryRoot, file), "utf8")).join("\n"));
  expect([...rows].filter((id) => !cited.has(id))).toEqual([]);
  expect(rows.size).toBeGreaterThan(80);
});

test("temporary codes have a row for each id, and so have bypass codes", () => {
  const wanted = idsIn("TC-1 to TC-47, OTP-22 to OTP-33, UNI-4, UNI-8");
  expect([...wanted].filter((id) => !rows.has(id))).toEqual([]);
});

test("phones have a row for each id", () => {
  const wanted = idsIn("REG-1 to REG-27");
  expect([...wanted].filter((id) => !rows.has(id))).toEqual([]);
});
