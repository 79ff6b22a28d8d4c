import { profileIdOf } from "@holdfast/core/qr-challenge/profile";
import { revocation } from "@holdfast/protocol/bundle";
import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  contact,
  enrol,
  happened,
  holdBundle,
  offlineSuccess,
  type TestEndpoint,
} from "../../testing/endpoint.ts";
import { newPhone } from "../../testing/phone.ts";
import { newPerson, newPolicy, type Person } from "../../testing/rig.ts";
import { signInAt, startWebRig, type WebRig } from "../../testing/web-rig.ts";

const own = "/api/v1/me/phones/registrations";
let rig: WebRig;
let policyId: string;
beforeAll(async () => {
  rig = await startWebRig({ publicUrl: "https://server.test" });
  policyId = await newPolicy(rig, "offline", { offline: { enabled: true } });
});
afterAll(() => rig.stop());

/** Somebody with a token, and a phone that he registered at the portal. */
async function withPhone(
  name: string,
): Promise<{ person: Person; at: string; profileId: string; key: string }> {
  const person = await newPerson(rig, name, { policyId });
  const portal = rig.browser("portal");
  await signInAt(portal, person, 0);
  const begun = await portal.call("POST", own, { kind: "new" });
  const phone = await newPhone(rig, begun.body.link);
  const digits = phone.digits(await phone.claim());
  await portal.call("POST", `${own}/${begun.body.id}/confirm`, { digits });
  await phone.complete();
  const { phoneId } = (await phone.finish()).body;
  const key = await phone.challengeKey;
  const at = `/api/v1/users/${person.user.id}/phones/${phoneId}`;
  return { person, at, key, profileId: profileIdOf(Buffer.from(key, "base64url")) };
}

async function orders(endpoint: TestEndpoint) {
  const { revocations } = await contact(endpoint);
  return revocations.map((signed) => revocation.parse(payloadOf(signed)));
}

/** Of a compact JWS (RFC 7515 §3.1). */
function payloadOf(signed: string): unknown {
  return JSON.parse(Buffer.from(signed.split(".")[1] ?? "", "base64url").toString("utf8"));
}

function byPhone(person: Person): EndpointEventBody {
  const { consumed: _none, ...event } = offlineSuccess(person, 0) as SignInEvent;
  return { ...event, factors: ["password", "qr-challenge"] };
}
type SignInEvent = Extract<EndpointEventBody, { type: "sign-in" }>;

test("SECURITY §4: a bundle names the phone's profile and key, and no longer bounds sign-ins by its codes", async () => {
  const { person, profileId, key } = await withPhone("anna");
  const { bundle, inner } = await holdBundle(rig, await enrol(rig, "w1"), person, 1);
  expect(bundle.phones).toEqual([{ profileId, publicKey: key }]);
  expect([bundle.maxSignIns, inner?.codes.length]).toEqual([1000, 25]);
});

test("a phone that loses the type, or is removed, is ordered off, and a refill without it is due", async () => {
  const { person, at, profileId, key } = await withPhone("bert");
  const endpoint = await enrol(rig, "w2");
  await holdBundle(rig, endpoint, person, 1);
  await contact(endpoint);
  expect((await rig.call("PATCH", at, { types: ["totp"] })).status).toBe(200);
  expect(await orders(endpoint)).toMatchObject([{ reason: "phone-revoked", tokenId: null, profileId }]);
  expect((await contact(endpoint)).users[0]?.refillDue).toBe(true);
  expect((await holdBundle(rig, endpoint, person, 2)).bundle).toMatchObject({ phones: [], maxSignIns: 25 });
  await rig.call("PATCH", at, { types: ["totp", "qr-challenge"] });
  expect((await holdBundle(rig, endpoint, person, 3)).bundle.phones).toEqual([{ profileId, publicKey: key }]);
  expect((await rig.call("DELETE", at)).status).toBe(204);
  expect((await orders(endpoint)).at(-1)).toMatchObject({ reason: "phone-revoked", profileId });
});

test("what an endpoint tells of a phone is heeded for as long as its user has one", async () => {
  const { person, at } = await withPhone("cleo");
  const endpoint = await enrol(rig, "w3");
  await holdBundle(rig, endpoint, person, 1);
  const told = async () => {
    happened(endpoint, rig.clock.now(), byPhone(person));
    await contact(endpoint);
    const { items } = (await rig.call("GET", `/api/v1/audit?userId=${person.user.id}&type=sign-in`)).body;
    const offline = items.filter(({ mode }: { mode: string }) => mode === "offline");
    return offline[0].detail;
  };
  expect(await told()).toMatchObject({ factors: ["password", "qr-challenge"] });
  expect(await told()).not.toHaveProperty("unheeded");
  await rig.call("DELETE", at);
  expect(await told()).toMatchObject({ unheeded: "phone-unknown" });
});
