import { expect, test } from "vitest";
import { type Lockfile, lockfileProblems } from "./check-lockfile.ts";

const integrity = "sha512-x";
const manifest = { dependencies: { a: "1.0.0" } };

function lockfile(packages: Lockfile["packages"] = {}): Lockfile {
  return { packages: { "": manifest, "node_modules/a": { integrity }, ...packages } };
}

test("a complete lockfile without addresses passes", () => {
  const alias = { dependencies: { a: "1.0.0", b: "npm:@x/y@2.0.0" } };
  expect(lockfileProblems(lockfile(), { "": manifest })).toEqual([]);
  expect(
    lockfileProblems(
      lockfile({ "": alias, "node_modules/b": { integrity, optionalDependencies: { a: "1" } } }),
      {
        "": alias,
      },
    ),
  ).toEqual([]);
});

test.each([
  [
    "an address",
    { "node_modules/a": { integrity, resolved: "https://example.org/a.tgz" } },
    "download address",
  ],
  ["no integrity", { "node_modules/a": {} }, "no sha512 integrity"],
  ["weak integrity", { "node_modules/a": { integrity: "sha1-x" } }, "no sha512 integrity"],
  [
    "a platform part that npm left out",
    { "node_modules/a": { integrity, optionalDependencies: { "a-linux-x64": "1.0.0" } } },
    "needs a-linux-x64, which the lockfile lacks",
  ],
  [
    "other dependencies than package.json",
    { "": { dependencies: { a: "1.0.1" } } },
    "differ from package-lock.json",
  ],
])("%s is found", (_name, packages, problem) => {
  expect(lockfileProblems(lockfile(packages), { "": manifest }).join("\n")).toContain(problem);
});

test("ranges and forgotten workspaces are found", () => {
  const range = { dependencies: { a: "^1.0.0" } };
  expect(lockfileProblems(lockfile({ "": range }), { "": range })).toEqual([
    'package.json: a "^1.0.0" is not one exact version',
  ]);
  expect(lockfileProblems(lockfile(), { "": manifest, "apps/new": {} })).toEqual([
    "apps/new/package.json is not in package-lock.json: run npm install under Node 24",
  ]);
});

test("an empty lockfile proves nothing", () => {
  expect(lockfileProblems({ packages: { "": {} } }, {})).toEqual(["package-lock.json lists no packages"]);
});
