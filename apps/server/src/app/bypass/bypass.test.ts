import { challengeAnswer } from "@holdfast/core/help-desk-codes/bypass-challenge";
import { bypassCodeForm, bypassCodeHash } from "@holdfast/core/help-desk-codes/bypass-code";
import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Opened, TestEndpoint } from "../../testing/endpoint.ts";
import {
  contact,
  enrol,
  happened,
  holdBundle,
  offlineSuccess,
  openAnswer,
  requestBundle,
} from "../../testing/endpoint.ts";
import { expectProblem, newPerson, newPolicy, type Person, type Rig, startRig } from "../../testing/rig.ts";

/** The help desk's part in a sign-in at an endpoint without a network, over the API. */

let rig: Rig;
let policyId: string;
beforeAll(async () => {
  rig = await startRig();
  policyId = await newPolicy(rig, "Ward", { offline: { enabled: true } });
});
afterAll(() => rig.stop());

const giveCode = ({ user }: Person, { id }: Pick<TestEndpoint, "id">) =>
  rig.call("POST", `/api/v1/users/${user.id}/bypass-codes`, {
    endpointId: id,
    reason: "Called from the ward",
  });
const answer = ({ user }: Person, { id }: TestEndpoint, challenge: string) =>
  rig.call("POST", `/api/v1/users/${user.id}/bypass-responses`, { endpointId: id, challenge });
const standing = async ({ user }: Person) => (await rig.call("GET", `/api/v1/users/${user.id}/bypass`)).body;
const hashOf = (who: Person, at: TestEndpoint, number: number, code: string) =>
  bypassCodeHash({ endpointId: at.id, userId: who.user.id, number }, bypassCodeForm(code) ?? "no code");
const audit = async (who: Person, type: string) =>
  (await rig.server.ports.store.audit({ userId: who.user.id, type, limit: 20 })).items;

function used(person: Person, bypass: { number: number } | { challenge: string }): EndpointEventBody {
  const { consumed: _none, ...event } = offlineSuccess(person, 0) as Extract<
    EndpointEventBody,
    { type: "sign-in" }
  >;
  return { ...event, factors: ["password", "number" in bypass ? "bypass-code" : "ocra"], bypass };
}

async function held(name: string): Promise<{ person: Person; endpoint: TestEndpoint; opened: Opened }> {
  const person = await newPerson(rig, name, { policyId });
  const endpoint = await enrol(rig, `${name}'s desk`);
  return { person, endpoint, opened: await holdBundle(rig, endpoint, person, 0) };
}

async function refill(person: Person, endpoint: TestEndpoint): Promise<Opened> {
  return openAnswer(rig, endpoint, person, await requestBundle(endpoint, person, {}));
}

