import { describe, expect, test } from "vitest";
import { repositoryRules } from "./repository-rules.ts";

function problems(name: string, text: string, root = "/data/checkouts/holdfast"): readonly string[] {
  return repositoryRules.flatMap((rule) => rule({ name, text, root }));
}

// Each text is put together here, so that this file keeps the rules it tests.
const breaches: readonly [string, string, string, RegExp][] = [
  ["a long file", "a.ts", "x\n".repeat(451), /451 lines/],
  ["a skipped test", "e2e/a.test.ts", `\ntest.${"skip"}("x", run);`, /a\.test\.ts:2 leaves tests out/],
  ["a skipped table of tests", "e2e/a.test.ts", `describe.concurrent.${"skip"}.each([])`, /leaves tests out/],
  ["a test that no project finds", "apps/agent/a.test.ts", "", /would never run/],
  ["a test of another name", "apps/agent/src/a.spec.ts", "", /would never run/],
  ["a test alone", "e2e/a.test.ts", `describe.${"only"}("x", run);`, /leaves tests out/],
  ["a silent condition", "e2e/a.test.ts", `it.${"skipIf"}(true)("x", run);`, /leaves tests out/],
  ["a list read at once", "e2e/a.test.ts", `const all = await list.${"allInnerTexts"}();`, /without waiting/],
  [
    "a state read at once",
    "e2e/a.test.ts",
    `expect(await box.${"isChecked"}()).toBe(true);`,
    /without waiting/,
  ],
  ["a number read at once", "e2e/a.test.ts", `expect(await rows.${"count"}()).toBe(2);`, /without waiting/],
  ["a sleep", "e2e/a.test.ts", `await page.${"waitForTimeout"}(500);`, /without waiting/],
  ["unfinished work", "a.c", `/* ${"TO"}${"DO"} */`, /unfinished/],
  ["the checkout's own folder", "a.md", `see ${"/data/checkouts"}/holdfast/x`, /only on one machine/],
  ["notes beside the checkout", "a.md", `see ../${"shared"}/notes/x`, /only on one machine/],
  ["a registry", "a.json", `"https://${"registry"}.example.org/a"`, /names a package registry/],
  ["a dead link", "docs/a.md", "[x](missing.md#part)", /links to missing\.md#part/],
  ["a room that is gone", "docs/security-claims.md", "`server/app/gone.ts`", /names server\/app\/gone\.ts/],
];

describe("breaches are found", () => {
  test.each(breaches)("%s", (_name, file, text, message) => {
    expect(problems(file, text).join("\n")).toMatch(message);
  });
});

test.each([
  ["a long test", "e2e/a.test.ts", "x\n".repeat(451)],
  [
    "a read that is asked for again, and that something is not there",
    "e2e/a.test.ts",
    "await expect.poll(() => list.allTextContents()).toEqual([]);\nexpect(await rows.count()).toBe(0);",
  ],
  ["a skip that tells why", "e2e/a.test.ts", 'if (missing) context.skip("oathtool is not installed");'],
  [
    "links to the web, to a part of the page, and in code",
    "a.md",
    "[x](https://example.org) [y](#part) `[z](no.md)`",
  ],
  ["a link to a file that is there", "README.md", "[x](LICENSE)"],
])("%s is fine", (_name, file, text) => {
  expect(problems(file, text, process.cwd())).toEqual([]);
});

describe("pages that cite the tree", () => {
  const cites = (text: string) => problems("docs/security-claims.md", text, process.cwd());

  test("every place and every quoted test of them is looked for", () => {
    const here = "`scripts/check-imports.test.ts`";
    expect(
      cites(`${here} "the directions…", "…house pass"; \`server/{http,app}/*.ts\`, \`store/journal.ts\``),
    ).toEqual([]);
    expect(cites(`${here} "the directions…", "the house falls"`)).toEqual([
      'docs/security-claims.md quotes the test "the house falls", which is not in scripts/check-imports.test.ts',
    ]);
  });

  test("a requirement that no test names is found, within a range too", () => {
    const rows = "| OTP-8 | a code once |\n| OTP-10 to OTP-13, OTP-9999 | sizes |\n";
    expect(problems("docs/requirements.md", rows, process.cwd())).toEqual([
      "docs/requirements.md has OTP-9999, which no test names",
    ]);
  });

  test("a room that the architecture leaves out is named", () => {
    expect(problems("docs/ARCHITECTURE.md", "`apps/agent`", process.cwd())).toEqual(
      expect.arrayContaining(["docs/ARCHITECTURE.md does not say what lives in packages/core/src/oath"]),
    );
  });
});

test("a checkout in a common place does not forbid that place's name", () => {
  expect(problems("a.md", "a socket under /tmp/holdfast", "/tmp/holdfast")).toEqual([]);
});
