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
  "bypasses",
  "consumptions",
  "endpoints",
  "enrolments",
  "group_members",
  "handed_out",
  "identity_proofings",
  "maintenance_windows",
  "member_groups",
  "phone_registrations",
  "phones",
  "policies",
  "push_subscriptions",
  "push_users",
  "radius_clients",
  "radius_servers",
  "restore_items",
  "revocations",
  "roles",
  "settings",
  "sign_in_states",
  "temporary_codes",
  "signings",
  "token_stock",
  "tokens",
  "user_stops",
  "users",
];

test("somebody has decided about every table whether a restore brings it back", async () => {
  await using place = await sqlitePlace();
  await place.open();
  const tables: string[] = [];
  for await (const part of readSnapshot(place.location)) if (part.part === "table") tables.push(part.table);
  expect(tables.sort()).toEqual([...keptTables, ...passingTables].sort());
});
