import type { UserLockView } from "@holdfast/protocol/lock-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestEndpoint } from "../../testing/endpoint.ts";
import {
  contact,
  enrol,
  happened,
  holdBundle,
  offlineSuccess,
  requestBundle,
  signInAt,
} from "../../testing/endpoint.ts";
import {
  code,
  newAttemptId,
  newPerson,
  newPolicy,
  type Person,
  type Rig,
  startRig,
} from "../../testing/rig.ts";
import { signInAt as signInAtWeb, startWebRig, type WebRig } from "../../testing/web-rig.ts";
import { createSessions } from "../sessions/sessions.ts";

let rig: Rig;
let web: WebRig;
let policyId: string;
beforeAll(async () => {
  rig = await startRig();
  web = await startWebRig();
  policyId = await newPolicy(rig, "Ward", { offline: { enabled: true } });
});
afterAll(async () => {
  await rig.stop();
  await web.stop();
});

const lockUrl = ({ user }: Person) => `/api/v1/users/${user.id}/lock`;
const theftUrl = ({ user }: Person) => `/api/v1/users/${user.id}/stolen-device`;
const lockOf = async (person: Person): Promise<UserLockView> => (await rig.call("GET", lockUrl(person))).body;
const statesOf = ({ endpoints }: UserLockView) =>
  endpoints.map(({ endpointName, state, offlineSignInsLeft, usableUntilMs }) => ({
    [endpointName]: [state, offlineSignInsLeft, usableUntilMs],
  }));

/** The endpoint hears its orders, carries them out and says so. */
async function obeys(endpoint: TestEndpoint, person: Person): Promise<number> {
  const { revocations } = await contact(endpoint);
  for (const { id } of await pendingAt(endpoint, person))
    happened(endpoint, rig.clock.now(), { type: "revocation-done", revocationId: id });
  await contact(endpoint);
  return revocations.length;
}

const pendingAt = (endpoint: TestEndpoint, { user }: Person) =>
  rig.server.ports.store.read(async (tx) =>
    (await tx.revocations.pending(endpoint.id)).filter(({ userId }) => userId === user.id),
  );

test("UNI-4: a lock ends everything in one act, and says until when each endpoint may still honour it", async () => {
  const ada = await newPerson(rig, "ada", { policyId });
  const near = await enrol(rig, "near");
  const away = await enrol(rig, "away");
  const gone = await enrol(rig, "gone");
  const bystander = await enrol(rig, "bystander");
  for (const [counter, endpoint] of [near, away, gone].entries())
    await holdBundle(rig, endpoint, ada, counter);
  const bob = await newPerson(rig, "bob", { policyId });
  await holdBundle(rig, bystander, bob, 0);
  await rig.call("POST", `/api/v1/endpoints/${gone.id}/revocation`);
  const held = await rig.server.ports.store.read((tx) => tx.bundles.get(away.id, ada.user.id));
  const codes = held?.maxSignIns ?? 0;
  const untilMs = held?.notAfterMs ?? 0;
  expect(codes).toBeGreaterThan(1);

  const locked = await rig.call("POST", lockUrl(ada), { reason: "Left the hospital in anger" });
  expect([locked.status, locked.body.ended]).toEqual([
    200,
    { sessions: 0, authenticators: 1, appPasswords: 0, codesAndChallenges: 0, apiKeys: [] },
  ]);
  expect(locked.body.lock).toMatchObject({ reason: "Left the hospital in anger", by: expect.any(String) });
  expect(statesOf(locked.body)).toEqual([
    { away: ["pending", codes, untilMs] },
    { gone: ["pending", expect.any(Number), expect.any(Number)] },
    { near: ["pending", codes, untilMs] },
  ]);
  expect((await rig.call("POST", lockUrl(ada), { reason: "again" })).status).toBe(409);
  expect((await signInAt(away, ada, 5)).body).toMatchObject({ reason: "user-disabled" });
  expect((await rig.call("GET", `/api/v1/users/${ada.user.id}`)).body).toMatchObject({
    status: "disabled",
    tokens: [{ status: "disabled" }],
  });

  expect(await obeys(near, ada)).toBe(1);
  expect(statesOf(await lockOf(ada))).toContainEqual({ near: ["done", 0, null] });
  // The other used codes before it heard; it says so at its return, and nothing of that is lost.
  happened(away, rig.clock.now(), offlineSuccess(ada, 6));
  rig.clock.advance(untilMs - rig.clock.now());
  expect(statesOf(await lockOf(ada)), "its right has ended by itself").toContainEqual({
    away: ["pending", 0, null],
  });
  expect(await obeys(away, ada)).toBe(1);
  expect(statesOf(await lockOf(ada))).toContainEqual({ away: ["done", 0, null] });
  expect(statesOf(await lockOf(bob))).toEqual([]);
  // Disabled in the usual way, his endpoint is listed for as long as it has not done it.
  await rig.call("PATCH", `/api/v1/users/${bob.user.id}`, { status: "disabled" });
  expect((await lockOf(bob)).endpoints.map(({ state }) => state)).toEqual(["pending"]);
  await obeys(bystander, bob);
  expect(statesOf(await lockOf(bob))).toEqual([]);
});

