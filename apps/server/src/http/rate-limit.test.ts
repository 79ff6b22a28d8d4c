import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestEndpoint } from "../testing/endpoint.ts";
import { enrol } from "../testing/endpoint.ts";
import type { Answer, Rig } from "../testing/rig.ts";
import { expectProblem, newAttemptId, newPerson, newPolicy, startRig } from "../testing/rig.ts";
import { guessing } from "./rate-limit.ts";

let rig: Rig;
let desk: TestEndpoint;
beforeAll(async () => {
  rig = await startRig({ rateLimits: { signInsPerSource: 12, signInsPerName: 5, requestsPerCaller: 40 } });
  desk = await enrol(rig, "desk");
});
afterAll(() => rig.stop());

const signInAt = (endpoint: TestEndpoint, userName: string): Promise<Answer> =>
  endpoint.call("POST", "/api/v1/sign-ins", {
    attemptId: newAttemptId(),
    userName,
    workflow: "workstation",
    given: [],
  });

async function until429(
  request: () => Promise<Answer>,
  most: number,
): Promise<{ before: number; answer: Answer }> {
  for (let before = 0; before < most; before++) {
    const answer = await request();
    if (answer.status === 429) return { before, answer };
  }
  throw new Error(`${most} requests and no 429`);
}

test("sign-ins for one name end in 429 with Retry-After; other names go on, and so does this one elsewhere", async () => {
  rig.clock.advance(60_000);
  const { before, answer } = await until429(() => signInAt(desk, "guessed"), 20);
  expect(before).toBe(5);
  const problem = expectProblem(answer, "too-many-requests", "busy");
  expect(problem.retryAfterSeconds).toBe(12);
  expect(answer.headers["retry-after"]).toBe("12");
  expect((await signInAt(desk, "another")).status).not.toBe(429);
  expect((await signInAt(await enrol(rig, "desk-2"), "guessed")).status).not.toBe(429);
  rig.clock.advance(12_000);
  expect((await signInAt(desk, "guessed")).status).not.toBe(429);
});

test("many names from one endpoint end there, too, and not at another", async () => {
  rig.clock.advance(60_000);
  let at = 0;
  const { before, answer } = await until429(() => signInAt(desk, `sprayed-${at++}`), 40);
  expect(before).toBe(12);
  expectProblem(answer, "too-many-requests", "busy");
  expect((await signInAt(await enrol(rig, "desk-3"), "sprayed-0")).status).not.toBe(429);
});

test("an API key has its own limit, and another key another", async () => {
  rig.clock.advance(60_000);
  const key = (await rig.call("POST", "/api/v1/api-keys", { name: "script", scopes: ["read"] })).body.key;
  const { before, answer } = await until429(() => rig.call("GET", "/api/v1/policies", undefined, key), 60);
  expect(before).toBe(40);
  expectProblem(answer, "too-many-requests");
  expect((await rig.call("GET", "/api/v1/policies")).status).toBe(200);
});

test("setup tokens cannot be tried without end", async () => {
  rig.clock.advance(60_000);
  const { answer } = await until429(
    () => rig.call("POST", "/api/v1/setup", { token: "a-made-up-token-0001" }, null),
    20,
  );
  expectProblem(answer, "too-many-requests");
});

test("health and metrics are always answered", async () => {
  for (let at = 0; at < 60; at++) {
    expect((await rig.call("GET", "/healthz", undefined, null)).status).toBe(200);
    expect((await rig.call("GET", "/readyz", undefined, null)).status).toBe(200);
  }
  await until429(() => rig.call("GET", "/api/v1/policies"), 60);
  expect((await rig.call("GET", "/metrics")).status).toBe(200);
});

test("waiting for a phone counts among all requests, not among the few sign-ins (REG-27)", async () => {
  rig.clock.advance(60_000);
  const policyId = await newPolicy(rig, "phones", { workflows: { workstation: [["password"], ["push"]] } });
  const nora = await newPerson(rig, "waiting-nora", { policyId });
  const ward = await enrol(rig, "ward");
  const asked = await ward.call("POST", "/api/v1/sign-ins", {
    attemptId: newAttemptId(),
    userName: nora.user.userName,
    workflow: "workstation",
    given: [
      { factor: "password", value: nora.password },
      { factor: "push", value: "send" },
    ],
  });
  expect(asked.body).toMatchObject({ status: "asking", prompts: [{ factor: "push", waiting: true }] });
  const wait = () =>
    ward.call("POST", "/api/v1/sign-ins/steps", {
      continuation: asked.body.continuation,
      given: { factor: "push", value: "wait" },
    });
  for (let at = 0; at < 20; at++) expect((await wait()).body).toMatchObject({ status: "asking" });
  // Others behind the same address sign in as before, and waiting without end has an end.
  expect((await signInAt(ward, "somebody")).status).not.toBe(429);
  const { before } = await until429(wait, 60);
  expect(before).toBeGreaterThan(20);
});

test("a name that is too long, or no text, is refused before it is counted", async () => {
  rig.clock.advance(60_000);
  for (const userName of ["x".repeat(129), 7, { length: 1 }, null])
    expectProblem(
      await desk.call("POST", "/api/v1/sign-ins", { attemptId: "a", userName, workflow: "workstation" }),
      "invalid-request",
    );
});

test("what the limits name are routes", () => {
  const routes = new Set(rig.server.routes.map(({ method, url }) => `${method} ${url}`));
  expect([...guessing].filter((one) => !routes.has(one))).toEqual([]);
});
