import { lowOrderPoints } from "@holdfast/core/registration/challenge-key";
import { deviceIdOf } from "@holdfast/core/registration/device-id";
import { offlineKey, offlineSecret, shownDeviceId } from "@holdfast/core/registration/offline-keys";
import { biometricChallenge } from "@holdfast/core/registration/pairing-digits";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSettings } from "../../app/settings.ts";
import { inMemoryConfig } from "../../config.ts";
import { createServer } from "../../server.ts";
import { sqlitePlace } from "../../store/testing/place.ts";
import { newPhone, type TestPhone } from "../../testing/phone.ts";
import { code, newPerson, type Person } from "../../testing/rig.ts";
import { type Bend, createSoftPasskey } from "../../testing/soft-passkey.ts";
import { type Browser, sessionEvents, signInAt, startWebRig, type WebRig } from "../../testing/web-rig.ts";

const own = "/api/v1/me/phones";
let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig({ webPushServices: ["push.services.mozilla.com", "fcm.googleapis.com"] });
});
afterAll(() => rig.stop());

let people = 0;
async function someone(): Promise<{ person: Person; portal: Browser }> {
  const person = await newPerson(rig, `person${++people}`);
  const portal = rig.browser("portal");
  await signInAt(portal, person, 0);
  return { person, portal };
}

const totp = (secret: Uint8Array) => code({ secret }, Math.floor(rig.clock.now() / 30_000));
const begin = (portal: Browser, body: object = { kind: "new" }) =>
  portal.call("POST", `${own}/registrations`, body);

/** The whole way; what the phone was given. */
async function register(portal: Browser, phone: TestPhone, id: string) {
  const claimed = await phone.claim();
  expect(claimed.status).toBe(200);
  const confirmed = await portal.call("POST", `${own}/registrations/${id}/confirm`, {
    digits: phone.digits(claimed),
  });
  expect(confirmed.body.state).toBe("finishing");
  const ready = await phone.complete();
  expect(ready.body.state).toBe("ready");
  return ready.body.configuration;
}

const seedOf = (configuration: { codes: { kind: string; secret: string }[] }, kind = "totp") =>
  Buffer.from(configuration.codes.find((one) => one.kind === kind)?.secret ?? "", "base64url");

/** Whether the person gets in by it at the portal. */
async function opens(person: Person, value: string): Promise<boolean> {
  const answer = await rig.browser("portal").call("POST", "/api/v1/session/sign-in", {
    userName: person.user.userName,
    given: [
      { factor: "password", value: person.password },
      { factor: "totp", value },
    ],
  });
  return answer.body.status === "succeeded";
}

test("REG-6 to REG-8: a phone is registered online, and its codes count from the finish on", async () => {
  const { person, portal } = await someone();
  const begun = await begin(portal);
  expect([begun.status, begun.body.mode]).toEqual([201, "online"]);
  const at = `${own}/registrations/${begun.body.id}`;
  const state = async () => (await portal.call("GET", at)).body;
  expect(await state()).toMatchObject({ state: "waiting", triesLeft: null, anotherPhoneTried: false });
  const phone = await newPhone(rig, begun.body.link);

  const claimed = await phone.claim();
  expect(claimed.body).toMatchObject({ account: person.user.userName, digits: phone.digits(claimed) });
  expect(await state()).toMatchObject({ state: "scanned", digits: phone.digits(claimed) });
  expect((await phone.complete()).body.state, "nothing before the digits were compared").toBe("waiting");

  const second = await newPhone(rig, begun.body.link);
  const refused = await second.claim();
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    expect.stringContaining("Another phone scanned this code first"),
  ]);
  expect(await state()).toMatchObject({ state: "scanned", anotherPhoneTried: true });
  expect((await second.complete()).status).toBe(409);

  const wrong = await portal.call("POST", `${at}/confirm`, { digits: "000000" });
  expect(wrong.status).toBe(409);
  const configuration = await register(portal, phone, begun.body.id);
  expect(configuration).toMatchObject({ types: ["totp", "push", "qr-challenge"], mode: "online" });
  const secret = seedOf(configuration);
  expect(await opens(person, totp(secret)), "before the phone said that it keeps it").toBe(false);
  expect((await phone.complete()).body.configuration, "repeated: the same").toEqual(configuration);

  const finished = await phone.finish();
  expect(finished.body).toEqual({ state: "done", phoneId: configuration.phoneId });
  expect((await phone.finish()).body).toEqual(finished.body);
  expect(await opens(person, totp(secret))).toBe(true);
  expect(await state()).toMatchObject({
    state: "done",
    phone: { id: configuration.phoneId, mode: "online" },
  });
  const listed = await portal.call("GET", own);
  expect(listed.body).toMatchObject({ registers: "online", mayRegister: true });
  expect(listed.body.items).toHaveLength(1);
});

