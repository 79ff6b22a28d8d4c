import { rights } from "@holdfast/protocol/rights";
import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpoint } from "../store/testing/samples.ts";
import type { Person } from "../testing/rig.ts";
import { newPerson } from "../testing/rig.ts";
import type { Browser, WebAnswer, WebRig } from "../testing/web-rig.ts";
import { giveRole, signInAt, startWebRig } from "../testing/web-rig.ts";
import type { Access, Route } from "./route.ts";

/** Every route that administrators call, tried by administrators who may not (STYLE habit 10). */

let rig: WebRig;
let kim: Person;
let outsider: Person;
let console: Browser;
let groupId: string;
const roleId = () => kimsRole;
let kimsRole = "";
/** Ids of what is outside of Kim's group, by the kind of thing that a route is about. */
const outside: Record<string, string> = {};

beforeAll(async () => {
  rig = await startWebRig();
  kim = await newPerson(rig, "kim");
  outsider = await newPerson(rig, "outsider");
  const insider = await newPerson(rig, "insider");
  const make = async (url: string, body: object) => {
    const made = await rig.call("POST", url, body);
    expect([url, made.status]).toEqual([url, 201]);
    return made.body;
  };
  groupId = (await make("/api/v1/groups", { name: "Ward" })).id;
  const [inside, far] = [endpoint("inside"), endpoint("far-away")];
  await rig.server.ports.store.transaction(async (tx) => {
    for (const one of [inside, far]) await tx.endpoints.insert(one);
    for (const [id, userId, endpointId] of [
      ["alr_inside", insider.user.id, null],
      ["alr_outside", outsider.user.id, far.id],
    ] as const)
      await tx.alerts.insert({
        id,
        kind: "counter-jump",
        atMs: tx.now(),
        userId,
        endpointId,
        detail: {},
        status: "open",
      });
  });
  const members = { add: { userIds: [insider.user.id], endpointIds: [inside.id] } };
  expect((await rig.call("PATCH", `/api/v1/groups/${groupId}/members`, members)).status).toBe(200);
  await make("/api/v1/endpoint-enrolments", { name: "inside", groupIds: [groupId] });
  const fobs = ["inside", "far-away"].map((serial) => `${serial},3132333435363738393031323334353637383930`);
  const file = { format: "csv", content: ["serial,secret", ...fobs].join("\n") };
  expect((await rig.call("POST", "/api/v1/token-imports", file)).status).toBe(200);
  await make(`/api/v1/users/${insider.user.id}/hardware-tokens`, { serial: "inside" });
  await make(`/api/v1/users/${outsider.user.id}/hardware-tokens`, { serial: "far-away" });
  kimsRole = (await make("/api/v1/roles", { name: "Kim's", rights: [...rights] })).id;
  Object.assign(outside, {
    user: outsider.user.id,
    token: outsider.token.id,
    endpoint: far.id,
    alert: "alr_outside",
    authenticator: (await make(`/api/v1/users/${outsider.user.id}/authenticators`, { kind: "recovery-code" }))
      .authenticator.id,
    enrolment: (await make("/api/v1/endpoint-enrolments", { name: "far-away" })).id,
    group: (await make("/api/v1/groups", { name: "Elsewhere" })).id,
    role: (await make("/api/v1/roles", { name: "Other", rights: [] })).id,
    policy: (await make("/api/v1/policies", { name: "Other" })).id,
    window: (
      await make("/api/v1/maintenance-windows", {
        name: "Upgrade",
        fromMs: rig.clock.now() + 3_600_000,
        toMs: rig.clock.now() + 7_200_000,
      })
    ).id,
    "api-key": (await make("/api/v1/api-keys", { name: "Other", scopes: ["read"] })).id,
  });
  await giveRole(rig, kim, kimsRole);
  console = rig.browser("console");
  await signInAt(console, kim, 0);
});
afterAll(() => rig.stop());