test("UNI-4: sessions, application passwords, temporary and bypass codes end with it", async () => {
  const zoe = await newPerson(web, "zoe", {
    policyId: await newPolicy(web, "Ward", { offline: { enabled: true } }),
  });
  const desk = await enrol(web, "desk-3");
  await holdBundle(web, desk, zoe, 0);
  const portal = web.browser("portal");
  await signInAtWeb(portal, zoe, 1);
  expect((await portal.call("POST", "/api/v1/me/app-passwords", { name: "Mail" })).status).toBe(201);
  const url = `/api/v1/users/${zoe.user.id}`;
  const limits = { longest: "P14D", onceOnly: false, length: 10, alphabet: "letters-and-digits" };
  const temporaryCodes = { allowed: true, ...limits };
  const set = await web.call("PUT", "/api/v1/settings/temporary-codes", { temporaryCodes });
  expect(set.status).toBe(200);
  const given = await web.call("POST", `${url}/temporary-code`, {
    ...{ use: "multiple", lifetime: "PT1H", reason: "Left it at home" },
  });
  expect(given.status).toBe(200);
  const bypass = await web.call("POST", `${url}/bypass-codes`, { endpointId: desk.id });
  expect(bypass.status).toBe(200);
  const locked = await web.call("POST", `${url}/lock`, { reason: "Two of her at once" });
  expect(locked.body.ended).toEqual({
    sessions: 1,
    authenticators: 1,
    appPasswords: 1,
    codesAndChallenges: 2,
    apiKeys: [],
  });
  const held = await web.server.ports.store.read((tx) => tx.bundles.get(desk.id, zoe.user.id));
  expect(
    locked.body.endpoints[0].offlineSignInsLeft,
    "the code that was read out goes beyond",
  ).toBeGreaterThan(held?.maxSignIns ?? 0);
  expect((await portal.call("GET", "/api/v1/me")).status).toBe(401);
  expect((await web.call("GET", `${url}/temporary-code`)).body.active).toBeNull();
  expect((await web.call("POST", `${url}/bypass-codes`, { endpointId: desk.id })).status).toBe(409);
});

test.each([
  ["a lock", (person: Person) => rig.call("POST", lockUrl(person), { reason: "Now" }), "user-disabled"],
  [
    "a stolen device",
    (person: Person) =>
      rig.call("POST", theftUrl(person), { authenticatorIds: [person.token.id], reason: "Now" }),
    "no-token",
  ],
] as const)(
  "UNI-4: a sign-in that was under way when %s was reported goes nowhere",
  async (name, stop, why) => {
    const person = await newPerson(rig, name.replaceAll(" ", "-"));
    const desk = await enrol(rig, `desk of ${name}`);
    const begun = await desk.call("POST", "/api/v1/sign-ins", {
      attemptId: newAttemptId(),
      userName: person.user.userName,
      workflow: "workstation",
      given: [{ factor: "password", value: person.password }],
    });
    expect(begun.body.status).toBe("asking");
    expect((await stop(person)).status).toBe(200);
    const { continuation } = begun.body;
    const given = { factor: "hotp", value: code(person, 0) };
    const ended = await desk.call("POST", "/api/v1/sign-ins/steps", { continuation, given });
    expect(ended.body).toMatchObject({ code: "sign-in-refused", reason: why });
  },
);

test("UNI-4: only who ends the lock enables again, and exactly what the lock disabled", async () => {
  const eve = await newPerson(rig, "eve");
  const url = `/api/v1/users/${eve.user.id}`;
  const off = await rig.call("POST", `${url}/tokens`, { label: "Left at home" });
  await rig.call("PATCH", `/api/v1/tokens/${off.body.token.id}`, { status: "disabled" });
  expect((await rig.call("DELETE", lockUrl(eve))).status).toBe(409);
  expect((await rig.call("POST", lockUrl(eve), { reason: "Asked by security" })).status).toBe(200);
  const edit = await rig.call("PATCH", url, { status: "active" });
  expect([edit.status, edit.body.detail]).toEqual([409, expect.stringContaining("end the lock first")]);
  expect((await rig.call("DELETE", lockUrl(eve))).body.lock).toBeNull();
  const { status, tokens } = (await rig.call("GET", url)).body;
  expect([status, tokens.map((one: { status: string }) => one.status)]).toEqual([
    "active",
    ["enabled", "disabled"],
  ]);
  const desk = await enrol(rig, "desk");
  expect((await signInAt(desk, eve, 0)).body.status).toBe("succeeded");
});