test("REG-5, REG-10: what an administrator changes reaches the phone without a rescan, and what is taken away ends", async () => {
  const { person, portal } = await someone();
  const begun = await begin(portal);
  const phone = await newPhone(rig, begun.body.link);
  const configuration = await register(portal, phone, begun.body.id);
  await phone.finish();
  const sync = (have: string[]) => phone.call("POST", "/api/v1/phone/sync", { have, appVersion: "0.2.0" });
  const had = configuration.codes.map((one: { tokenId: string }) => one.tokenId);
  expect((await sync(had)).body.codes).toMatchObject([{ kind: "totp", secret: null }]);

  const at = `/api/v1/users/${person.user.id}/phones/${configuration.phoneId}`;
  const changed = await rig.call("PATCH", at, { types: ["hotp", "push"] });
  expect(changed.body).toMatchObject({ types: ["hotp", "push"], lastSyncMs: rig.clock.now() });
  expect(await opens(person, totp(seedOf(configuration))), "the type was taken away").toBe(false);
  const [told] = (await sync(had)).body.codes;
  expect(told).toMatchObject({ kind: "hotp", secret: expect.any(String) });
  expect((await sync([])).body.codes[0].secret, "until it says that it keeps it").toBe(told.secret);
  rig.clock.advance(60_000);
  const kept = await sync([told.tokenId]);
  expect(kept.body.codes).toMatchObject([{ tokenId: told.tokenId, secret: null }]);
  const tokens = await rig.call("GET", `/api/v1/tokens?userId=${person.user.id}`);
  expect(tokens.body.items.find((one: { id: string }) => one.id === told.tokenId).status).toBe("enabled");
  const [listed] = (await rig.call("GET", `/api/v1/users/${person.user.id}/phones`)).body.items;
  expect(listed).toMatchObject({ lastSyncMs: rig.clock.now(), appVersion: "0.2.0", silent: false });
  rig.clock.advance(31 * 86_400_000);
  const [silent] = (await rig.call("GET", `/api/v1/users/${person.user.id}/phones`)).body.items;
  expect(silent.silent, "AMB-REG-7").toBe(true);

  expect((await rig.call("DELETE", at)).status).toBe(204);
  const gone = await sync([told.tokenId]);
  expect([gone.status, gone.body.code]).toEqual([401, "phone-revoked"]);
});

