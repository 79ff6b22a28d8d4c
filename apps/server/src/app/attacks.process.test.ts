import { generateDeviceKey } from "@holdfast/envelope/keys";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  contact,
  enrol,
  happened,
  holdBundle,
  offlineFailure,
  offlineSuccess,
  requestBundle,
  signInAt,
  type TestEndpoint,
} from "../testing/endpoint.ts";
import type { Person, Rig } from "../testing/rig.ts";
import { expectProblem, newAttemptId, newPerson, newPolicy, signIn, startRig } from "../testing/rig.ts";

/** What an enrolled endpoint might try that does not do as it should, and what a thief or colleague might. */

let rig: Rig;
let policyId: string;
beforeAll(async () => {
  rig = await startRig();
  policyId = await newPolicy(rig, "attacked", {
    lockout: { failures: 5, duration: "PT5M" },
    offline: { enabled: true, maxAge: "P7D" },
    workflows: { "self-service": [["password"]] },
  });
});
afterAll(() => rig.stop());

const person = (name: string) => newPerson(rig, name, { policyId });
const failuresOf = async (who: Person) =>
  (await rig.call("GET", `/api/v1/users/${who.user.id}`)).body.failures;
const wrongOnline = async (who: Person, times: number) => {
  for (let time = 0; time < times; time++) await signIn(rig, who, "000000");
};
const alertsOf = async (endpoint: TestEndpoint) =>
  (await rig.call("GET", "/api/v1/alerts?status=open")).body.items.filter(
    (one: { endpointId: string }) => one.endpointId === endpoint.id,
  );

describe("codes for somebody who has but the password", () => {
  test("a sign-in by fewer factors than the workstation's brings no bundle", async () => {
    const [anna, endpoint] = [await person("anna"), await enrol(rig, "a1")];
    const answer = await endpoint.call("POST", "/api/v1/sign-ins", {
      attemptId: newAttemptId(),
      userName: "anna",
      workflow: "self-service",
      given: [{ factor: "password", value: anna.password }],
    });
    expect(answer.body).toMatchObject({ status: "succeeded", factors: ["password"] });
    const { publicKey } = await generateDeviceKey("decrypt");
    const refused = await requestBundle(endpoint, anna, { grant: answer.body.grant, refillKey: publicKey });
    expectProblem(refused, "grant-invalid");
  });
});

describe("an attempt played again", () => {
  test("gets its success again for as long as an attempt lasts, and no longer", async () => {
    const [ben, endpoint] = [await person("ben"), await enrol(rig, "b1")];
    const attemptId = newAttemptId();
    expect((await signInAt(endpoint, ben, 0, attemptId)).status).toBe(200);
    rig.clock.advance(119_000);
    expect((await signInAt(endpoint, ben, 0, attemptId)).status).toBe(200);
    rig.clock.advance(1_000);
    expectProblem(await signInAt(endpoint, ben, 0, attemptId), "conflict");
  });

  test("gets nothing once the user is disabled", async () => {
    const [cleo, endpoint] = [await person("cleo"), await enrol(rig, "c1")];
    const attemptId = newAttemptId();
    expect((await signInAt(endpoint, cleo, 0, attemptId)).status).toBe(200);
    await rig.call("PATCH", `/api/v1/users/${cleo.user.id}`, { status: "disabled" });
    expect((await signInAt(endpoint, cleo, 0, attemptId)).status).not.toBe(200);
  });
});

