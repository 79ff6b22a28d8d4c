import { expect, test } from "vitest";
import { readSnapshot } from "../../store/snapshot/snapshot.ts";
import { sqlitePlace } from "../../store/testing/place.ts";
import { passingTables } from "./restore-backup.ts";

/** What is still so after a restore. A new table goes here, or to `passingTables` if it belongs to a moment. */
const keptTables = [
  "administrators",
  "alerts",
  "api_keys",
  "app_passwords",
  "audit",
  "authenticators",
  "bundles",
  "consumptions",
  "endpoints",
  "enrolments",
  "group_members",
  "handed_out",
  "maintenance_windows",
  "member_groups",
  "policies",
  "restore_items",
  "revocations",
  "roles",
  "settings",
  "sign_in_states",
  "tokens",
  "users",
];

test("somebody has decided about every table whether a restore brings it back", async () => {
  await using place = await sqlitePlace();
  await place.open();
  const tables: string[] = [];
  for await (const part of readSnapshot(place.location)) if (part.part === "table") tables.push(part.table);
  expect(tables.sort()).toEqual([...keptTables, ...passingTables].sort());
});