test("REG-1, REG-2: a phone without network is registered by the Device ID that its user types, three tries", async () => {
  const { person, portal } = await someone();
  const app = { onlineAccess: false, types: ["totp", "push", "qr-challenge"] };
  expect(
    (await rig.call("PUT", "/api/v1/settings/authenticator-app", { authenticatorApp: app })).status,
  ).toBe(200);
  const view = await rig.call("GET", "/api/v1/settings/authenticator-app");
  const { online: thatStay } = await rig.server.ports.store.read((tx) => tx.phones.counts());
  expect(view.body, "AMB-REG-2").toMatchObject({ onlineAccess: false, phones: { online: thatStay } });
  const begun = await begin(portal);
  expect(begun.body.mode, "REG-16").toBe("offline");
  const { link } = await newPhone(rig, begun.body.link);
  if (link.kind !== "offline") throw new Error("an online link");
  const drawn = Uint8Array.of(1, 2, 3, 4, 5);
  const type = (id: string, deviceId: string) =>
    portal.call("POST", `${own}/registrations/${id}/device-id`, { deviceId });
  expect((await type(link.registrationId, "7KQ4")).body.detail).toContain("twelve");
  const other = deviceIdOf(link.seed, "reg_other", drawn);
  expect((await type(link.registrationId, other)).body.detail).toContain("2 tries are left");
  const right = deviceIdOf(link.seed, link.registrationId, drawn);
  const secret = await offlineSecret(link.seed, link.registrationId, drawn);
  const shown = shownDeviceId(secret);
  const done = await type(link.registrationId, right.toLowerCase().replaceAll("-", " "));
  expect(done.body).toMatchObject({
    state: "done",
    phone: { mode: "offline", deviceId: shown, types: ["totp", "qr-challenge"], lastSyncMs: null },
  });
  expect(await opens(person, totp(offlineKey(secret, "totp", "SHA-1")))).toBe(true);
  const at = `/api/v1/users/${person.user.id}/phones/${done.body.phone.id}`;
  expect((await rig.call("PATCH", at, { types: ["push"] })).body.detail, "REG-4").toContain("push needs");

  const again = await begin(portal);
  for (let time = 0; time < 3; time++) await type(again.body.id, other);
  expect((await portal.call("GET", `${own}/registrations/${again.body.id}`)).body).toMatchObject({
    state: "ended",
    why: "wrong-device-id",
  });

  // REG-17 to REG-20: switched over, the same phone is rescanned and the record is kept.
  const online = { ...app, onlineAccess: true };
  await rig.call("PUT", "/api/v1/settings/authenticator-app", { authenticatorApp: online });
  rig.clock.advance(60_000);
  const old = offlineKey(secret, "totp", "SHA-1");
  expect(await opens(person, totp(old)), "REG-17").toBe(true);
  const rescan = await begin(portal, { kind: "rescan", phoneId: done.body.phone.id });
  const phone = await newPhone(rig, rescan.body.link);
  const configuration = await register(portal, phone, rescan.body.id);
  expect(configuration.phoneId).toBe(done.body.phone.id);
  rig.clock.advance(60_000);
  expect(await opens(person, totp(old)), "until the handshake has completed").toBe(true);
  await phone.finish();
  rig.clock.advance(60_000);
  expect(await opens(person, totp(old)), "and not after").toBe(false);
  expect(await opens(person, totp(seedOf(configuration)))).toBe(true);
  expect((await portal.call("GET", own)).body.items).toMatchObject([
    { id: done.body.phone.id, mode: "online", deviceId: shown },
  ]);
  const told = JSON.stringify([
    await sessionEvents(rig, "phone-registered"),
    (await rig.call("GET", `/api/v1/users/${person.user.id}/phones`)).body,
  ]);
  expect(told, "what was typed holds the draw, and with a picture of the QR code is every key").not.toContain(
    right,
  );
  expect(told).toContain(shown);
  expect(await sessionEvents(rig, "phone-rescanned")).toMatchObject([{ detail: { modeBefore: "offline" } }]);
});