type Administrated = Route & { access: Extract<Access, { by: "administrator" }> };
/** `/metrics` is not served at the console's origin: programs alone read it. */
const administrated = () =>
  rig.server.routes.filter(
    (one): one is Administrated => one.access.by === "administrator" && one.url.startsWith("/api/"),
  );
const nameOf = ({ method, url }: Route) => `${method} ${url}`;
const change = (body: object) => rig.call("PATCH", `/api/v1/roles/${roleId()}`, body);
const call = ({ method, url }: Route, id = "x", body?: unknown): Promise<WebAnswer> =>
  console.call(
    method,
    url.replace(":id", id),
    method === "GET" || method === "DELETE" ? undefined : (body ?? {}),
  );

test("no route is left out of authorization: all that are not an administrator's are known", () => {
  const others = rig.server.routes.filter(({ access }) => access.by !== "administrator");
  const open = others.filter(({ access }) => access.by === "anybody").map(nameOf);
  expect(open.sort()).toEqual([
    "GET /.well-known/holdfast-signing-keys",
    "GET /api/v1/certificate-authority",
    "GET /api/v1/manifest",
    "GET /api/v1/openapi.json",
    "GET /api/v1/product",
    "GET /api/v1/reference",
    "GET /healthz",
    "GET /readyz",
    "POST /api/v1/setup",
  ]);
  expect(administrated().length).toBeGreaterThan(60);
});

test("without the one right that a route needs, every other right does not help", async () => {
  for (const right of rights) {
    await change({ rights: rights.filter((one) => one !== right), scope: "enterprise" });
    for (const route of administrated().filter(({ access }) => access.right === right)) {
      const answer = await call(route);
      expect([nameOf(route), answer.status, answer.body.code]).toEqual([nameOf(route), 403, "forbidden"]);
      expect(answer.body.detail).toContain(right);
    }
  }
});

test("dangerous acts want a fresh sign-in, and nothing else does", async () => {
  await change({ rights: [...rights], scope: "enterprise" });
  const settings = { freshSignIn: "PT2M" };
  expect((await rig.call("PATCH", "/api/v1/settings", settings)).status).toBe(200);
  rig.clock.advance(2 * 60_000);
  for (const route of administrated().filter(({ url }) => url !== "/api/v1/live")) {
    const { status, body } = await call(route);
    const refused = status === 401 && body.code === "fresh-sign-in-required";
    expect([nameOf(route), refused]).toEqual([nameOf(route), route.access.fresh === true]);
  }
  const edit = `/api/v1/users/${outsider.user.id}`;
  for (const [body, stale] of [
    [{ displayName: "Outsider" }, false],
    [{ displayName: "Outsider", status: "active" }, true],
    [{ policyId: outside.policy }, true],
  ] as const) {
    const { body: said } = await console.call("PATCH", edit, body);
    expect([body, said.code === "fresh-sign-in-required"]).toEqual([body, stale]);
  }
  const changing = administrated().filter(
    ({ access, method }) => access.right.startsWith("properties.") && method !== "GET",
  );
  expect(changing.filter(({ access }) => !access.fresh).map(nameOf)).toEqual([]);
  await signInAt(console, kim, 1);
});

test("who changes keys and has not every right makes no backup, which holds everybody's secrets", async () => {
  const body = { secret: { kind: "passphrase", passphrase: "a passphrase for backups" } };
  const make = () => console.call("POST", "/api/v1/backups", { ...body, withMasterKeys: true });
  await change({ rights: ["properties.keys"], scope: "enterprise" });
  const answer = await make();
  expect([answer.status, answer.body?.code]).toEqual([403, "forbidden"]);
  expect(answer.body.detail).toContain("every right concerned");
  await change({ rights: [...rights], scope: "enterprise" });
  expect((await make()).status).not.toBe(403);
});

