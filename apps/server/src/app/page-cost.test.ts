import { StatementSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { enrol, holdBundle } from "../testing/endpoint.ts";
import type { Rig } from "../testing/rig.ts";
import { newPerson, newPolicy, startRig } from "../testing/rig.ts";

/** Pages with more on them ask the database no more questions: each of them is one for all rows. */
let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  const policyId = await newPolicy(rig, "offline", { offline: { enabled: true } });
  for (const name of ["ann", "ben", "cay", "dee", "eve"]) {
    const [person, endpoint] = [await newPerson(rig, name, { policyId }), await enrol(rig, `desk-${name}`)];
    await holdBundle(rig, endpoint, person, 0);
    const { id } = (await rig.call("POST", "/api/v1/groups", { name: `ward ${name}` })).body;
    await rig.call("POST", `/api/v1/groups/${id}/members`, { add: { users: [person.user.id] } });
    const role = { name: `role ${name}`, rights: ["users.read"] };
    const made = await rig.call("POST", "/api/v1/roles", role);
    await rig.call("PUT", `/api/v1/administrators/${person.user.id}`, { roleId: made.body.id });
  }
});
afterAll(() => rig.stop());

for (const list of ["users", "tokens", "endpoints", "offline-outlook", "administrators", "groups", "roles"])
  test(`a page of five ${list} costs as many statements as a page of two`, async () => {
    const [two, five] = [await costOf(`/api/v1/${list}?limit=2`), await costOf(`/api/v1/${list}?limit=5`)];
    expect([two.items, five.items]).toEqual([2, 5]);
    expect(five.statements).toBe(two.statements);
    expect(five.statements).toBeGreaterThan(0);
  });

test("a page of the audit by five keys costs as many statements as by one, and names them all", async () => {
  for (const name of ["one", "two", "three", "four", "five"]) {
    const { key } = (await rig.call("POST", "/api/v1/api-keys", { name, scopes: ["admin"] })).body;
    await rig.call("POST", "/api/v1/groups", { name: `made by ${name}` }, key);
  }
  const url = "/api/v1/audit?type=group-created";
  const [one, five] = [await costOf(`${url}&limit=1`), await costOf(`${url}&limit=5`)];
  expect([one.items, five.items]).toEqual([1, 5]);
  expect(five.statements).toBe(one.statements);
  const { items } = (await rig.call("GET", `${url}&limit=5`)).body;
  expect(items.map((item: { actorName: string }) => item.actorName)).toEqual([
    ...["five", "four", "three", "two", "one"],
  ]);
});

/** In memory, and so on this thread, everything that reads rows is asked through `all` of a statement. */
async function costOf(url: string): Promise<{ items: number; statements: number }> {
  const asked = vi.spyOn(StatementSync.prototype, "all");
  try {
    const { status, body } = await rig.call("GET", url);
    expect(status).toBe(200);
    return { items: body.items.length, statements: asked.mock.calls.length };
  } finally {
    asked.mockRestore();
  }
}