test("REG-22: a rescan that is cancelled, refused or too late leaves the phone as it was", async () => {
  const { person, portal } = await someone();
  const first = await begin(portal);
  const before = await newPhone(rig, first.body.link);
  const configuration = await register(portal, before, first.body.id);
  await before.finish();
  const rescan = () => begin(portal, { kind: "rescan", phoneId: configuration.phoneId });
  for (const end of ["cancel", "differ", "replace", "expire"] as const) {
    const begun = await rescan();
    const at = `${own}/registrations/${begun.body.id}`;
    const phone = await newPhone(rig, begun.body.link);
    await phone.claim();
    if (end !== "differ") await register(portal, phone, begun.body.id);
    if (end === "cancel") await portal.call("DELETE", at);
    if (end === "differ") await portal.call("POST", `${at}/differ`);
    if (end === "expire") rig.clock.advance(11 * 60_000);
    if (end === "replace") await rescan();
    const late = await phone.finish();
    expect(late.body.state, end).toBe("ended");
    expect((await portal.call("GET", at)).body.state, end).toBe("ended");
    rig.clock.advance(60_000);
    expect(await opens(person, totp(seedOf(configuration))), end).toBe(true);
    const synced = await before.call("POST", "/api/v1/phone/sync", { have: [], appVersion: "1" });
    expect(synced.status, end).toBe(200);
    const reused = await phone.claim();
    expect(reused.status, `${end}: the code is spent`).toBe(409);
  }
});

test("a phone of which nobody has codes yet is a second factor all the same: the password alone enrols none beside it", async () => {
  const { id, userName } = (
    await rig.call("POST", "/api/v1/users", { userName: "quinn", password: "correct horse battery" })
  ).body;
  const signIn = () =>
    rig.browser("portal").call("POST", "/api/v1/session/sign-in", {
      userName,
      given: [
        { factor: "password", value: "correct horse battery" },
        { factor: "totp", value: "000000" },
      ],
    });
  expect((await signIn()).body, "without a second factor").toMatchObject({ status: "succeeded" });
  await rig.server.ports.store.transaction((tx) =>
    tx.phones.insert({
      ...{ id: "phn_quinn", userId: id, label: "Phone", mode: "offline", deviceId: "ABCD-EFGH-JKMN" },
      ...{ types: ["qr-challenge"], status: "enabled", registrationId: "reg_quinn", createdAtMs: 0 },
      ...{ requestKeyThumbprint: null, requestKey: null, approvalKey: null, biometric: null },
      ...{ challengeKey: "A".repeat(43), phoneName: null, appVersion: null, lastSyncMs: null },
    }),
  );
  expect((await signIn()).status).toBe(403);
});

test("a phone that was stopped is given no seed, and who had it is woken no more once it is rescanned or removed", async () => {
  const { person, portal } = await someone();
  const begun = await begin(portal);
  const phone = await newPhone(rig, begun.body.link);
  const { phoneId, codes } = await register(portal, phone, begun.body.id);
  await phone.finish();
  const subscribe = (of: TestPhone) =>
    of.call("PUT", "/api/v1/phone/web-push", {
      subscription: {
        endpoint: "https://updates.push.services.mozilla.com/wpush/v2/abc",
        keys: { p256dh: "A".repeat(87), auth: "A".repeat(22) },
      },
    });
  const subscription = () => rig.server.ports.store.read((tx) => tx.push.subscriptions.get(phoneId));
  expect((await subscribe(phone)).status).toBe(200);
  for (const endpoint of [
    "https://127.0.0.1/",
    "https://storage.googleapis.com/b",
    "https://fcm.googleapis.com.evil.example/",
    "https://fcm.googleapis.com@10.0.0.1/",
  ]) {
    const keys = { p256dh: "A".repeat(87), auth: "A".repeat(22) };
    const answer = await phone.call("PUT", "/api/v1/phone/web-push", { subscription: { endpoint, keys } });
    expect(answer.status, endpoint).toBe(400);
  }
  const rescan = await begin(portal, { kind: "rescan", phoneId });
  const next = await newPhone(rig, rescan.body.link);
  await register(portal, next, rescan.body.id);
  expect(await subscription(), "until the finish").not.toBeNull();
  await next.finish();
  expect(await subscription()).toBeNull();
  await subscribe(next);

  const at = `/api/v1/users/${person.user.id}/phones/${phoneId}`;
  const sync = () => next.call("POST", "/api/v1/phone/sync", { have: [], appVersion: "1" });
  await rig.call("PATCH", at, { status: "disabled", types: ["totp", "hotp", "push"] });
  const stopped = (await sync()).body;
  expect(stopped).toMatchObject({ status: "disabled" });
  expect(stopped.codes.some(({ secret }: { secret: string | null }) => secret !== null)).toBe(false);
  await rig.call("PATCH", at, { status: "enabled" });
  expect((await sync()).body.codes).toContainEqual(
    expect.objectContaining({ kind: "hotp", secret: expect.any(String) }),
  );
  expect(codes).toHaveLength(1);
  await rig.call("DELETE", at);
  expect(await subscription()).toBeNull();

  const late = await begin(portal);
  const third = await newPhone(rig, late.body.link);
  await register(portal, third, late.body.id);
  await rig.call("PATCH", `/api/v1/users/${person.user.id}`, { status: "disabled" });
  expect((await third.finish()).body, "it would count on the day its person goes on").toEqual({
    state: "ended",
    why: "user-stopped",
  });
});