test("with one right less, nothing is changed about a superadministrator by any route", async () => {
  const boss = await newPerson(rig, "boss");
  await giveRole(rig, boss, "superadministrator");
  // There are two, so that it is not the rule of the last one that refuses.
  await giveRole(rig, outsider, "superadministrator");
  await change({ rights: rights.filter((right) => right !== "audit.export"), scope: "enterprise" });
  const ids: Readonly<Record<string, string>> = { user: boss.user.id, token: boss.token.id };
  const before = await rig.call("GET", `/api/v1/users/${boss.user.id}`);
  let tried = 0;
  for (const route of administrated()) {
    const [, kind = "", body] = fromOutside[nameOf(route)] ?? ["refused"];
    const id = ids[kind];
    if (route.method === "GET" || id === undefined) continue;
    const url = route.url
      .replace(":id", id)
      .replace(":authenticatorId", outside.authenticator ?? "x")
      .replace(/:(?:proofId|phoneId)/, "x");
    const answer = await console.call(route.method, url, body === null ? undefined : body);
    // Another user's authenticator is not there under this one, whoever asks.
    const expected = route.url.includes(":authenticatorId") ? [403, 404] : [403];
    expect([nameOf(route), answer.text, expected.includes(answer.status)]).toEqual([
      nameOf(route),
      answer.text,
      true,
    ]);
    tried += 1;
  }
  expect(tried).toBeGreaterThan(10);
  expect((await rig.call("GET", `/api/v1/users/${boss.user.id}`)).body).toEqual(before.body);
  await giveRole(rig, outsider, null);
  await giveRole(rig, boss, null);
});

/**
 * What a role with every right, held to one group, gets of each route when it asks for what is outside. A new route
 * fails here until it says so.
 * - refused: 403 or 404, and nothing happens
 * - filtered: a list, without what is outside
 * - shared: nothing in it is anybody's in particular
 */
