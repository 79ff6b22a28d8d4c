import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withoutServiceStarts } from "./policy-rc.ts";

let folder = "";
let policyFile = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "holdfast-policy-"));
  policyFile = path.join(folder, "policy-rc.d");
});
afterEach(() => rmSync(folder, { recursive: true }));

const theirs = "#!/bin/sh\nexit 104\n";

test("services are forbidden during the action, and nothing stays behind", async () => {
  const status = await withoutServiceStarts(
    async () => spawnSync(policyFile, ["ssh", "start"]).status,
    policyFile,
  );
  expect(status).toBe(101);
  expect(readdirSync(folder)).toEqual([]);
});

test("a policy that was there returns with its mode, also after a failure", async () => {
  writeFileSync(policyFile, theirs);
  chmodSync(policyFile, 0o750);
  const action = withoutServiceStarts(async () => {
    expect(spawnSync(policyFile).status).toBe(101);
    throw new Error("apt failed");
  }, policyFile);
  await expect(action).rejects.toThrow("apt failed");
  expect(readFileSync(policyFile, "utf8")).toBe(theirs);
  expect(statSync(policyFile).mode & 0o777).toBe(0o750);
  expect(readdirSync(folder)).toEqual(["policy-rc.d"]);
});

test("what a killed run left behind is put right by the next", async () => {
  writeFileSync(policyFile, theirs);
  await withoutServiceStarts(async () => {
    // The state that kill -9 leaves: ours in place, theirs set aside.
    for (const name of readdirSync(folder))
      writeFileSync(path.join(folder, `${name}.copy`), readFileSync(path.join(folder, name)));
  }, policyFile);
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".copy"))) {
    renameSync(path.join(folder, name), path.join(folder, name.replace(".copy", "")));
  }
  expect(readFileSync(policyFile, "utf8")).not.toBe(theirs);
  await withoutServiceStarts(async () => expect(existsSync(policyFile)).toBe(true), policyFile);
  expect(readFileSync(policyFile, "utf8")).toBe(theirs);
});
