import { rights } from "@holdfast/protocol/rights";
import type { AdministratorView } from "@holdfast/protocol/roles-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpoint } from "../store/testing/samples.ts";
import type { Person } from "../testing/rig.ts";
import { newPerson } from "../testing/rig.ts";
import type { Browser, WebAnswer, WebRig } from "../testing/web-rig.ts";
import { giveRole, signInAt, startWebRig } from "../testing/web-rig.ts";

let rig: WebRig;
let sue: Person;
let hal: Person;
let ann: Person;
/** Of the superadministrator, and of the help desk. */
let top: Browser;
let desk: Browser;

beforeAll(async () => {
  rig = await startWebRig();
  [sue, hal, ann] = [await newPerson(rig, "sue"), await newPerson(rig, "hal"), await newPerson(rig, "ann")];
  await giveRole(rig, sue, "superadministrator");
  await giveRole(rig, hal, "role_help-desk");
  [top, desk] = [rig.browser("console"), rig.browser("console")];
  await signInAt(top, sue, 0);
  await signInAt(desk, hal, 0);
});
afterAll(() => rig.stop());

const refusal = ({ status, body }: WebAnswer) => [status, body?.code, body?.detail];
const audit = async (type: string) => (await rig.server.ports.store.audit({ type, limit: 50 })).items;
async function newRole(browser: Browser, body: object): Promise<string> {
  const made = await browser.call("POST", "/api/v1/roles", body);
  expect(made.status).toBe(201);
  return made.body.id;
}

describe("roles", () => {
  test("TC-13: a new enterprise has the superadministrator's, and three to begin with", async () => {
    const { body } = await top.call("GET", "/api/v1/roles");
    expect(
      body.items.map(({ id, name, builtIn, administrators }: Record<string, unknown>) => [
        id,
        name,
        builtIn,
        administrators,
      ]),
    ).toEqual([
      ["superadministrator", "Superadministrator", true, 1],
      ["role_auditor", "Auditor", false, 0],
      ["role_endpoint-manager", "Endpoint manager", false, 0],
      ["role_help-desk", "Help desk", false, 1],
    ]);
    const first = await top.call("GET", "/api/v1/roles?limit=2");
    const rest = await top.call("GET", `/api/v1/roles?limit=2&after=${first.body.next}`);
    expect([first.body.items.length, rest.body.items.length, rest.body.next]).toEqual([2, 2, null]);
    const listed = await top.call("GET", "/api/v1/rights");
    expect(listed.body.items.flatMap((one: { rights: object[] }) => one.rights).length).toBe(rights.length);
  });

  test("the superadministrator's is changed and deleted by nobody", async () => {
    const url = "/api/v1/roles/superadministrator";
    const said = [409, "conflict", "The superadministrator's role cannot be changed or deleted."];
    expect(refusal(await top.call("PATCH", url, { rights: [] }))).toEqual(said);
    expect(refusal(await top.call("DELETE", url))).toEqual(said);
    const namesake = await top.call("POST", "/api/v1/roles", { name: "Superadministrator", rights: [] });
    expect(namesake.status).toBe(409);
  });

  test("TC-15: a role gives exactly what it says, at once, and the audit has before and after", async () => {
    const id = await newRole(top, { name: "Unlocking", rights: ["users.unlock", "users.unlock"] });
    const url = `/api/v1/users/${ann.user.id}`;
    await top.call("PUT", `/api/v1/administrators/${ann.user.id}`, { roleId: id });
    const annsConsole = rig.browser("console");
    await signInAt(annsConsole, ann, 0);
    expect((await annsConsole.call("POST", `/api/v1/users/${hal.user.id}/unlock`)).status).toBe(403);
    expect((await annsConsole.call("GET", url)).status).toBe(403);
    await top.call("PATCH", `/api/v1/roles/${id}`, { rights: ["users.read", "users.unlock"] });
    expect((await annsConsole.call("GET", url)).status).toBe(200);
    const [changed] = await audit("role-changed");
    expect(changed).toMatchObject({
      actor: `user:${sue.user.id}`,
      detail: {
        roleId: id,
        before: { name: "Unlocking", rights: ["users.unlock"], scope: "enterprise" },
        after: { rights: ["users.read", "users.unlock"] },
      },
    });
    expect(refusal(await top.call("DELETE", `/api/v1/roles/${id}`))[0], "somebody has it").toBe(409);
    await top.call("DELETE", `/api/v1/administrators/${ann.user.id}`);
    expect((await annsConsole.call("GET", url)).status, "without a role no console").toBe(401);
    expect((await top.call("DELETE", `/api/v1/roles/${id}`)).status).toBe(204);
    expect((await audit("role-assigned")).map(({ detail }) => detail)).toEqual([
      { before: null, after: { id, name: "Unlocking" } },
    ]);
    expect((await audit("role-removed")).length).toBe(1);
    expect((await audit("role-deleted"))[0]?.detail).toMatchObject({ before: { name: "Unlocking" } });
  });

  test("a body with more than may be said is refused (mass assignment)", async () => {
    for (const [method, url, body] of [
      ["POST", "/api/v1/users", { userName: "x", roleId: "superadministrator" }],
      ["PATCH", `/api/v1/users/${hal.user.id}`, { role: { id: "superadministrator" } }],
      ["POST", "/api/v1/roles", { name: "x", rights: [], builtIn: true }],
      ["POST", "/api/v1/roles", { name: "x", rights: ["everything"] }],
      ["PATCH", "/api/v1/settings", { productName: "x", demo: true }],
    ] as const) {
      const answer = await top.call(method, url, body);
      expect([url, answer.status, answer.body.code]).toEqual([url, 400, "invalid-request"]);
    }
  });
});

