import { randomBytes } from "node:crypto";
import { makeProof } from "@holdfast/envelope/proof";
import { problem } from "@holdfast/protocol/problem";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contact, enrol, enrolWith, newKeys, rawContact, signed, withProof } from "../testing/endpoint.ts";
import type { Rig } from "../testing/rig.ts";
import { expectProblem, startRig } from "../testing/rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const check = "/api/v1/endpoints/self/account-checks";

describe("bodies", () => {
  test.each([
    ["no JSON", "{", "application/json"],
    ["an array", "[]", "application/json"],
    ["a text", '"x"', "application/json"],
    ["nothing", "", "application/json"],
    ["a form", "userName=x", "application/x-www-form-urlencoded"],
    ["text/plain", '{"userName":"x"}', "text/plain"],
    ["a prototype", '{"__proto__":{"admin":true},"userName":"x"}', "application/json"],
    ["an unknown field", '{"userName":"x","role":"admin"}', "application/json"],
    ["a wrong type", '{"userName":7}', "application/json"],
    ["a control character", '{"userName":"a\\u0007b"}', "application/json"],
  ])("%s is refused with a problem document", async (_what, payload, type) => {
    const response = await rig.server.app.inject({
      method: "POST",
      url: "/api/v1/users",
      headers: { authorization: `Bearer ${rig.adminKey}`, "content-type": type, "holdfast-request": "r1" },
      payload,
    });
    const parsed = problem.parse(response.json());
    expect([response.statusCode, parsed.code, parsed.inReplyTo]).toEqual([400, "invalid-request", "r1"]);
  });

  test("a field that is wrong is named, its value is not repeated", async () => {
    const answer = await rig.call("POST", "/api/v1/users", {
      userName: "ok",
      password: "short",
      cacheSize: -3,
    });
    expectProblem(answer, "invalid-request");
    expect(answer.body.problems.map(({ path }: { path: string }) => path).sort()).toEqual([
      "cacheSize",
      "password",
    ]);
    expect(answer.text).not.toContain('short"');
  });

  test("a body over 64 KiB is too large; contact takes up to a mebibyte", async () => {
    const large = { userName: "x", displayName: "y".repeat(70_000) };
    expectProblem(await rig.call("POST", "/api/v1/users", large), "too-large");
    const endpoint = await enrol(rig, "large");
    expectProblem(await rawContact(endpoint, { agentVersion: "y".repeat(70_000) }), "invalid-request");
    expectProblem(await rawContact(endpoint, { agentVersion: "y".repeat(1_100_000) }), "too-large");
  });

  test("unknown paths, queries and cursors are problems too", async () => {
    expectProblem(await rig.call("GET", "/api/v1/nothing"), "not-found");
    expectProblem(await rig.call("DELETE", "/api/v1/users"), "not-found");
    expectProblem(await rig.call("GET", "/api/v1/users?limit=100000"), "invalid-request");
    expectProblem(await rig.call("GET", "/api/v1/users?sort=name"), "invalid-request");
    expectProblem(await rig.call("GET", "/api/v1/users/%00"), "invalid-request");
    expectProblem(await rig.call("GET", "/api/v1/endpoints?after=made-up"), "invalid-request");
  });

  test("whatever is sent, the answer is a success or a problem document, never a fault", async () => {
    const endpoint = await enrol(rig, "fuzz");
    const paths = [
      "sign-ins",
      "sign-ins/steps",
      "endpoints/self/bundles",
      "endpoints/self/contact",
      "endpoints/self/slot-parameters",
      "endpoints",
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, body) => {
        const answer = await endpoint.call(
          "POST",
          `/api/v1/${path}`,
          JSON.stringify(body) === "null" ? {} : Object(body),
        );
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        problem.parse(answer.body);
      }),
      { numRuns: 80 },
    );
    await contact(endpoint);
  });
});