describe("failures that a reported success would clear", () => {
  /** Nothing is left to tell, and a request on its way could not have been from before. */
  const becomesLevel = async (endpoint: TestEndpoint) => {
    rig.clock.advance(60_000);
    await contact(endpoint);
    rig.clock.advance(1000);
  };

  test("are not cleared by a success without the code that the policy asks for", async () => {
    const [dora, endpoint] = [await person("dora"), await enrol(rig, "d1")];
    await holdBundle(rig, endpoint, dora, 0);
    await wrongOnline(dora, 3);
    rig.clock.advance(1000);
    const { consumed: _, ...bare } = offlineSuccess(dora, 1) as Extract<
      ReturnType<typeof offlineSuccess>,
      { type: "sign-in" }
    >;
    happened(endpoint, rig.clock.now(), bare);
    await contact(endpoint);
    expect(await failuresOf(dora)).toBe(3);
  });

  test("are not cleared by a code that was reported before or passed long ago", async () => {
    const [emil, endpoint] = [await person("emil"), await enrol(rig, "e1")];
    await holdBundle(rig, endpoint, emil, 3);
    const attemptId = newAttemptId();
    rig.clock.advance(1000);
    happened(endpoint, rig.clock.now(), offlineSuccess(emil, 5, attemptId));
    await contact(endpoint);
    for (const again of [
      offlineSuccess(emil, 5, attemptId),
      offlineSuccess(emil, 1),
      offlineSuccess(emil, 4),
    ]) {
      await wrongOnline(emil, 1);
      await becomesLevel(endpoint);
      const before = await failuresOf(emil);
      rig.clock.advance(1000);
      happened(endpoint, rig.clock.now(), again);
      await contact(endpoint);
      expect(await failuresOf(emil)).toBe(before);
    }
  });

  test("are not cleared by a success that came before them", async () => {
    const [fred, endpoint] = [await person("fred"), await enrol(rig, "f1")];
    await holdBundle(rig, endpoint, fred, 0);
    const atMs = rig.clock.now();
    rig.clock.advance(60_000);
    await wrongOnline(fred, 4);
    happened(endpoint, atMs, offlineSuccess(fred, 1));
    await contact(endpoint);
    expect(await failuresOf(fred)).toBe(4);
  });

  test("are not cleared by a success whose endpoint's clock was ahead of them (AMB-MDA-9)", async () => {
    const [hubert, endpoint] = [await person("hubert"), await enrol(rig, "ahead1")];
    await holdBundle(rig, endpoint, hubert, 0);
    await becomesLevel(endpoint);
    happened(endpoint, rig.clock.now() + 3_600_000, offlineSuccess(hubert, 1));
    rig.clock.advance(60_000);
    await wrongOnline(hubert, 2);
    rig.clock.advance(2 * 3_600_000);
    await contact(endpoint);
    expect(await failuresOf(hubert)).toBe(2);
  });

  test("of which one from the future is dated when the server heard of it", async () => {
    const [ivo, endpoint] = [await person("ivo"), await enrol(rig, "ahead2")];
    await holdBundle(rig, endpoint, ivo, 0);
    const endpointAtMs = rig.clock.now() + 3_600_000;
    happened(endpoint, endpointAtMs, offlineSuccess(ivo, 1));
    await contact(endpoint);
    const path = `/api/v1/audit?userId=${ivo.user.id}&mode=offline`;
    const [told] = (await rig.call("GET", path)).body.items;
    expect(told).toMatchObject({ atMs: rig.clock.now(), detail: { endpointAtMs } });
  });

  test("are cleared by a true one that came after them", async () => {
    const [gina, endpoint] = [await person("gina"), await enrol(rig, "g1")];
    await holdBundle(rig, endpoint, gina, 0);
    await wrongOnline(gina, 2);
    await becomesLevel(endpoint);
    happened(endpoint, rig.clock.now(), offlineFailure(gina, 3));
    rig.clock.advance(1000);
    happened(endpoint, rig.clock.now(), offlineSuccess(gina, 1));
    await contact(endpoint);
    expect(await failuresOf(gina)).toBe(0);
  });
});

describe("an endpoint that reports at will", () => {
  test("raises no alert about people it holds nothing of", async () => {
    const [hana, endpoint] = [await person("hana"), await enrol(rig, "h1")];
    happened(endpoint, rig.clock.now(), {
      type: "token-suspended",
      userId: hana.user.id,
      tokenId: hana.token.id,
    });
    await contact(endpoint);
    expect(await alertsOf(endpoint)).toEqual([]);
  });

  test("does not fill the list of alerts", async () => {
    const endpoint = await enrol(rig, "noisy");
    for (let one = 0; one < 150; one++)
      happened(endpoint, rig.clock.now(), { type: "tamper-detected", file: `file-${one}`, why: "changed" });
    await contact(endpoint);
    expect((await alertsOf(endpoint)).length).toBeLessThanOrEqual(20);
  });
});

test("a token that is disabled is ordered off the endpoints that hold its codes, and comes back by a refill", async () => {
  const [ida, endpoint] = [await person("ida"), await enrol(rig, "i1")];
  await holdBundle(rig, endpoint, ida, 0);
  await rig.call("PATCH", `/api/v1/tokens/${ida.token.id}`, { status: "disabled" });
  expect((await contact(endpoint)).revocations).toHaveLength(1);
  await rig.call("PATCH", `/api/v1/tokens/${ida.token.id}`, { status: "enabled" });
  expect((await contact(endpoint)).users[0]?.refillDue).toBe(true);
  expect((await requestBundle(endpoint, ida, {})).status).toBe(200);
});

test("no more than a hundred people per endpoint, also where two come at once", async () => {
  const endpoint = await enrol(rig, "crowded");
  const people: Person[] = [];
  for (let one = 0; one < 101; one++) people.push(await person(`crowd-${one}`));
  for (const one of people.slice(0, 99)) await holdBundle(rig, endpoint, one, 0);
  const grants: string[] = [];
  for (const one of people.slice(99)) grants.push((await signInAt(endpoint, one, 0)).body.grant);
  const { publicKey } = await generateDeviceKey("decrypt");
  const answers = await Promise.all(
    people
      .slice(99)
      .map((one, at) => requestBundle(endpoint, one, { grant: grants[at], refillKey: publicKey })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
}, 30_000);