test("keys that make a secret everybody knows, keys of another, and another's token are refused", async () => {
  const { portal } = await someone();
  const begun = await begin(portal);
  const phone = await newPhone(rig, begun.body.link);
  const other = await newPhone(rig, begun.body.link);
  for (const point of lowOrderPoints) {
    const challengeKey = Buffer.from(point, "hex").toString("base64url");
    expect((await phone.claim({ challengeKey })).status, point).toBe(400);
  }
  expect((await phone.claim({ requestKey: other.keys.request.publicKey })).status).toBe(400);
  expect((await phone.claim({ approvalKey: phone.keys.request.publicKey })).status).toBe(400);
  const off = { ...other.keys.approval.publicKey, y: phone.keys.approval.publicKey.y };
  expect((await phone.claim({ approvalKey: off })).status).toBe(400);
  expect((await phone.claim({ token: "A".repeat(43) })).status).toBe(404);
  const madeUp = { credential: { id: "made up" }, assertion: { id: "made up" } };
  expect((await phone.claim({ biometric: madeUp })).status).toBe(400);
  const nowhere = { token: "A".repeat(43), requestKey: phone.keys.request.publicKey, biometric: null };
  const unknown = await phone.call("POST", "/api/v1/phone-registrations/reg_nobody/claim", {
    ...{ ...nowhere, approvalKey: phone.keys.approval.publicKey, challengeKey: phone.challengeKey },
    ...{ phoneName: "Test phone", appVersion: "0.1.0" },
  });
  expect(unknown.status, "before anything of it is looked at").toBe(404);
  expect((await phone.claim()).status).toBe(200);
  // Not at another origin, and not without a proof.
  const path = `/api/v1/phone-registrations/${begun.body.id}/finish`;
  expect((await rig.call("POST", path)).status).toBe(401);
  expect((await rig.browser("authenticator").call("POST", path)).status).toBe(401);
  expect((await portal.call("POST", path)).status).toBe(404);
});

