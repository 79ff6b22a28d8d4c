import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestEndpoint } from "../testing/endpoint.ts";
import { contact, enrol, holdBundle, requestBundle, signInAt } from "../testing/endpoint.ts";
import type { Person, Rig } from "../testing/rig.ts";
import { newPerson, newPolicy, startRig } from "../testing/rig.ts";

let rig: Rig;
let policyId: string;
beforeAll(async () => {
  rig = await startRig();
  policyId = await newPolicy(rig, "offline", { offline: { enabled: true } });
});
afterAll(() => rig.stop());

const outlook = async (person: Person, endpoint: TestEndpoint) => {
  const answer = await rig.call(
    "GET",
    `/api/v1/offline-outlook?userId=${person.user.id}&endpointId=${endpoint.id}`,
  );
  return answer.body.items[0];
};
const reports = (endpoint: TestEndpoint, person: Person, sequence: number, remaining: number) =>
  contact(endpoint, {
    holdings: [{ userId: person.user.id, epoch: 1, sequence, remaining, notAfterMs: rig.clock.now() }],
  });

test("a fresh bundle may be used, whatever was left of the last (DESIGN §7, promise 4)", async () => {
  const [ann, endpoint] = [await newPerson(rig, "ann", { policyId }), await enrol(rig, "o1")];
  await holdBundle(rig, endpoint, ann, 0);
  await reports(endpoint, ann, 1, 0);
  expect(await outlook(ann, endpoint)).toMatchObject({ state: "exhausted", remainingAtMost: 0 });
  await holdBundle(rig, endpoint, ann, 1);
  expect(await outlook(ann, endpoint)).toMatchObject({ state: "may-sign-in", remainingAtMost: 25 });
});

test("codes used elsewhere are still good at an endpoint that has not heard of it", async () => {
  const [ben, here, elsewhere] = [
    await newPerson(rig, "ben", { policyId }),
    await enrol(rig, "o2"),
    await enrol(rig, "o3"),
  ];
  await holdBundle(rig, here, ben, 0);
  expect((await signInAt(elsewhere, ben, 20)).status).toBe(200);
  expect(await outlook(ben, here)).toMatchObject({ remainingAtMost: 25 });
});

test("until a bundle is acknowledged the one before it may be in use, with what was left of it", async () => {
  const [cay, endpoint] = [await newPerson(rig, "cay", { policyId }), await enrol(rig, "o4")];
  await holdBundle(rig, endpoint, cay, 0);
  await reports(endpoint, cay, 1, 24);
  await rig.call("PATCH", `/api/v1/tokens/${cay.token.id}`, { cacheSize: 3 });
  expect((await requestBundle(endpoint, cay, {})).status).toBe(200);
  expect(await outlook(cay, endpoint)).toMatchObject({
    remainingAtMost: 24,
    bundle: { acknowledged: false },
  });
  await endpoint.call("POST", "/api/v1/endpoints/self/bundles/acknowledgements", {
    userId: cay.user.id,
    epoch: 1,
    sequence: 2,
  });
  expect(await outlook(cay, endpoint)).toMatchObject({ remainingAtMost: 3, bundle: { acknowledged: true } });
});

test("until a shorter lease is acknowledged the longer one before it may be in use, and is shown", async () => {
  const [dee, endpoint] = [await newPerson(rig, "dee", { policyId }), await enrol(rig, "o5")];
  await holdBundle(rig, endpoint, dee, 0);
  const { notAfterMs } = await outlook(dee, endpoint);
  expect(notAfterMs - rig.clock.now()).toBe(3 * 86_400_000);
  await rig.call("PATCH", `/api/v1/policies/${policyId}`, { changes: { offline: { maxAge: "PT2H" } } });
  expect((await requestBundle(endpoint, dee, {})).status).toBe(200);
  expect((await requestBundle(endpoint, dee, {})).status).toBe(200);
  expect(await outlook(dee, endpoint)).toMatchObject({ notAfterMs, bundle: { acknowledged: false } });
  rig.clock.advance(3 * 3_600_000);
  expect(await outlook(dee, endpoint)).toMatchObject({ notAfterMs, state: "may-sign-in" });
  await endpoint.call("POST", "/api/v1/endpoints/self/bundles/acknowledgements", {
    userId: dee.user.id,
    epoch: 1,
    sequence: 3,
  });
  const now = await outlook(dee, endpoint);
  expect(now).toMatchObject({ state: "expired", bundle: { acknowledged: true } });
  expect(now.notAfterMs).toBeLessThan(rig.clock.now());
});

test("an endpoint that says it holds less than it acknowledged is believed: its disk may have been set back", async () => {
  const [eve, endpoint] = [await newPerson(rig, "eve", { policyId }), await enrol(rig, "o6")];
  await holdBundle(rig, endpoint, eve, 0);
  await holdBundle(rig, endpoint, eve, 1);
  expect(await outlook(eve, endpoint)).toMatchObject({ bundle: { sequence: 2, acknowledged: true } });
  const notAfterMs = rig.clock.now() + 9 * 86_400_000;
  await contact(endpoint, {
    holdings: [{ userId: eve.user.id, epoch: 1, sequence: 1, remaining: 7, notAfterMs }],
  });
  expect(await outlook(eve, endpoint)).toMatchObject({ notAfterMs, bundle: { acknowledged: false } });
  await reports(endpoint, eve, 2, 20);
  const after = await outlook(eve, endpoint);
  expect(after).toMatchObject({ remainingAtMost: 20, bundle: { acknowledged: true } });
  expect(after.notAfterMs).toBeLessThan(notAfterMs);
});