test("TC-28 to TC-31: a stolen device's enrolments are gone for good, its bundles are ordered away, and the person goes on", async () => {
  const ida = await newPerson(rig, "ida", { policyId });
  const desk = await enrol(rig, "desk-2");
  await holdBundle(rig, desk, ida, 0);
  const { grant } = (await signInAt(desk, ida, 1)).body;
  const report = { authenticatorIds: [ida.token.id], reason: "Stolen on the train" };
  const foreign = await rig.call("POST", theftUrl(ida), { ...report, authenticatorIds: ["tok_of_others"] });
  expect(foreign.status, "nothing is done where one of them is not hers").toBe(404);
  expect((await signInAt(desk, ida, 2)).body.status).toBe("succeeded");

  const answer = await rig.call("POST", theftUrl(ida), report);
  expect([answer.status, answer.body.ended.authenticators]).toEqual([200, 1]);
  expect(answer.body.stolenDevice.authenticators).toEqual([
    { id: ida.token.id, kind: "hotp", label: "Key fob" },
  ]);
  expect(statesOf(answer.body)).toEqual([{ "desk-2": ["pending", expect.any(Number), expect.any(Number)] }]);
  expect((await rig.call("GET", `/api/v1/users/${ida.user.id}`)).body.status).toBe("active");
  expect((await signInAt(desk, ida, 3)).body.reason).toBe("no-token");
  expect((await requestBundle(desk, ida, { grant })).body.code, "a sign-in of before brings no bundle").toBe(
    "grant-invalid",
  );
  expect((await rig.call("PATCH", `/api/v1/tokens/${ida.token.id}`, { status: "enabled" })).status).toBe(409);
});

test("TC-29, TC-45: what follows is said before it is done, with the policies that mend it", async () => {
  const lax = { enrolment: { delaySignIns: 3, remoteDelaySignIns: null } };
  const signs = { workflows: { "order-signing": [["password"], ["passkey"]] } };
  const laxId = await newPolicy(rig, "Lax", { ...lax, ...signs });
  const strictId = await newPolicy(rig, "Strict", { enrolment: { delaySignIns: 0, remoteDelaySignIns: 0 } });
  const una = await newPerson(rig, "una", { policyId: laxId });
  const codesOf = (body: { cautions: { code: string }[] }) => body.cautions.map(({ code }) => code);
  const all = await rig.call("GET", theftUrl(una));
  expect([codesOf(all.body), all.body.mayMove]).toEqual([["password-only"], true]);
  expect(all.body.cautions[0].message).toContain("remote access and the portal with the password only");
  expect(all.body.cautions[0].message).toContain("indefinitely");
  const offered = all.body.policies.map(({ id }: { id: string }) => id);
  expect(offered).toContain(strictId);
  expect(offered).not.toContain(laxId);

  const second = await rig.call("POST", `/api/v1/users/${una.user.id}/tokens`, { label: "Other" });
  expect(codesOf((await rig.call("GET", `${theftUrl(una)}?authenticatorIds=${una.token.id}`)).body)).toEqual(
    [],
  );
  const ids = [una.token.id, second.body.token.id];
  const report = { authenticatorIds: ids, reason: "Lost", moveToPolicyId: strictId };
  expect((await rig.call("POST", theftUrl(una), report)).status).toBe(200);
  const moved = await rig.call("GET", `/api/v1/users/${una.user.id}`);
  expect(moved.body.policyId).toBe(strictId);
  expect(codesOf((await rig.call("GET", theftUrl(una))).body), "nothing is put off there").toEqual([]);
});

test("UNI-4: a sign-in that succeeded just before a report opens no session after it", async () => {
  const rita = await newPerson(rig, "rita", { policyId });
  const { ports } = rig.server;
  const sessions = createSessions(ports);
  const proven = { userId: rita.user.id, factors: ["password", "hotp"] as const, credentialEpoch: 1 };
  const whence = { address: "198.51.100.1", userAgent: "" };
  const begunAtMs = rig.clock.now();
  rig.clock.advance(1);
  const stolen = { authenticatorIds: [], reason: "Taken from the ward" };
  expect((await rig.call("POST", theftUrl(rita), stolen)).status).toBe(200);
  expect((await sessions.start("portal", proven, whence, begunAtMs)).kind).toBe("refused");
  expect((await sessions.start("portal", proven, whence, rig.clock.now())).kind).toBe("ok");
});