describe("bypass codes", () => {
  test("OTP-23: what the help desk reads out is what the endpoint holds the hash of, and nothing else of it goes there", async () => {
    const { person, endpoint, opened } = await held("anna");
    expect(opened.bundle.bypass).toEqual({ number: 1, code: true, challenge: true });
    const given = await giveCode(person, endpoint);
    expect(given.body).toMatchObject({ number: 1, mostUses: 10, notAfterMs: opened.bundle.notAfterMs });
    expect(given.body.code).toMatch(/^[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{6}$/);
    expect(opened.inner?.bypass?.codeHash).toBe(hashOf(person, endpoint, 1, given.body.code));
    expect((await giveCode(person, endpoint)).body.code).toBe(given.body.code);
    expect(await standing(person)).toMatchObject({
      kinds: ["code", "challenge"],
      may: true,
      endpoints: [{ endpointId: endpoint.id, state: "given", uses: 0, lastUsedAtMs: null }],
    });
    const told = JSON.stringify([await audit(person, "bypass-code-given"), await standing(person)]);
    expect(told).toContain("Called from the ward");
    expect(told).not.toContain(given.body.code);
  });

  test("another user's and another endpoint's code is another", async () => {
    const { person, endpoint } = await held("berta");
    const second = await enrol(rig, "second");
    await holdBundle(rig, second, person, 1);
    const codes = [await giveCode(person, endpoint), await giveCode(person, second)].map(
      ({ body }) => body.code,
    );
    const { person: carla, endpoint: hers } = await held("carla");
    codes.push((await giveCode(carla, hers)).body.code);
    expect(new Set(codes).size).toBe(3);
  });

  test("OTP-24: reported as used it is rotated at that contact: the console says so, and the next bundle brings another", async () => {
    const { person, endpoint } = await held("dora");
    const before = (await giveCode(person, endpoint)).body.code;
    happened(endpoint, rig.clock.now(), used(person, { number: 1 }));
    const answered = await contact(endpoint);
    expect(answered.users[0]).toMatchObject({ bypassFloor: 2, refillDue: true });
    expect((await standing(person)).endpoints[0]).toMatchObject({ state: "waiting", uses: 1 });
    expectProblem(await giveCode(person, endpoint), "conflict");
    const { bundle, inner } = await refill(person, endpoint);
    expect(bundle.bypass?.number).toBe(2);
    expect((await standing(person)).endpoints[0]).toMatchObject({
      state: "used-rotated",
      uses: 1,
      lastUsedAtMs: rig.clock.now(),
    });
    const next = (await giveCode(person, endpoint)).body.code;
    expect(next).not.toBe(before);
    expect(inner?.bypass?.codeHash).toBe(hashOf(person, endpoint, 2, next));
  });

  test("OTP-23: an online sign-in there ends it, given or not", async () => {
    const { person, endpoint } = await held("emil");
    const before = (await giveCode(person, endpoint)).body.code;
    const { bundle, inner } = await holdBundle(rig, endpoint, person, 1);
    expect(bundle.bypass?.number).toBe(2);
    expect(inner?.bypass?.codeHash).not.toBe(hashOf(person, endpoint, 1, before));
    expect((await standing(person)).endpoints[0]).toMatchObject({ state: "ready" });
  });

  test("a use that was given to nobody is an alert, and clears no failures", async () => {
    const { person, endpoint } = await held("fritz");
    happened(endpoint, rig.clock.now(), used(person, { number: 1 }));
    await contact(endpoint);
    const { items } = (await rig.call("GET", "/api/v1/alerts")).body;
    expect(items).toContainEqual(
      expect.objectContaining({ kind: "bypass-not-given", endpointId: endpoint.id }),
    );
    const [event] = await audit(person, "sign-in");
    expect(event?.detail).toMatchObject({ unheeded: "bypass-not-given" });
  });

  test("none is given where policy has none, where nothing is held, or at an endpoint that is not there", async () => {
    const { person, endpoint } = await held("gina");
    const away = await enrol(rig, "away");
    expectProblem(await giveCode(person, away), "conflict");
    expectProblem(await giveCode(person, { id: "ep_none" }), "not-found");
    const none = await newPolicy(rig, "none", { offline: { enabled: true, bypass: ["challenge"] } });
    await rig.call("PATCH", `/api/v1/users/${person.user.id}`, { policyId: none });
    expectProblem(await giveCode(person, endpoint), "conflict");
    expect((await answer(person, endpoint, "12345678")).status).toBe(200);
    expect((await standing(person)).kinds).toEqual(["challenge"]);
    expect((await audit(person, "bypass-refused")).map(({ reason }) => reason)).toEqual([
      "code",
      "nothing-held",
    ]);
    const next = await refill(person, endpoint);
    expect(next.inner?.bypass).toMatchObject({ codeHash: null });
  });

  test("a lock ends what was read out (UNI-4)", async () => {
    const { person, endpoint } = await held("hugo");
    await giveCode(person, endpoint);
    await rig.call("POST", `/api/v1/users/${person.user.id}/lock`, { reason: "Gone" });
    expectProblem(await giveCode(person, endpoint), "conflict");
    const row = await rig.server.ports.store.read((tx) => tx.bypasses.get(endpoint.id, person.user.id));
    expect(row).toMatchObject({ number: 1, floor: 2 });
  });
});

describe("challenges", () => {
  test("OTP-23: the answer is of that user, that endpoint and that challenge; what was used is told", async () => {
    const { person, endpoint, opened } = await held("ines");
    const key = Buffer.from(opened.inner?.bypass?.challengeKey ?? "", "base64url");
    const place = { endpointId: endpoint.id, userId: person.user.id };
    const given = await answer(person, endpoint, " 1234-5678 ");
    expect(given.body.answer.replace(" ", "")).toBe(challengeAnswer(key, place, "12345678"));
    const { person: other, endpoint: elsewhere } = await held("jan");
    expect((await answer(other, elsewhere, "12345678")).body.answer).not.toBe(given.body.answer);
    happened(endpoint, rig.clock.now(), used(person, { challenge: "12345678" }));
    await contact(endpoint);
    expect((await standing(person)).endpoints[0]).toMatchObject({
      state: "ready",
      answers: [{ challenge: "12345678", usedAtMs: rig.clock.now() }],
    });
    for (const wrong of ["1234567x", "123456789"])
      expectProblem(await answer(person, endpoint, wrong), "invalid-request");
    expect(JSON.stringify(await audit(person, "bypass-answer-given"))).not.toContain(given.body.answer);
  });
});
