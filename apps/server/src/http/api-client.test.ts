import { createApiClient } from "@holdfast/api-client/client";
import { everyItem, pageAfter } from "@holdfast/api-client/pages";
import { ApiFailure, answerOf } from "@holdfast/api-client/problems";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rig } from "../testing/rig.ts";
import { startRig } from "../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

/** The browsers' client on a real server; a key stands in for the session's cookie. */
function client(
  change: (request: Request, answer: () => Promise<Response>) => Promise<Response> = (_, go) => go(),
) {
  return createApiClient({
    baseUrl: "https://localhost:8443",
    fetch: (request) => change(request, () => injected(request)),
  });
}

async function injected(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const payload = await request.text();
  const answer = await rig.server.app.inject({
    method: request.method as "GET",
    url: `${pathname}${search}`,
    headers: { ...Object.fromEntries(request.headers), authorization: `Bearer ${rig.adminKey}` },
    ...(payload === "" ? {} : { payload }),
  });
  return new Response(answer.statusCode === 204 ? null : answer.body, {
    status: answer.statusCode,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
  });
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiFailure)) throw new Error("not refused", { cause: error });
  return error.explanation;
}

describe("the browsers' client", () => {
  test("creates, reads page by page, and deletes", async () => {
    const api = client();
    const created = await answerOf(
      "create the policy",
      api.POST("/api/v1/policies", { body: { name: "Ward" } }),
    );
    expect(created.document.lockout.failures).toBe(5);
    const names: string[] = [];
    for await (const one of everyItem((after) =>
      answerOf(
        "list the policies",
        api.GET("/api/v1/policies", {
          params: { query: { limit: 1, ...(after === undefined ? {} : { after }) } },
        }),
      ),
    ))
      names.push(one.name);
    expect(names).toEqual(["Default", "Ward"]);
    const path = { path: { id: created.id } };
    await answerOf("delete the policy", api.DELETE("/api/v1/policies/{id}", { params: path }));
    const gone = await failure(
      answerOf("show the policy", api.GET("/api/v1/policies/{id}", { params: path })),
    );
    expect(gone).toEqual({
      what: "The server did not show the policy.",
      why: "There is no such policy.",
      next: "It may have been deleted meanwhile. Go back to the list.",
      code: "not-found",
      fields: {},
      retryAfterSeconds: null,
    });
  });

  test("tells forms which field is wrong", async () => {
    const refused = await failure(
      answerOf(
        "create the user",
        client().POST("/api/v1/users", { body: { userName: "a b", password: "short" } }),
      ),
    );
    expect(Object.keys(refused.fields).toSorted()).toEqual(["password", "userName"]);
    expect([refused.code, refused.next]).toEqual([
      "invalid-request",
      "Correct what is marked, then try again.",
    ]);
  });

  test("whose answer to a creation was lost asks again, and creates once", async () => {
    let lost = 0;
    const api = client(async (_request, go) => {
      const answer = await go();
      if (lost++ === 0) throw new TypeError("fetch failed");
      return answer;
    });
    const user = await answerOf(
      "create the user",
      api.POST("/api/v1/users", { body: { userName: "lost-answer" } }),
    );
    expect(lost).toBe(2);
    const { items } = (await rig.call("GET", "/api/v1/users?prefix=lost-answer")).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([user.id]);
  });

  test("does not repeat a change, and says what it does not know", async () => {
    let tries = 0;
    const api = client(async () => {
      tries += 1;
      throw new TypeError("fetch failed");
    });
    const change = { params: { path: { id: "usr_x" } }, body: { displayName: "X" } };
    const unknown = await failure(answerOf("change the user", api.PATCH("/api/v1/users/{id}", change)));
    expect([tries, unknown.code, unknown.why]).toEqual([1, "unreachable", "The server did not answer."]);
    expect((await failure(answerOf("list the users", api.GET("/api/v1/users")))).code).toBe("unreachable");
    expect(tries).toBe(3);
  });

  test.each([
    [
      "a proxy's page",
      new Response("<html>502</html>", { status: 502, headers: { "content-type": "text/html" } }),
    ],
    ["another's problem", Response.json({ type: "about:blank", title: "No" }, { status: 403 })],
    [
      "half an answer",
      new Response('{"items":[', { status: 200, headers: { "content-type": "application/json" } }),
    ],
  ])("never takes %s for the server's word", async (_what, response) => {
    const api = client(async () => response.clone());
    const foreign = await failure(answerOf("list the users", api.GET("/api/v1/users")));
    expect([foreign.code, foreign.what]).toEqual([
      "not-understood",
      "The server did not list the users, as far as this page knows.",
    ]);
  });

  test("tells how long to wait", async () => {
    const busy = Response.json(
      {
        type: "urn:holdfast:problem:too-many-requests",
        code: "too-many-requests",
        detail: "Too many.",
        retryAfterSeconds: 90,
      },
      { status: 429, headers: { "content-type": "application/problem+json" } },
    );
    const told = await failure(
      answerOf("list the users", client(async () => busy.clone()).GET("/api/v1/users")),
    );
    expect([told.next, told.retryAfterSeconds]).toEqual(["Try again in 2 minutes.", 90]);
  });

  test("ends a long list at the number asked for", async () => {
    const found: number[] = [];
    const endless = async () => ({ items: [1, 2, 3], next: "more" });
    for await (const one of everyItem(endless, 7)) found.push(one);
    expect(found).toHaveLength(7);
    expect(pageAfter({ items: [], next: null })).toBeUndefined();
  });
});
