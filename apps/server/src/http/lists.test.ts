import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { enrol, holdBundle } from "../testing/endpoint.ts";
import type { Rig } from "../testing/rig.ts";
import { expectProblem, newPerson, newPolicy, startRig } from "../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

/** Lists of so few that they come whole: what one person has, one server, or the product itself. */
const whole = `
/api/v1/certificates
/api/v1/me/app-passwords
/api/v1/me/authenticators
/api/v1/me/phones
/api/v1/me/sessions
/api/v1/me/signings
/api/v1/phone/push-requests
/api/v1/restore-report
/api/v1/rights
/api/v1/senders/caught
/api/v1/setup-checklist
/api/v1/users/:id/authenticators
/api/v1/users/:id/phones
`;

test("every list of the API comes in pages of at most 500, but for the few that are listed here", () => {
  const found = rig.server.routes.flatMap(({ method, url, answer, query }) =>
    method === "GET" && answer instanceof z.ZodObject && "items" in answer.shape
      ? [{ url, hasNext: "next" in answer.shape, query }]
      : [],
  );
  const isPaged = ({ hasNext, query }: (typeof found)[number]) => {
    const { after, limit } = query instanceof z.ZodObject ? query.shape : {};
    return (
      hasNext &&
      after?.safeParse("x").success &&
      limit?.safeParse("1").success &&
      !limit.safeParse("501").success
    );
  };
  expect(found.filter(isPaged).length).toBeGreaterThan(10);
  expect(
    found
      .filter((one) => !isPaged(one))
      .map(({ url }) => url)
      .toSorted(),
  ).toEqual(whole.trim().split("\n"));
});

/** The ids of a list by pages of two, which must be those of one page. */
async function paged(path: string, id: (item: never) => string): Promise<string[]> {
  const url = (more: string) => `${path}${path.includes("?") ? "&" : "?"}${more}`;
  const whole = await rig.call("GET", url("limit=100"));
  expect([path, whole.status, whole.body.next]).toEqual([path, 200, null]);
  const found: string[] = [];
  let after: string | null = null;
  do {
    const more: string = after === null ? "" : `&after=${encodeURIComponent(after)}`;
    const page = await rig.call("GET", url(`limit=2${more}`));
    expect(page.body.items.length).toBeLessThanOrEqual(2);
    found.push(...page.body.items.map(id));
    after = page.body.next;
  } while (after !== null);
  expect(found).toEqual(whole.body.items.map(id));
  return found;
}
const byId = ({ id }: { id: string }) => id;

test("policies, keys, enrolment codes and chains, page by page", async () => {
  for (const name of ["Ward", "Office", "Plant"]) await newPolicy(rig, name, {});
  expect(await paged("/api/v1/policies", ({ name }: { name: string }) => name)).toEqual([
    "Default",
    "Office",
    "Plant",
    "Ward",
  ]);
  expect((await rig.call("GET", "/api/v1/policies?name=Office")).body.items).toMatchObject([
    { name: "Office" },
  ]);
  expect((await rig.call("GET", "/api/v1/policies?name=None")).body).toEqual({ items: [], next: null });

  const keys = ["a", "b", "c"].map((name) =>
    rig.call("POST", "/api/v1/api-keys", { name, scopes: ["read"] }),
  );
  const [first] = await Promise.all(keys);
  await rig.call("DELETE", `/api/v1/api-keys/${first?.body.id}`);
  expect(await paged("/api/v1/api-keys", byId)).toHaveLength(4);
  expect(await paged("/api/v1/api-keys?status=revoked", byId)).toEqual([first?.body.id]);

  const codes: string[] = [];
  for (const name of ["one", "two", "three"]) {
    rig.clock.advance(1000);
    codes.unshift((await rig.call("POST", "/api/v1/endpoint-enrolments", { name })).body.id);
  }
  await rig.call("DELETE", `/api/v1/endpoint-enrolments/${codes[1]}`);
  expect(await paged("/api/v1/endpoint-enrolments", byId)).toEqual(codes);
  expect(await paged("/api/v1/endpoint-enrolments?status=open", byId)).toEqual([codes[0], codes[2]]);
  expect(await paged("/api/v1/endpoint-enrolments?status=ended", byId)).toEqual([codes[1]]);

  const chains = await paged("/api/v1/audit/chains", ({ chain }: { chain: string }) => chain);
  expect(chains).toEqual([rig.server.ports.store.chain]);
});

test("who may sign in where, and alerts about people with two tokens, page by page", async () => {
  const policyId = await newPolicy(rig, "Offline", { offline: { enabled: true } });
  const desks = [await enrol(rig, "outlook-1"), await enrol(rig, "outlook-2")];
  const people = await Promise.all(["olga", "otto"].map((name) => newPerson(rig, name, { policyId })));
  for (const [at, desk] of desks.entries())
    for (const person of people) await holdBundle(rig, desk, person, at);
  const held = ({ endpointId, userId }: { endpointId: string; userId: string }) => `${endpointId} ${userId}`;
  expect(await paged("/api/v1/offline-outlook", held)).toHaveLength(4);
  const olga = people[0]?.user.id;
  expect(await paged(`/api/v1/offline-outlook?userId=${olga}`, held)).toHaveLength(2);
  expect(await paged(`/api/v1/offline-outlook?userId=${olga}&endpointId=${desks[0]?.id}`, held)).toEqual([
    `${desks[0]?.id} ${olga}`,
  ]);

  for (const { user } of people) await rig.call("POST", `/api/v1/users/${user.id}/tokens`, {});
  expect(await paged("/api/v1/alerts?kind=more-than-one-token&status=open", byId)).toHaveLength(2);
  const [alert] = await paged(`/api/v1/alerts?userId=${olga}`, byId);
  await rig.call("POST", `/api/v1/alerts/${alert}/closing`);
  expect(await paged(`/api/v1/alerts?userId=${olga}&status=open`, byId)).toEqual([]);
  expect(await paged(`/api/v1/alerts?userId=${olga}&status=closed`, byId)).toEqual([alert]);
  expectProblem(await rig.call("GET", "/api/v1/alerts?status=gone"), "invalid-request");
  expectProblem(await rig.call("GET", "/api/v1/alerts?after=made-up"), "invalid-request");
});
