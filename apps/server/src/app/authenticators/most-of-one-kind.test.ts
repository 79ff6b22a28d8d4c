import { mostOfOneKind } from "@holdfast/protocol/token-stock-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../../testing/rig.ts";
import { startRig } from "../../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

test("a user has so many tokens of a kind at most, and revoking one makes room", async () => {
  const { id } = (await rig.call("POST", "/api/v1/users", { userName: "ada" })).body;
  const path = `/api/v1/users/${id}/authenticators`;
  const enrol = (kind: string) => rig.call("POST", path, { kind });
  for (let n = 0; n < mostOfOneKind; n++) expect((await enrol("hotp")).status).toBe(201);
  const refused = await enrol("hotp");
  expect([refused.status, refused.body.code]).toEqual([409, "conflict"]);
  expect((await enrol("totp")).status, "of another kind").toBe(201);

  const { items, next } = (await rig.call("GET", path)).body;
  expect([items.length, next], "one page").toEqual([mostOfOneKind + 1, null]);
  expect((await rig.call("DELETE", `${path}/${items[0].id}`)).status).toBe(204);
  expect((await enrol("hotp")).status).toBe(201);
});