describe("nobody reaches beyond himself (SECURITY §3)", () => {
  test("the help desk resets, unlocks and enrols for people, but not for a higher administrator or for itself", async () => {
    const acts = (id: string) =>
      [
        ["PUT", `/api/v1/users/${id}/password`, { password: "another password" }],
        ["POST", `/api/v1/users/${id}/unlock`, undefined],
        ["POST", `/api/v1/users/${id}/tokens`, { label: "Mine now" }],
      ] as const;
    for (const [method, url, body] of acts(ann.user.id))
      expect((await desk.call(method, url, body)).status).toBeLessThan(300);
    for (const [method, url, body] of acts(sue.user.id)) {
      const [status, code, detail] = refusal(await desk.call(method, url, body));
      expect([url, status, code]).toEqual([url, 403, "forbidden"]);
      expect(detail).toContain("every right concerned");
    }
    for (const [method, url, body] of acts(hal.user.id))
      expect(refusal(await desk.call(method, url, body))[2]).toContain("to yourself");
    const suesToken = `/api/v1/tokens/${sue.token.id}`;
    expect((await desk.call("PATCH", suesToken, { status: "disabled" })).status).toBe(403);
    expect((await desk.call("POST", `${suesToken}/revocation`)).status).toBe(403);
    const all = await audit("administration-refused");
    const tried = all.filter(({ actor }) => actor === `user:${hal.user.id}`);
    expect(tried.length).toBe(8);
    expect(tried[0]).toMatchObject({
      actor: `user:${hal.user.id}`,
      subjectUserId: sue.user.id,
      outcome: "refused",
      reason: "beyond-own-rights",
      detail: { action: "users.authenticators", right: "properties.settings" },
    });
  });

  test("a role is made, changed or given only by who has all of it", async () => {
    const made = ["properties.read", "properties.roles", "users.read"];
    const id = await newRole(top, { name: "Role maker", rights: made });
    await giveRole(rig, ann, id);
    const maker = rig.browser("console");
    // The help desk has set another password above.
    const known = { ...ann, password: "another password" };
    await signInAt(maker, known, 1);
    const mine = `/api/v1/administrators/${ann.user.id}`;
    for (const [method, url, body] of [
      ["POST", "/api/v1/roles", { name: "x", rights: ["users.password"] }],
      ["PATCH", `/api/v1/roles/${id}`, { rights: [...made, "users.password"] }],
      ["PATCH", "/api/v1/roles/role_help-desk", { rights: [] }],
      ["DELETE", "/api/v1/roles/role_auditor", undefined],
      ["PUT", mine, { roleId: "superadministrator" }],
      ["PUT", mine, { roleId: id }],
      ["DELETE", mine, undefined],
      ["PUT", `/api/v1/administrators/${hal.user.id}`, { roleId: id }],
      ["DELETE", `/api/v1/administrators/${hal.user.id}`, undefined],
      ["DELETE", `/api/v1/administrators/${sue.user.id}`, undefined],
    ] as const) {
      const answer = await maker.call(method, url, body);
      expect([method, url, answer.status]).toEqual([method, url, 403]);
    }
    expect((await maker.call("POST", "/api/v1/roles", { name: "Less", rights: ["users.read"] })).status).toBe(
      201,
    );
    await giveRole(rig, ann, null);
  });

  test("an API key is issued and revoked only by who has all that it gives", async () => {
    const id = await newRole(top, { name: "Keys", rights: ["properties.read", "properties.api-keys"] });
    await giveRole(rig, hal, id);
    await signInAt(desk, hal, 1);
    const issue = (scopes: string[]) => desk.call("POST", "/api/v1/api-keys", { name: "x", scopes });
    expect((await issue(["admin"])).status).toBe(403);
    expect((await issue(["sign-in"])).status).toBe(201);
    const { body } = await top.call("GET", "/api/v1/api-keys");
    const strong = body.items.find(({ scopes }: { scopes: string[] }) => scopes.includes("admin"));
    expect((await desk.call("DELETE", `/api/v1/api-keys/${strong.id}`)).status).toBe(403);
    await giveRole(rig, hal, "role_help-desk");
    await signInAt(desk, hal, 2);
  });

  test("the last active superadministrator is not removed, disabled, demoted or deleted, by a key neither", async () => {
    const id = sue.user.id;
    const attempts = () =>
      Promise.all([
        rig.call("DELETE", `/api/v1/administrators/${id}`),
        rig.call("PUT", `/api/v1/administrators/${id}`, { roleId: "role_auditor" }),
        rig.call("PATCH", `/api/v1/users/${id}`, { status: "disabled" }),
        rig.call("DELETE", `/api/v1/users/${id}`),
      ]);
    for (const answer of await attempts()) {
      expect([answer.status, answer.body.code]).toEqual([409, "conflict"]);
      expect(answer.body.detail).toContain("last active superadministrator");
    }
    expect(
      (await rig.call("PUT", `/api/v1/administrators/${ann.user.id}`, { roleId: "superadministrator" }))
        .status,
    ).toBe(200);
    await rig.call("PATCH", `/api/v1/users/${ann.user.id}`, { status: "disabled" });
    expect((await rig.call("DELETE", `/api/v1/administrators/${id}`)).status, "a disabled one is none").toBe(
      409,
    );
    await rig.call("PATCH", `/api/v1/users/${ann.user.id}`, { status: "active" });
    expect((await rig.call("DELETE", `/api/v1/administrators/${id}`)).status).toBe(204);
    await rig.call("PUT", `/api/v1/administrators/${id}`, { roleId: "superadministrator" });
    await rig.call("DELETE", `/api/v1/administrators/${ann.user.id}`);
    await signInAt(top, sue, 1);
  });

  test("two who take each other's role at once do not both succeed", async () => {
    await giveRole(rig, ann, "superadministrator");
    const answers = await Promise.all(
      [sue, ann].map(({ user }) => rig.call("DELETE", `/api/v1/administrators/${user.id}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    await giveRole(rig, sue, "superadministrator");
    await giveRole(rig, ann, null);
    await signInAt(top, sue, 2);
  });
});

describe("administrators", () => {
  test("are listed with what could leave the enterprise without one", async () => {
    const { body } = await top.call("GET", "/api/v1/administrators");
    expect(
      body.items.map(({ userName, role, warnings }: AdministratorView) => [
        userName,
        role.name,
        warnings.map(({ code }) => code),
      ]),
    ).toEqual([
      ["hal", "Help desk", []],
      ["sue", "Superadministrator", ["one-second-factor", "only-superadministrator"]],
    ]);
    const bare = await newPerson(rig, "bare");
    await giveRole(rig, bare, "role_auditor");
    await rig.call("PATCH", `/api/v1/tokens/${bare.token.id}`, { status: "disabled" });
    const one = await top.call("GET", `/api/v1/administrators/${bare.user.id}`);
    expect(one.body).toMatchObject({ userName: "bare", warnings: [{ code: "no-second-factor" }] });
    const auditors = await top.call("GET", "/api/v1/administrators?roleId=role_auditor");
    expect(auditors.body.items.length).toBe(1);
    expect((await top.call("GET", `/api/v1/administrators/${ann.user.id}`)).status).toBe(404);
    expect((await top.call("GET", `/api/v1/users/${bare.user.id}`)).body).toMatchObject({
      role: { id: "role_auditor", name: "Auditor" },
      warnings: expect.arrayContaining([expect.objectContaining({ code: "no-second-factor" })]),
    });
  });
});

describe("groups", () => {
  test("hold users and endpoints, are renamed and deleted, and every change is in the audit", async () => {
    const made = await top.call("POST", "/api/v1/groups", { name: "Ward 3" });
    const { id } = made.body;
    expect((await top.call("POST", "/api/v1/groups", { name: "Ward 3" })).status).toBe(409);
    const desk3 = endpoint("desk3");
    await rig.server.ports.store.transaction((tx) => tx.endpoints.insert(desk3));
    const members = `/api/v1/groups/${id}/members`;
    const both = { userIds: [ann.user.id, hal.user.id], endpointIds: [desk3.id] };
    const added = await top.call("PATCH", members, { add: both });
    expect(added.body).toMatchObject({ users: 2, endpoints: 1 });
    expect((await top.call("PATCH", members, { add: both })).body, "again").toMatchObject({ users: 2 });
    const missing = await top.call("PATCH", members, {
      add: { userIds: ["usr_none"] },
      remove: { userIds: [ann.user.id] },
    });
    expect([missing.status, missing.body.problems[0].path], "all or nothing").toEqual([400, "add.userIds"]);
    const removed = await top.call("PATCH", members, { remove: { userIds: [hal.user.id] } });
    expect(removed.body.users).toBe(1);
    expect((await top.call("GET", `${members}?kind=user`)).body).toEqual({
      items: [{ id: ann.user.id, name: "ann" }],
      next: null,
    });
    expect((await top.call("GET", `${members}?kind=endpoint`)).body.items).toEqual([
      { id: desk3.id, name: "desk3" },
    ]);
    expect((await top.call("GET", `/api/v1/users?groupId=${id}`)).body.items.length).toBe(1);
    expect((await top.call("GET", `/api/v1/endpoints?groupId=${id}`)).body.items).toMatchObject([
      { name: "desk3", groups: [{ id, name: "Ward 3" }] },
    ]);
    await top.call("PATCH", `/api/v1/groups/${id}`, { name: "Ward 4" });
    const role = await newRole(top, { name: "Ward desk", rights: ["users.read"], scope: { groupIds: [id] } });
    const held = await top.call("DELETE", `/api/v1/groups/${id}`);
    expect([held.status, held.body.detail]).toEqual([
      409,
      'The role "Ward desk" reaches this group; change the role first.',
    ]);
    const nowhere = { name: "x", rights: [], scope: { groupIds: ["grp_none"] } };
    expect((await top.call("POST", "/api/v1/roles", nowhere)).status).toBe(400);
    await top.call("DELETE", `/api/v1/roles/${role}`);
    expect((await top.call("DELETE", `/api/v1/groups/${id}`)).status).toBe(204);
    expect(
      (await audit("group-member-added"))
        .map(({ subjectUserId, endpointId }) => subjectUserId ?? endpointId)
        .sort(),
    ).toEqual([ann.user.id, hal.user.id, desk3.id].sort());
    expect((await audit("group-member-removed")).map(({ subjectUserId }) => subjectUserId)).toEqual([
      hal.user.id,
    ]);
    expect((await audit("group-changed"))[0]?.detail).toMatchObject({
      before: { name: "Ward 3" },
      after: { name: "Ward 4" },
    });
    expect((await audit("group-deleted"))[0]?.detail).toMatchObject({ before: { users: 1, endpoints: 1 } });
  });

  test("an endpoint is in the groups of its enrolment code from the beginning", async () => {
    const group = (await top.call("POST", "/api/v1/groups", { name: "Plant" })).body;
    const issued = await top.call("POST", "/api/v1/endpoint-enrolments", {
      name: "press",
      groupIds: [group.id],
    });
    expect(issued.status).toBe(201);
    const unknown = { name: "press", groupIds: ["grp_none"] };
    expect((await top.call("POST", "/api/v1/endpoint-enrolments", unknown)).status).toBe(400);
    const kept = await rig.server.ports.store.read((tx) =>
      tx.authorization.groups.of("enrolment", issued.body.id),
    );
    expect(kept).toEqual([group.id]);
  });
});

describe("settings", () => {
  test("TC-11: the product's name is what the settings say, on screens and in authenticator apps", async () => {
    const before = (await top.call("GET", "/api/v1/settings")).body;
    expect(before).toMatchObject({ productName: "Holdfast", freshSignIn: "PT5M", version: 0 });
    const change = {
      productName: "Anchor ID",
      organisationName: "St Elmo",
      helpDeskContact: "Extension 4711\nweekdays",
      consoleSession: { idle: "PT10M" },
      version: 0,
    };
    const changed = await top.call("PATCH", "/api/v1/settings", change);
    expect(changed.body).toMatchObject({
      ...change,
      consoleSession: { idle: "PT10M", longest: "PT8H" },
      version: 1,
    });
    expect((await rig.call("GET", "/api/v1/product", undefined, null)).body).toEqual({
      productName: "Anchor ID",
      organisationName: "St Elmo",
      helpDeskContact: "Extension 4711\nweekdays",
    });
    expect((await top.call("GET", "/api/v1/session")).body.productName).toBe("Anchor ID");
    const token = await top.call("POST", `/api/v1/users/${ann.user.id}/tokens`, {});
    expect(new URL(token.body.otpauthUri).searchParams.get("issuer")).toBe("Anchor ID");
    expect((await audit("settings-changed"))[0]?.detail).toMatchObject({
      before: { productName: "Holdfast" },
      after: { productName: "Anchor ID" },
    });
    expect((await top.call("PATCH", "/api/v1/settings", change)).status, "changed meanwhile").toBe(409);
  });

  test.each([
    [{ freshSignIn: "PT2H" }],
    [{ freshSignIn: "PT10S" }],
    [{ consoleSession: { idle: "PT9H" } }],
    [{ portalSession: { longest: "P60D" } }],
    [{ productName: "" }],
    [{ productName: "a\u0000b" }],
    [{ helpDeskContact: "x".repeat(1001) }],
  ])("what makes no sense is refused: %#", async (change) => {
    const answer = await top.call("PATCH", "/api/v1/settings", change);
    expect([answer.status, answer.body.code]).toEqual([400, "invalid-request"]);
  });
});
