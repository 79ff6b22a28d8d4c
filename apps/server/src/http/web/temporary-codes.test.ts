import type { Right } from "@holdfast/protocol/rights";
import { rights } from "@holdfast/protocol/rights";
import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../testing/rig.ts";
import { code, newPerson, secretOf } from "../../testing/rig.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { giveRole, sessionEvents, signInAt, startWebRig } from "../../testing/web-rig.ts";

/** Who may do what about temporary codes, at the console and as the person himself. */

let rig: WebRig;
let helper: Person;
let nora: Person;
let console: Browser;
let roleId: string;
beforeAll(async () => {
  rig = await startWebRig();
  [helper, nora] = [await newPerson(rig, "helper"), await newPerson(rig, "nora")];
  roleId = (await rig.call("POST", "/api/v1/roles", { name: "Codes", rights: [] })).body.id;
  await giveRole(rig, helper, roleId);
  await setRights(rights);
  console = rig.browser("console");
  await signInAt(console, helper, 0);
  await allow(true, rig.call);
});
afterAll(() => rig.stop());

type Call = (method: "PUT", path: string, body: object) => Promise<{ status: number }>;
const allow = (allowed: boolean, call: Call) =>
  call("PUT", "/api/v1/settings/temporary-codes", {
    temporaryCodes: { ...defaultTemporaryCodeSettings, allowed },
  });
const setRights = (some: readonly Right[], scope: object | string = "enterprise") =>
  rig.call("PATCH", `/api/v1/roles/${roleId}`, { rights: [...some], scope });
const pathOf = (who: Person) => `/api/v1/users/${who.user.id}/temporary-code`;
const wanted = { use: "once", lifetime: "PT1H", reason: "Called back" };
const generateFor = (who: Person) => console.call("POST", pathOf(who), wanted);
const stateOf = async (who: Person) => (await console.call("GET", pathOf(who))).body;
const without = (...some: Right[]) => rights.filter((right) => !some.includes(right));

describe("rights", () => {
  test("TC-13, TC-14: of the roles that come with the product only the superadministrator has them", async () => {
    const { items } = (await rig.call("GET", "/api/v1/roles")).body;
    const having = items.filter((role: { rights: Right[] }) =>
      role.rights.some((right) => right.endsWith(".temporary-codes")),
    );
    expect(having.map(({ name }: { name: string }) => name).sort()).toEqual(["Codes", "Superadministrator"]);
  });

  test("TC-15: who has the one right switches the feature, and generates nothing", async () => {
    await setRights(without("users.temporary-codes"));
    expect((await allow(false, console.call as Call)).status).toBe(200);
    expect((await allow(true, console.call as Call)).status).toBe(200);
    expect((await generateFor(nora)).status).toBe(403);
    expect((await console.call("DELETE", pathOf(nora))).status).toBe(403);
    expect(await stateOf(nora)).toMatchObject({ eligible: true, allowed: true, may: false });
  });

  test("TC-16: who has the other generates, replaces and revokes, and does not switch it", async () => {
    await setRights(["users.read", "users.temporary-codes"]);
    expect((await allow(false, console.call as Call)).status).toBe(403);
    expect(await stateOf(nora)).toMatchObject({ may: true });
    for (let time = 0; time < 2; time++) expect((await generateFor(nora)).status).toBe(200);
    expect(await stateOf(nora)).toMatchObject({ active: { createdBy: `user:${helper.user.id}` } });
    expect((await console.call("DELETE", pathOf(nora))).status).toBe(204);
  });

  test("TC-47: nobody generates for himself, whatever his rights, and the attempt is in the audit", async () => {
    await setRights(rights);
    expect(await stateOf(helper)).toMatchObject({ may: false });
    const refused = await generateFor(helper);
    expect([refused.status, refused.body.code]).toEqual([403, "forbidden"]);
    const [event] = await sessionEvents(rig, "administration-refused");
    expect(event).toMatchObject({ reason: "oneself", detail: { action: "users.temporary-codes" } });
  });

  test("nor for somebody above himself, or outside of his groups", async () => {
    const boss = await newPerson(rig, "boss");
    await giveRole(rig, boss, "superadministrator");
    await setRights(without("audit.export"));
    expect((await generateFor(boss)).status).toBe(403);
    const group = (await rig.call("POST", "/api/v1/groups", { name: "Ward" })).body.id;
    await setRights(rights, { groupIds: [group] });
    expect((await generateFor(nora)).status).toBe(404);
    expect((await console.call("GET", pathOf(nora))).status).toBe(404);
    await setRights(rights);
  });
});

test("TC-6: a method that the person enrols at the portal ends the code as well", async () => {
  const portal = rig.browser("portal");
  await signInAt(portal, nora, 0);
  expect((await generateFor(nora)).status).toBe(200);
  const enrolled = await portal.call("POST", "/api/v1/me/authenticators", { kind: "pin", pin: "271828" });
  expect(enrolled.status).toBe(201);
  expect(await stateOf(nora)).toMatchObject({ active: null });
});

test("TC-6: an authenticator app that the person enrols ends it with its first code, and not before", async () => {
  const portal = rig.browser("portal");
  const otto = await newPerson(rig, "otto");
  await signInAt(portal, otto, 0);
  expect((await generateFor(otto)).status).toBe(200);
  const begun = await portal.call("POST", "/api/v1/me/authenticators", { kind: "totp" });
  expect(begun.status).toBe(201);
  expect((await stateOf(otto)).active).not.toBeNull();
  const path = `/api/v1/me/authenticators/${begun.body.authenticator.id}/trial`;
  const app = { secret: secretOf(begun.body.otpauthUri) };
  const first = code(app, Math.floor(rig.clock.now() / 30_000));
  expect((await portal.call("POST", path, { code: first })).body).toEqual({ right: true });
  expect((await stateOf(otto)).active).toBeNull();
});

test("TC-28: a lock and the report of a stolen device end the code that there was", async () => {
  for (const [act, body] of [
    ["lock", { reason: "Asked for" }],
    ["stolen-device", { authenticatorIds: [], reason: "Lost" }],
  ] as const) {
    const lost = await newPerson(rig, `lost-${act}`);
    expect((await generateFor(lost)).status).toBe(200);
    const answer = await console.call("POST", `/api/v1/users/${lost.user.id}/${act}`, body);
    expect([answer.status, answer.body.ended]).toMatchObject([200, { codesAndChallenges: 1 }]);
    expect(await stateOf(lost)).toMatchObject({ active: null });
  }
});

test("a code opens neither console nor portal, also for who has the right to give some out (TC-9)", async () => {
  const typed = (await rig.call("POST", pathOf(helper), { ...wanted, use: "multiple" })).body.code;
  for (const app of ["console", "portal"] as const) {
    const given = [
      { factor: "password", value: helper.password },
      { factor: "temporary-code", value: typed },
    ];
    const answer = await rig
      .browser(app)
      .call("POST", "/api/v1/session/sign-in", { userName: "helper", given });
    expect([answer.status, answer.body.reason]).toEqual([403, "wrong-credentials"]);
  }
  const reasons = (await sessionEvents(rig, "sign-in")).slice(0, 2).map(({ reason }) => reason);
  expect(reasons).toEqual(["workflow-not-allowed", "workflow-not-allowed"]);
});
