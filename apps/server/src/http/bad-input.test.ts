import { problem } from "@holdfast/protocol/problem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import type { Rig } from "../testing/rig.ts";
import { answerOf, expectProblem, startRig } from "../testing/rig.ts";
import type { Route } from "./route.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

/** Every route that a holder of the administrator's key gets past the gate of. */
const reached = (): Route[] =>
  rig.server.routes.filter(({ access }) => access.by === "administrator" || access.by === "anybody");
const urlOf = ({ url }: Route) => url.replaceAll(/:\w+/g, "some-id");
const send = async (route: Route, payload: string | object, headers: Record<string, string> = {}) =>
  answerOf(
    await rig.server.app.inject({
      method: route.method,
      url: urlOf(route),
      headers: { authorization: `Bearer ${rig.adminKey}`, "content-type": "application/json", ...headers },
      payload,
    }),
  );

/** All objects in a schema whose keys a caller chooses the values of. */
function objectsIn(schema: z.ZodType | null): z.ZodType[] {
  const found = new Set<z.ZodType>();
  const look = (one: unknown): void => {
    if (typeof one !== "object" || one === null || !("_zod" in one) || found.has(one as z.ZodType)) return;
    found.add(one as z.ZodType);
    const { def } = (one as z.ZodType)._zod as unknown as { def: Record<string, unknown> };
    for (const inner of Object.values(def)) {
      if (Array.isArray(inner)) inner.forEach(look);
      else if (typeof inner === "object" && inner !== null && !("_zod" in inner))
        Object.values(inner).forEach(look);
      else look(inner);
    }
  };
  if (schema) look(schema);
  return [...found].filter((one) => (one._zod.def as { type: string }).type === "object");
}

describe("mass assignment", () => {
  test("no object of any body, query or path takes a key that it does not know", () => {
    const lax = rig.server.routes.flatMap(({ method, url, body, query, params }) =>
      [body, query, params]
        .flatMap(objectsIn)
        .filter((one) => {
          const { catchall } = one._zod.def as unknown as { catchall?: z.ZodType };
          return (catchall?._zod.def as { type?: string } | undefined)?.type !== "never";
        })
        .map(() => `${method} ${url}`),
    );
    expect(lax, "use z.strictObject").toEqual([]);
    expect(rig.server.routes.flatMap(({ body }) => objectsIn(body)).length).toBeGreaterThan(30);
  });

  test("every route refuses an unknown key, in its body and in its query", async () => {
    for (const route of reached()) {
      if (route.method !== "GET") {
        const answer = await send(route, { isAdministrator: true });
        expect([route.method, route.url, answer.status, answer.body?.code]).toEqual([
          route.method,
          route.url,
          400,
          "invalid-request",
        ]);
        // A choice of several forms is told first that none was chosen; its forms are looked at above.
        if (route.body?._zod.def.type === "object")
          expect(JSON.stringify(answer.body.problems)).toContain("isAdministrator");
      }
      const asked = await rig.call(route.method, `${urlOf(route)}?is_administrator=1`);
      expect([route.method, route.url, asked.status]).toEqual([route.method, route.url, 400]);
    }
  });
});

describe("bodies that are none", () => {
  const bodied = () => reached().filter(({ body }) => body !== null);

  test("too large: refused by each route that takes a body", async () => {
    for (const route of bodied())
      expectProblem(await send(route, `{"x":"${"y".repeat(route.bodyLimit)}"}`), "too-large");
  });

  test.each([
    "text/plain",
    "text/html",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
  ])("%s is refused, which is all that a form of another site could send", async (type) => {
    for (const route of bodied())
      expectProblem(await send(route, '{"userName":"x"}', { "content-type": type }), "invalid-request");
  });

  test("JSON of tens of thousands of levels ends in a problem, never in a fault", async () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    const deepObject = `{"changes":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`;
    for (const route of bodied()) {
      for (const payload of [deep, deepObject]) {
        const answer = await send(route, payload);
        expect([400, 404], `${route.method} ${route.url}`).toContain(answer.status);
        problem.parse(answer.body);
      }
    }
  }, 60_000);

  test("a policy is not changed by a document so deep that merging it would exhaust the stack", async () => {
    const { id } = (await rig.call("POST", "/api/v1/policies", { name: "Deep" })).body;
    const before = await rig.call("GET", `/api/v1/policies/${id}`);
    const payload = `{"changes":${'{"offline":'.repeat(5_000)}1${"}".repeat(5_000)}}`;
    const answer = await rig.server.app.inject({
      method: "PATCH",
      url: `/api/v1/policies/${id}`,
      headers: { authorization: `Bearer ${rig.adminKey}`, "content-type": "application/json" },
      payload,
    });
    expectProblem(answerOf(answer), "invalid-request");
    expect((await rig.call("GET", `/api/v1/policies/${id}`)).body).toEqual(before.body);
  });
});

test("HEAD, OPTIONS and methods that a path does not have are not served", async () => {
  for (const method of ["HEAD", "OPTIONS", "TRACE", "DELETE"] as const) {
    const answer = await rig.server.app.inject({
      method: method as "HEAD",
      url: "/api/v1/users",
      headers: { authorization: `Bearer ${rig.adminKey}` },
    });
    expect([method, answer.statusCode]).toEqual([method, 404]);
  }
});

test("requests that are none are in the audit, once a minute for each caller, and nothing of what was sent is", async () => {
  const own = await startRig();
  const post = (payload: string, key: string | null) =>
    own.server.app.inject({
      method: "POST",
      url: "/api/v1/users",
      headers: {
        "content-type": "application/json",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      payload,
    });
  const told = async () =>
    (await own.call("GET", "/api/v1/audit?type=malformed-request")).body.items.map(
      ({ actor, reason, detail }: { actor: string; reason: string; detail: object }) => ({
        actor: actor.replace(/:.*/, ""),
        reason,
        ...detail,
      }),
    );
  const route = { method: "POST", route: "/api/v1/users" };
  for (let times = 0; times < 3; times++)
    expect((await post('{"surprise":"xyzzy"}', own.adminKey)).statusCode).toBe(400);
  expect((await post("{not json", null)).statusCode).toBe(400);
  await expect.poll(told).toEqual([
    { actor: "anybody", reason: "invalid-request", ...route, sinceLastTold: 1 },
    { actor: "api-key", reason: "invalid-request", ...route, sinceLastTold: 1 },
  ]);
  own.clock.advance(61_000);
  await post("x".repeat(70_000), null);
  await post('{"surprise":"xyzzy"}', own.adminKey);
  await expect
    .poll(told)
    .toMatchObject([
      { actor: "api-key", sinceLastTold: 3 },
      { actor: "anybody", reason: "too-large", sinceLastTold: 1 },
      {},
      {},
    ]);
  expect((await own.call("GET", "/api/v1/audit?limit=100")).text).not.toContain("xyzzy");
  await own.stop();
});
