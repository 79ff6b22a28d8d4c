import { expect, test } from "vitest";
import { backupWorkOf } from "./host-work.ts";

// What it does is proven by its process, in e2e.
test("one work at a time, and nothing set aside but for a restore", () => {
  const nothing = { backup: null, checkBackup: null, restore: null, replace: false };
  expect(backupWorkOf(nothing)).toBeNull();
  expect(backupWorkOf({ ...nothing, backup: "a", restore: "b" })).toMatch(/one at a time/);
  expect(backupWorkOf({ ...nothing, replace: true })).toMatch(/--restore/);
});
