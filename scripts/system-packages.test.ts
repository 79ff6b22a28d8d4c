import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { debianPackages } from "./debian-packages.ts";
import { missingPackages, removalsIn } from "./system-packages.ts";

test("what dpkg does not have installed is missing, in the order asked", async ({ skip }) => {
  if (!existsSync("/usr/bin/dpkg-query")) skip("this is not a Debian system");
  const asked = [
    { name: "holdfast-no-such-package", why: "" },
    { name: "dpkg", why: "" },
    { name: "holdfast-nor-this", why: "" },
  ];
  expect((await missingPackages(asked)).map(({ name }) => name)).toEqual([
    "holdfast-no-such-package",
    "holdfast-nor-this",
  ]);
});

test("a plan that removes packages is recognised", () => {
  const plan = "Inst sudo (1.9 Debian:12 [amd64])\nRemv sudo-ldap [1.9]\nConf sudo (1.9 Debian:12 [amd64])\n";
  expect(removalsIn(plan)).toEqual(["sudo-ldap"]);
});

test("each package is listed once and says why", () => {
  const names = debianPackages.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(debianPackages.every(({ why }) => why.length > 10)).toBe(true);
});