type Expected = "refused" | "filtered" | "shared";
const fromOutside: Readonly<Record<string, readonly [Expected, id?: string, body?: unknown]>> = {
  "GET /api/v1/senders": ["refused"],
  "GET /api/v1/radius": ["shared"],
  "POST /api/v1/radius/clients": ["refused", "", { name: "vpn", address: "192.0.2.1" }],
  "PATCH /api/v1/radius/clients/:id": ["refused", "", { name: "vpn" }],
  "POST /api/v1/radius/clients/:id/secret": ["refused"],
  "DELETE /api/v1/radius/clients/:id": ["refused"],
  "POST /api/v1/radius/servers": ["refused", "", { name: "radius-1", certificateHash: null }],
  "DELETE /api/v1/radius/servers/:id": ["refused"],
  "GET /api/v1/senders/caught": ["refused"],
  "PUT /api/v1/senders/email": ["refused", "", { kind: "catcher", codeDigits: 6 }],
  "PUT /api/v1/senders/sms": ["refused", "", { kind: "catcher", codeDigits: 6 }],
  "DELETE /api/v1/senders/:channel": ["refused"],
  "POST /api/v1/senders/:channel/test": ["refused", "", { to: "+491701234567" }],
  "POST /api/v1/users/:id/authenticators/proofs": [
    "refused",
    "user",
    { kind: "sms-code", address: "+491701234567" },
  ],
  "POST /api/v1/users/:id/authenticators/proofs/:proofId": ["refused", "user", { code: "123456" }],
  "GET /api/v1/users": ["filtered"],
  "POST /api/v1/users": ["refused", "", { userName: "new", groupIds: [] }],
  "GET /api/v1/users/:id": ["refused", "user"],
  "PATCH /api/v1/users/:id": ["refused", "user", { displayName: "Changed" }],
  "DELETE /api/v1/users/:id": ["refused", "user"],
  "PUT /api/v1/users/:id/password": ["refused", "user", { password: "a new password" }],
  "POST /api/v1/users/:id/unlock": ["refused", "user", null],
  "GET /api/v1/users/:id/lock": ["refused", "user"],
  "POST /api/v1/users/:id/lock": ["refused", "user", { reason: "Asked for by his manager" }],
  "DELETE /api/v1/users/:id/lock": ["refused", "user"],
  "GET /api/v1/users/:id/stolen-device": ["refused", "user"],
  "POST /api/v1/users/:id/stolen-device": ["refused", "user", { authenticatorIds: [], reason: "Lost" }],
  "GET /api/v1/users/:id/proofing": ["refused", "user"],
  "POST /api/v1/users/:id/proofing": [
    "refused",
    "user",
    {
      method: "in-person",
      evidence: [{ kind: "Passport", strength: "superior" }],
      authenticatorIds: ["aut_1"],
    },
  ],
  "POST /api/v1/users/:id/proofing/confirmation": ["refused", "user", { proofingId: "prf_1" }],
  "DELETE /api/v1/users/:id/proofing": ["refused", "user"],
  "GET /api/v1/users/:id/push": ["refused", "user"],
  "PUT /api/v1/users/:id/push": ["refused", "user", { enabled: true, requireBiometric: false }],
  "POST /api/v1/push-changes": [
    "shared",
    "",
    { userIds: ["usr_nobody"], enabled: true, requireBiometric: false },
  ],
  "GET /api/v1/users/:id/temporary-code": ["refused", "user"],
  "POST /api/v1/users/:id/temporary-code": [
    "refused",
    "user",
    { use: "once", lifetime: "PT1H", reason: "Called back" },
  ],
  "DELETE /api/v1/users/:id/temporary-code": ["refused", "user"],
  "GET /api/v1/users/:id/bypass": ["refused", "user"],
  "POST /api/v1/users/:id/bypass-codes": ["refused", "user", { endpointId: "ep_1" }],
  "POST /api/v1/users/:id/bypass-responses": [
    "refused",
    "user",
    { endpointId: "ep_1", challenge: "12345678" },
  ],
  "POST /api/v1/users/:id/tokens": ["refused", "user", { label: "new" }],
  "POST /api/v1/users/:id/hardware-tokens": ["refused", "user", { serial: "inside" }],
  "POST /api/v1/token-imports": ["refused", "", { format: "csv", content: "serial,secret" }],
  "GET /api/v1/token-stock": ["filtered"],
  "DELETE /api/v1/token-stock/:id": ["refused"],
  "GET /api/v1/users/:id/authenticators": ["refused", "user"],
  "POST /api/v1/users/:id/authenticators": ["refused", "user", { kind: "recovery-code" }],
  "PATCH /api/v1/users/:id/authenticators/:authenticatorId": ["refused", "user", { label: "Changed" }],
  "DELETE /api/v1/users/:id/authenticators/:authenticatorId": ["refused", "user"],
  "POST /api/v1/users/:id/authenticators/:authenticatorId/trial": ["refused", "user", { code: "123456" }],
  "GET /api/v1/users/:id/phones": ["refused", "user"],
  "PATCH /api/v1/users/:id/phones/:phoneId": ["refused", "user", { label: "Changed" }],
  "DELETE /api/v1/users/:id/phones/:phoneId": ["refused", "user"],
  "GET /api/v1/settings/authenticator-app": ["refused", ""],
  "PUT /api/v1/settings/authenticator-app": [
    "refused",
    "",
    { authenticatorApp: { onlineAccess: false, types: ["totp"] } },
  ],
  "GET /api/v1/tokens": ["filtered"],
  "GET /api/v1/tokens/:id": ["refused", "token"],
  "PATCH /api/v1/tokens/:id": ["refused", "token", { label: "Changed" }],
  "POST /api/v1/tokens/:id/resynchronisation": ["refused", "token", { first: "111111", second: "222222" }],
  "POST /api/v1/tokens/:id/revocation": ["refused", "token", null],
  "GET /api/v1/tokens/:id/cache-recommendation": ["refused", "token"],
  "POST /api/v1/tokens/:id/cache-recommendation": ["refused", "token", {}],
  "POST /api/v1/cache-size": ["shared", "", { loginsPerDay: 4, daysOffline: 5 }],

  "GET /api/v1/endpoints": ["filtered"],
  "GET /api/v1/endpoints/:id": ["refused", "endpoint"],
  "POST /api/v1/endpoints/:id/revocation": ["refused", "endpoint", null],
  "PUT /api/v1/endpoints/:id/distrust": ["refused", "endpoint", null],
  "DELETE /api/v1/endpoints/:id/distrust": ["refused", "endpoint"],
  "GET /api/v1/endpoint-enrolments": ["filtered"],
  "POST /api/v1/endpoint-enrolments": ["refused", "", { name: "new", groupIds: [] }],
  "DELETE /api/v1/endpoint-enrolments/:id": ["refused", "enrolment"],
  "GET /api/v1/client-profiles/wlm": ["shared"],
  "GET /api/v1/offline-outlook": ["filtered"],
  "GET /api/v1/outage": ["filtered"],
  "GET /api/v1/outage/people": ["filtered"],
  "GET /api/v1/setup-checklist": ["filtered"],
  "GET /api/v1/maintenance-windows": ["shared"],
  "POST /api/v1/maintenance-windows": ["refused"],
  "POST /api/v1/maintenance-windows/:id/cancellation": ["refused", "window", null],
  "GET /api/v1/maintenance-windows/:id/readiness": ["filtered", "window"],

  "GET /api/v1/audit": ["filtered"],
  "GET /api/v1/audit/export": ["filtered"],
  "GET /api/v1/audit/chains": ["refused"],
  "GET /api/v1/alerts": ["filtered"],
  "POST /api/v1/alerts/:id/closing": ["refused", "alert", null],

  "GET /api/v1/policies": ["shared"],
  "GET /api/v1/policies/:id": ["shared", "policy"],
  "POST /api/v1/policies": ["refused", "", { name: "new" }],
  "PATCH /api/v1/policies/:id": ["refused", "policy", { name: "Changed" }],
  "DELETE /api/v1/policies/:id": ["refused", "policy"],
  "GET /api/v1/rights": ["shared"],
  "GET /api/v1/roles": ["shared"],
  "GET /api/v1/roles/:id": ["shared", "role"],
  "POST /api/v1/roles": ["refused", "", { name: "new", rights: [] }],
  "PATCH /api/v1/roles/:id": ["refused", "role", { name: "Changed" }],
  "DELETE /api/v1/roles/:id": ["refused", "role"],
  "GET /api/v1/administrators": ["filtered"],
  "GET /api/v1/administrators/:id": ["refused", "user"],
  "PUT /api/v1/administrators/:id": ["refused", "user", { roleId: "role_auditor" }],
  "DELETE /api/v1/administrators/:id": ["refused", "user"],
  "GET /api/v1/groups": ["filtered"],
  "GET /api/v1/groups/:id": ["refused", "group"],
  "POST /api/v1/groups": ["refused", "", { name: "new" }],
  "PATCH /api/v1/groups/:id": ["refused", "group", { name: "Changed" }],
  "DELETE /api/v1/groups/:id": ["refused", "group"],
  "GET /api/v1/groups/:id/members": ["refused", "group"],
  "PATCH /api/v1/groups/:id/members": ["refused", "group", { add: { userIds: [] } }],
  "GET /api/v1/settings": ["shared"],
  "PATCH /api/v1/settings": ["refused", "", { productName: "Changed" }],
  "PUT /api/v1/settings/temporary-codes": [
    "refused",
    "",
    { temporaryCodes: { ...defaultTemporaryCodeSettings, allowed: true } },
  ],
  "GET /api/v1/api-keys": ["refused"],
  "POST /api/v1/api-keys": ["refused", "", { name: "new", scopes: ["read"] }],
  "DELETE /api/v1/api-keys/:id": ["refused", "api-key"],
  "GET /api/v1/keys": ["shared"],
  "GET /api/v1/keys/statement": ["shared"],
  "POST /api/v1/keys/statement": ["refused"],
  "GET /api/v1/keys/master": ["shared"],
  "POST /api/v1/keys/bundle/rotation": ["refused"],
  "POST /api/v1/keys/master/rotation": ["refused"],
  "GET /api/v1/certificates": ["shared"],
  "POST /api/v1/certificates/reload": ["refused"],
  "POST /api/v1/certificates/authority/rotation": ["refused"],
  "POST /api/v1/backups": ["refused"],
  "GET /api/v1/restore-report": ["refused"],
  "POST /api/v1/restore-report/confirmations": ["refused"],
};
/** Answers that need not name anything of the group: figures, bundles that nobody has. */
const withoutInside = [
  "GET /api/v1/offline-outlook",
  "GET /api/v1/administrators",
  "GET /api/v1/outage",
  "GET /api/v1/setup-checklist",
];
/** A stream that only says that something changed, not what. */
const streams = ["GET /api/v1/live"];
const needingQuery: Readonly<Record<string, string>> = {
  "GET /api/v1/groups/:id/members": "?kind=user",
  "GET /api/v1/audit/export": "?format=jsonl",
};