test("AMB-REG-4: a credential guards a phone's keys only where it answers this very registration, its user verified", async () => {
  const { person, portal } = await someone();
  const begun = await begin(portal);
  const phone = await newPhone(rig, begun.body.link);
  const [origin = "", rpId] = [rig.browser("authenticator").origin, "localhost"];
  const made = { rp: { id: rpId }, user: { id: "b3du" }, challenge: "c29tZSBtb250aHMgYWdv" };
  const { passkey, response: credential } = createSoftPasskey(made, origin);
  const transcript = (own: TestPhone, token = tokenOf(own)) => ({
    registrationId: own.link.registrationId,
    token,
    requestKey: own.keys.request.publicKey,
    approvalKey: own.keys.approval.publicKey,
    challengeKey: own.challengeKey,
  });
  const answer = (to: Uint8Array, bend?: Bend) => {
    const challenge = Buffer.from(to).toString("base64url");
    return JSON.parse(passkey.assertion({ rpId, challenge }, origin, bend));
  };
  const right = biometricChallenge(transcript(phone));
  const other = await newPhone(rig, begun.body.link);
  for (const [what, assertion] of [
    ["for a challenge of before", answer(new Uint8Array(32))],
    ["for another's keys", answer(biometricChallenge(transcript(other)))],
    ["for another code", answer(biometricChallenge(transcript(phone, "B".repeat(43))))],
    ["without its user", answer(right, { userVerified: false })],
    ["by another credential", { ...answer(right), id: "b3RoZXI", rawId: "b3RoZXI" }],
  ] as const)
    expect((await phone.claim({ biometric: { credential, assertion } })).status, what).toBe(400);
  const biometric = { credential, assertion: answer(right) };
  const claimed = await phone.claim({ biometric });
  expect(claimed.status).toBe(200);
  expect((await phone.claim({ biometric })).body, "its answer was lost").toEqual(claimed.body);
  const digits = phone.digits(claimed);
  await portal.call("POST", `${own}/registrations/${begun.body.id}/confirm`, { digits });
  await phone.complete();
  expect((await phone.finish()).body.state).toBe("done");
  const { items } = (await rig.call("GET", `/api/v1/users/${person.user.id}/phones`)).body;
  expect(items).toMatchObject([{ biometric: true }]);
});

const tokenOf = ({ link }: TestPhone) => (link.kind === "online" ? link.token : "");

test("REG-14, AMB-REG-3: a new enterprise registers online, one from before there was a choice offline", async () => {
  await using fresh = await sqlitePlace();
  const server = await createServer({ ...inMemoryConfig, store: fresh.location });
  const { store } = server.ports;
  const online = async () => (await readSettings(server.ports)).authenticatorApp.onlineAccess;
  expect(await online()).toBe(true);
  // As an older version wrote them.
  const older = JSON.stringify({ version: 4, organisationName: "Old ward" });
  await store.transaction((tx) => tx.settings.set("enterprise-settings", older));
  expect([await online(), (await readSettings(server.ports)).organisationName]).toEqual([false, "Old ward"]);
  await server.stop();
});

test("UNI-4: a lock stops a phone until it is ended, and a stolen phone goes with its codes", async () => {
  const { person, portal } = await someone();
  const begun = await begin(portal);
  const phone = await newPhone(rig, begun.body.link);
  const configuration = await register(portal, phone, begun.body.id);
  await phone.finish();
  const user = `/api/v1/users/${person.user.id}`;
  const status = async () =>
    (await phone.call("POST", "/api/v1/phone/sync", { have: [], appVersion: "1" })).body.status;
  const waiting = await begin(portal, { kind: "rescan", phoneId: configuration.phoneId });
  const locked = await rig.call("POST", `${user}/lock`, { reason: "Asked for by his manager" });
  expect(locked.body.lock.authenticators).toContainEqual(
    expect.objectContaining({ id: configuration.phoneId, kind: "phone" }),
  );
  expect(await status()).toBe("disabled");
  const late = await newPhone(rig, waiting.body.link);
  expect((await late.claim()).body.detail).toContain("the user was locked");
  expect((await rig.call("DELETE", `${user}/lock`)).status).toBe(200);
  expect(await status()).toBe("enabled");
  expect(await opens(person, totp(seedOf(configuration)))).toBe(true);

  const stolen = { authenticatorIds: [configuration.phoneId], reason: "Left on the bus" };
  expect((await rig.call("POST", `${user}/stolen-device`, stolen)).status).toBe(200);
  expect((await phone.call("POST", "/api/v1/phone/sync", { have: [], appVersion: "1" })).body.code).toBe(
    "phone-revoked",
  );
  rig.clock.advance(60_000);
  expect(await opens(person, totp(seedOf(configuration)))).toBe(false);
});