describe("API keys", () => {
  test("without a key, with an unknown one, or with too little right", async () => {
    expectProblem(await rig.call("GET", "/api/v1/users", undefined, null), "unauthenticated");
    expectProblem(await rig.call("GET", "/api/v1/users", undefined, "hfk_nope"), "unauthenticated");
    expectProblem(
      await rig.call("GET", "/api/v1/users", undefined, `hfk_${"A".repeat(43)}`),
      "unauthenticated",
    );
    const reader = (await rig.call("POST", "/api/v1/api-keys", { name: "reader", scopes: ["read"] })).body;
    expect((await rig.call("GET", "/api/v1/users", undefined, reader.key)).status).toBe(200);
    expectProblem(await rig.call("POST", "/api/v1/users", { userName: "x" }, reader.key), "forbidden");
    expectProblem(await rig.call("POST", "/api/v1/sign-ins", {}, reader.key), "forbidden");
  });

  test("a revoked key is refused at once; the last administrator's cannot be revoked", async () => {
    const issued = (await rig.call("POST", "/api/v1/api-keys", { name: "short-lived", scopes: ["read"] }))
      .body;
    expect((await rig.call("GET", "/api/v1/users", undefined, issued.key)).status).toBe(200);
    expect((await rig.call("DELETE", `/api/v1/api-keys/${issued.id}`)).status).toBe(204);
    expectProblem(await rig.call("GET", "/api/v1/users", undefined, issued.key), "unauthenticated");
    const listed = await rig.call("GET", "/api/v1/api-keys");
    const first = listed.body.items.find(({ name }: { name: string }) => name === "first administrator");
    expectProblem(await rig.call("DELETE", `/api/v1/api-keys/${first.id}`), "conflict");
    expect(listed.text).not.toContain("hfk_");
  });
});

describe("signed requests (RFC 9449)", () => {
  test("repeat the request's id, in successes and problems", async () => {
    const endpoint = await enrol(rig, "marks");
    const jti = "request-number-0001";
    expect((await endpoint.call("POST", check, { userName: "nobody" }, { jti })).body).toEqual({
      holdfast: 1,
      inReplyTo: jti,
      status: "unknown",
    });
    const again = await endpoint.call("POST", check, { userName: "nobody" }, { jti });
    expect(expectProblem(again, "proof-invalid").inReplyTo).toBe(jti);
  });

  test.each([
    ["another path", { url: "https://localhost:8443/api/v1/endpoints/self/contact" }],
    ["another method", { method: "GET" }],
    ["another host", { url: `https://elsewhere:8443${check}` }],
    ["a time long past", { iatSeconds: 1_000_000 }],
    ["a time to come", { iatSeconds: 99_000_000_000 }],
  ])("for %s are refused", async (_what, change) => {
    const endpoint = await enrol(rig, "proofs");
    expectProblem(await endpoint.call("POST", check, { userName: "x" }, change), "proof-invalid");
  });

  test("a proof that was changed, or by a key that is not enrolled, is refused", async () => {
    const endpoint = await enrol(rig, "tampered");
    const proof = await makeProof({
      method: "POST",
      url: `https://localhost:8443${check}`,
      key: endpoint.keys.device,
      jti: randomBytes(16).toString("base64url"),
      iatSeconds: rig.clock.now() / 1000,
    });
    const [header = "", claims = "", signature = ""] = proof.split(".");
    const other = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(claims, "base64url").toString()),
        jti: "another-request-id",
      }),
    );
    for (const changed of [
      `${header}.${other.toString("base64url")}.${signature}`,
      `${header}.${claims}.AAAA`,
      "x",
      "a.b.c",
      "",
    ]) {
      expect((await withProof(rig, changed, "POST", check, { userName: "x" })).status).toBe(401);
    }
    expect((await withProof(rig, proof, "POST", check, { userName: "x" })).status).toBe(200);
    expectProblem(await signed(rig, await newKeys(), "POST", check, { userName: "x" }), "unauthenticated");
    expectProblem(await rig.call("POST", check, { userName: "x" }), "unauthenticated");
  });

  test("a wrong clock is made up for by the server's nonce, at contact only (UNI-6)", async () => {
    const endpoint = await enrol(rig, "wrong-clock");
    const aYearAhead = { iatSeconds: Math.floor(rig.clock.now() / 1000) + 365 * 86_400 };
    expectProblem(await endpoint.call("POST", check, { userName: "x" }, aYearAhead), "proof-invalid");
    expectProblem(await rawContact(endpoint, {}, { ...aYearAhead, nonce: "made-up" }), "proof-invalid");
    expect((await rawContact(endpoint, {}, aYearAhead)).status).toBe(200);
  });
});