describe("a role that is held to a group", () => {
  test("has an entry for every route", () => {
    const known = [...Object.keys(fromOutside), ...streams].sort();
    const why = "say in `fromOutside` what a role that is held to a group gets of a new route";
    expect(administrated().map(nameOf).sort(), why).toEqual(known);
  });

  test("reaches nothing that is outside of it", async () => {
    await change({ rights: [...rights], scope: { groupIds: [groupId] } });
    const everything = async () => {
      const urls = ["users", "tokens", "endpoints", "alerts", "endpoint-enrolments", "policies", "roles"];
      const more = ["groups", "settings", "api-keys", "administrators"];
      return Promise.all(
        [...urls, ...more].map(async (url) => (await rig.call("GET", `/api/v1/${url}`)).body),
      );
    };
    const before = await everything();
    for (const route of administrated().filter((one) => !streams.includes(nameOf(one)))) {
      const [expected, kind = "", body] = fromOutside[nameOf(route)] ?? ["refused"];
      const url = `${route.url}${needingQuery[nameOf(route)] ?? ""}`
        .replace(":id", outside[kind] ?? "x")
        .replace(":authenticatorId", outside.authenticator ?? "x")
        .replace(/:(?:proofId|phoneId)/, "x")
        .replace(":channel", "sms");
      const answer = await console.call(
        route.method,
        url,
        route.method === "GET" || body === null ? undefined : body,
      );
      const got = [403, 404].includes(answer.status)
        ? "refused"
        : answer.status === 200 && !mentionsOutside(answer.text)
          ? "filtered or shared"
          : `${answer.status} ${answer.text}`;
      expect([nameOf(route), got]).toEqual([
        nameOf(route),
        expected === "refused" ? "refused" : "filtered or shared",
      ]);
      if (expected === "filtered" && !withoutInside.includes(nameOf(route)))
        expect([nameOf(route), answer.text.includes("nside") || answer.text.includes(groupId)]).toEqual([
          nameOf(route),
          true,
        ]);
    }
    expect(await everything(), "nothing was changed").toEqual(before);
  });

  test("does inside of it what its rights say", async () => {
    const created = await console.call("POST", "/api/v1/users", { userName: "newcomer" });
    expect([created.status, created.body.groups]).toEqual([201, [{ id: groupId, name: "Ward" }]]);
    const { id } = created.body;
    expect((await console.call("PATCH", `/api/v1/users/${id}`, { displayName: "New" })).status).toBe(200);
    expect(
      (await console.call("PUT", `/api/v1/users/${id}/password`, { password: "pass word 1" })).status,
    ).toBe(200);
    expect((await console.call("DELETE", `/api/v1/users/${id}`)).status).toBe(204);
    const code = await console.call("POST", "/api/v1/endpoint-enrolments", { name: "new desk" });
    expect(code.status).toBe(201);
    expect((await console.call("DELETE", `/api/v1/endpoint-enrolments/${code.body.id}`)).status).toBe(204);
    expect((await console.call("POST", "/api/v1/alerts/alr_inside/closing")).status).toBe(204);
  });

  const mentionsOutside = (text: string) =>
    ["user", "token", "endpoint", "alert", "enrolment", "group"].some((kind) =>
      text.includes(`"${outside[kind]}"`),
    ) || text.includes("outsider");
});
