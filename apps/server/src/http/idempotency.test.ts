import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer, Rig } from "../testing/rig.ts";
import { answerOf, expectProblem, startRig } from "../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

async function post(url: string, body: object, key: string, apiKey = rig.adminKey): Promise<Answer> {
  return answerOf(
    await rig.server.app.inject({
      method: "POST",
      url,
      headers: { authorization: `Bearer ${apiKey}`, "idempotency-key": key },
      payload: body,
    }),
  );
}
const users = async (prefix: string) => (await rig.call("GET", `/api/v1/users?prefix=${prefix}`)).body.items;

test("the same creation with the same key happens once and is answered the same", async () => {
  const first = await post("/api/v1/users", { userName: "once" }, "k1");
  const again = await post("/api/v1/users", { userName: "once" }, "k1");
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(await users("once")).toHaveLength(1);
});

test("of many at once one creates, and nobody is told that it failed for good", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post("/api/v1/users", { userName: "many-at-once" }, "k2")),
  );
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1);
  for (const answer of answers) {
    if (answer.status === 201) continue;
    expect(expectProblem(answer, "idempotency-key-in-use").retryAfterSeconds).toBe(1);
  }
  expect((await post("/api/v1/users", { userName: "many-at-once" }, "k2")).status).toBe(201);
});

test("a key belongs to one request and one caller", async () => {
  await post("/api/v1/users", { userName: "bound" }, "k3");
  expectProblem(await post("/api/v1/users", { userName: "another" }, "k3"), "idempotency-key-reused");
  expectProblem(await post("/api/v1/policies", { name: "bound" }, "k3"), "idempotency-key-reused");
  const other = (await rig.call("POST", "/api/v1/api-keys", { name: "other", scopes: ["admin"] })).body.key;
  expect((await post("/api/v1/users", { userName: "of-another" }, "k3", other)).status).toBe(201);
});

test("a refusal keeps nothing: corrected, the request may use its key again", async () => {
  await rig.call("POST", "/api/v1/users", { userName: "taken" });
  expectProblem(await post("/api/v1/users", { userName: "taken" }, "k4"), "conflict");
  expect((await post("/api/v1/users", { userName: "not-taken" }, "k4")).status).toBe(201);
});

test("an answer with a secret is given again, and is not to be read in the store", async () => {
  const first = await post("/api/v1/api-keys", { name: "secret", scopes: ["read"] }, "k5");
  expect(first.body.key).toMatch(/^hfk_/);
  expect((await post("/api/v1/api-keys", { name: "secret", scopes: ["read"] }, "k5")).body).toEqual(
    first.body,
  );
  const { items } = (await rig.call("GET", "/api/v1/api-keys")).body;
  const admin = items.find(({ name }: { name: string }) => name === "first administrator");
  const kept = await rig.server.ports.store.read((tx) => tx.idempotency.get(`api-key:${admin.id}`, "k5"));
  expect(kept?.state).toBe("answered");
  expect(JSON.stringify(kept)).not.toContain(first.body.key.slice(4));
  expect(Buffer.from(kept?.sealed.split(".")[1] ?? "", "base64url").toString("latin1")).not.toContain("hfk_");
});

test("after a day the key is free", async () => {
  await post("/api/v1/users", { userName: "a-day" }, "k6");
  rig.clock.advance(86_400_000 + 1);
  expect((await post("/api/v1/users", { userName: "a-day-later" }, "k6")).status).toBe(201);
});

test("where the first request never ended, the repetition is told to look", async () => {
  const broken = rig.server.ports.store.transaction;
  const request = () => post("/api/v1/users", { userName: "lost" }, "k7");
  let calls = 0;
  rig.server.ports.store.transaction = ((work: never) => {
    calls += 1;
    if (calls === 2) return Promise.reject(new Error("the power went"));
    return broken.call(rig.server.ports.store, work);
  }) as typeof broken;
  try {
    expectProblem(await request(), "internal");
  } finally {
    rig.server.ports.store.transaction = broken;
  }
  expect(expectProblem(await request(), "idempotency-key-in-use").retryAfterSeconds).toBe(1);
  rig.clock.advance(61_000);
  expect(expectProblem(await request(), "idempotency-key-in-use").detail).toContain(
    "Look whether it was done",
  );
});

test.each(["", "two words", "x".repeat(201), "ü"])("%j is no key", async (key) => {
  const answer = await post("/api/v1/users", { userName: "no-key" }, key);
  if (key === "") expect([201, 400]).toContain(answer.status);
  else expectProblem(answer, "invalid-request");
});