describe("enrolment", () => {
  const issue = async (more: object = {}) =>
    (await rig.call("POST", "/api/v1/endpoint-enrolments", { name: "desk", ...more })).body;

  test("a code admits one endpoint, and only one of many at once", async () => {
    const { code, id } = await issue();
    const tries = await Promise.all(
      Array.from({ length: 8 }, async () => enrolWith(rig, code, await newKeys())),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(403)]);
    for (const answer of tries) if (answer.status !== 201) expectProblem(answer, "enrolment-code-invalid");
    const listed = (await rig.call("GET", "/api/v1/endpoint-enrolments")).body.items.find(
      (one: { id: string }) => one.id === id,
    );
    expect(listed).toMatchObject({ usedAtMs: rig.clock.now(), endpointId: expect.stringMatching(/^ep_/) });
    expect(JSON.stringify(listed)).not.toContain(code.split(".")[2]);
  });

  test("a lost answer is given again to the same device, until it makes contact, and to nobody else", async () => {
    const { code } = await issue();
    const keys = await newKeys();
    const first = await enrolWith(rig, code, keys);
    const again = await enrolWith(rig, code, keys);
    const { inReplyTo: _first, ...answer } = first.body;
    const { inReplyTo: _again, ...repeated } = again.body;
    expect([first.status, again.status, repeated]).toEqual([201, 201, answer]);
    expectProblem(await enrolWith(rig, code, await newKeys()), "enrolment-code-invalid");
    const contact = {
      timeNonce: "0123456789abcdef",
      contactNumber: 1,
      agentVersion: "0.1.0",
      events: [],
      more: false,
      holdings: [],
      manifestNumber: 0,
    };
    const nonce = { nonce: answer.nonce };
    expect((await signed(rig, keys, "POST", "/api/v1/endpoints/self/contact", contact, nonce)).status).toBe(
      200,
    );
    expectProblem(await enrolWith(rig, code, keys), "enrolment-code-invalid");
  });

  test("an expired or mistyped code, or a request signed by another key, is refused", async () => {
    const { code } = await issue({ validFor: "PT5S" });
    const keys = await newKeys();
    expectProblem(await enrolWith(rig, code, keys, { secret: "A".repeat(27) }), "enrolment-code-invalid");
    const others = await newKeys();
    expectProblem(await enrolWith(rig, code, keys, { deviceKey: others.device.publicKey }), "proof-invalid");
    rig.clock.advance(5_000);
    expectProblem(await enrolWith(rig, code, keys), "enrolment-code-invalid");
    expectProblem(
      await rig.call("POST", "/api/v1/endpoint-enrolments", { name: "x", validFor: "P31D" }),
      "invalid-request",
    );
  });

  test("the code carries the authority's pin, and one device key enrols once", async () => {
    const { code, command } = await issue();
    expect(code.split(".")[3]).toBe(rig.server.ports.server.authorityPin);
    expect(command).toBe(`holdfast enroll --server ${rig.server.ports.server.url()} --code ${code}`);
    const keys = await newKeys();
    expect((await enrolWith(rig, code, keys)).status).toBe(201);
    expectProblem(await enrolWith(rig, (await issue()).code, keys), "conflict");
  });
});
