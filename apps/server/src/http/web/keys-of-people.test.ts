import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../testing/rig.ts";
import { newPerson } from "../../testing/rig.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { giveRole, signInAt, startWebRig } from "../../testing/web-rig.ts";

/** An API key is as good as its maker: who knows it goes on as himself by it. */

let rig: WebRig;
let vera: Person;
let console: Browser;
beforeAll(async () => {
  rig = await startWebRig();
  vera = await newPerson(rig, "vera");
  await giveRole(rig, vera, "superadministrator");
  const other = await newPerson(rig, "otto");
  await giveRole(rig, other, "superadministrator");
  console = rig.browser("console");
  await signInAt(console, vera, 0);
});
afterAll(() => rig.stop());

type Issued = { id: string; key: string; madeBy: unknown };
const issue = async (name: string, ...scopes: string[]): Promise<Issued> => {
  const { status, body } = await console.call("POST", "/api/v1/api-keys", { name, scopes });
  expect(status).toBe(201);
  return body;
};
const statusOf = async ({ key }: Issued, path = "/api/v1/users") =>
  (await rig.call("GET", path, undefined, key)).status;
const listed = async (id: string) => {
  const { body } = await rig.call("GET", "/api/v1/api-keys?limit=100");
  return body.items.find((one: { id: string }) => one.id === id);
};

describe("never for oneself", () => {
  test("a key does not to its maker what he may not do to himself, nor does a key that this key made", async () => {
    const first = await issue("scripts", "admin");
    expect(first.madeBy).toEqual({ userId: vera.user.id, userName: "vera" });
    const second = await rig.call(
      "POST",
      "/api/v1/api-keys",
      { name: "of scripts", scopes: ["admin"] },
      first.key,
    );
    expect(second.body.madeBy).toEqual(first.madeBy);
    const his = `/api/v1/users/${vera.user.id}`;
    for (const key of [first.key, second.body.key])
      for (const [method, path, body] of [
        ["POST", `${his}/temporary-code`, { use: "once", lifetime: "PT1H", reason: "x" }],
        ["POST", `${his}/authenticators`, { kind: "totp" }],
        ["PUT", `${his}/password`, { password: "another one of vera" }],
        ["POST", `${his}/lock`, { reason: "x" }],
        ["DELETE", his, undefined],
      ] as const) {
        const answer = await rig.call(method, path, body, key);
        expect([method, path, answer.status]).toEqual([method, path, 403]);
        expect(answer.body.detail).toContain("nor can a key that you made");
      }
    const anna = await newPerson(rig, "anna");
    const wanted = { kind: "totp", label: "Phone" };
    const path = `/api/v1/users/${anna.user.id}/authenticators`;
    expect((await rig.call("POST", path, wanted, first.key)).status, "others' it may").toBe(201);
  });
});

describe("a key stops with its maker's account", () => {
  test("UNI-4: a lock names them, they are refused while it lasts, and come back with it; others stay", async () => {
    const [report, signing, radius] = [
      await issue("report", "read"),
      await issue("orders", "sign"),
      await issue("vpn", "radius"),
    ];
    const revoked = await issue("old", "read");
    expect((await console.call("DELETE", `/api/v1/api-keys/${revoked.id}`)).status).toBe(204);
    const path = `/api/v1/users/${vera.user.id}/lock`;
    const { body } = await rig.call("POST", path, { reason: "Phone and laptop stolen" });
    const names = body.ended.apiKeys.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(["of scripts", "orders", "report", "scripts"]);
    expect(await statusOf(report)).toBe(401);
    expect(await listed(report.id)).toMatchObject({ stopped: true, revokedAtMs: null });
    expect(await listed(signing.id)).toMatchObject({ stopped: true });
    expect(await listed(radius.id), "everybody's remote access").toMatchObject({ stopped: false });
    expect(await listed(revoked.id)).toMatchObject({ stopped: false, revokedAtMs: expect.any(Number) });
    expect((await rig.call("GET", "/api/v1/users")).status, "nobody's, made by setup").toBe(200);
    expect((await rig.call("DELETE", path)).status).toBe(200);
    expect(await statusOf(report)).toBe(200);
  });

  test("so does a disabled account, and one that was deleted", async () => {
    console = rig.browser("console");
    await signInAt(console, vera, 1);
    const [fresh, other] = [await issue("fresh", "read"), await issue("other", "read")];
    const path = `/api/v1/users/${vera.user.id}`;
    expect((await rig.call("PATCH", path, { status: "disabled" })).status).toBe(200);
    expect(await statusOf(fresh)).toBe(401);
    expect((await rig.call("DELETE", path)).status).toBe(204);
    expect(await statusOf(other)).toBe(401);
    expect(await listed(other.id)).toMatchObject({
      stopped: true,
      madeBy: { userId: vera.user.id, userName: null },
    });
  });
});

describe("a key may no more than the role of whoever made it gives now (SECURITY §3)", () => {
  let greta: Person;
  const keys: Record<"admin" | "read" | "sign-in" | "sign" | "radius", Issued> = Object.create(null);
  const roleOf = async (roleId: string | null) => {
    const path = `/api/v1/administrators/${greta.user.id}`;
    const { status } = await rig.call(roleId ? "PUT" : "DELETE", path, roleId ? { roleId } : undefined);
    expect(status).toBeLessThan(300);
  };
  const newRole = async (name: string, rights: readonly string[]) => {
    const { status, body } = await rig.call("POST", "/api/v1/roles", { name, rights });
    expect(status).toBe(201);
    return body.id as string;
  };
  /** What each key gets of a route that its scope is for. */
  const answers = async () => {
    const asked = {
      admin: ["GET", "/api/v1/users"],
      change: ["POST", "/api/v1/groups"],
      read: ["GET", "/api/v1/audit"],
      "sign-in": ["POST", "/api/v1/sign-ins"],
      sign: ["GET", "/api/v1/signings/nothing"],
      radius: ["POST", "/api/v1/radius/access-requests"],
    } as const;
    const statuses: Record<string, number> = {};
    for (const [name, [method, path]] of Object.entries(asked)) {
      const { key } = keys[(name === "change" ? "admin" : name) as keyof typeof keys];
      const body = method === "POST" ? {} : undefined;
      statuses[name] = (await rig.call(method, path, body, key)).status;
    }
    return statuses;
  };
  /** 400 and 404: the gate was passed. A FreeRADIUS gets a verdict for whatever it asks. */
  const whole = { admin: 200, change: 400, read: 200, "sign-in": 400, sign: 404, radius: 200 };

  beforeAll(async () => {
    greta = await newPerson(rig, "greta");
    await roleOf("superadministrator");
    console = rig.browser("console");
    await signInAt(console, greta, 0);
    for (const scope of ["admin", "read", "sign-in", "sign", "radius"] as const)
      keys[scope] = await issue(`${scope} of greta`, scope);
  });

  test("at once where she is demoted, whatever her keys were given, and all of it again with her role", async () => {
    expect(await answers()).toEqual(whole);
    await roleOf("role_auditor");
    expect(await answers()).toEqual({ ...whole, change: 403, "sign-in": 403, sign: 403 });
    expect(await listed(keys.admin.id)).toMatchObject({ cut: true, stopped: false });
    expect(await listed(keys.radius.id)).toMatchObject({ cut: false });
    const refusedKey = await rig.call("POST", "/api/v1/groups", { name: "x" }, keys.admin.key);
    expect(refusedKey.body.detail).toContain(
      "The role of whoever made this API key does not include the right",
    );
    expect(refusedKey.body.detail).toContain("properties.groups");
    expect(refusedKey.body.detail, "what to do next").toContain("use a key of somebody who has it");
    const beyondScope = await rig.call("POST", "/api/v1/groups", { name: "x" }, keys.read.key);
    expect(beyondScope.body.detail).toMatch(/^The scopes of this API key do not include .*Use a key /);
    const refusedSignIn = await rig.call("POST", "/api/v1/sign-ins", {}, keys["sign-in"].key);
    expect(refusedSignIn.body.detail).toContain('may issue none with the scope "sign-in" any more');

    await roleOf(null);
    expect(await answers()).toEqual({
      admin: 403,
      change: 403,
      read: 403,
      "sign-in": 403,
      sign: 403,
      radius: 200,
    });
    await roleOf("superadministrator");
    expect(await answers()).toEqual(whole);
    expect(await listed(keys.admin.id)).toMatchObject({ cut: false });
  });

  test("a role from which a right is taken takes it from the keys of who has it", async () => {
    const id = await newRole("Keeper", [
      "properties.read",
      "properties.api-keys",
      "properties.groups",
      "users.read",
    ]);
    await roleOf(id);
    expect(await answers()).toEqual({ ...whole, read: 403 });
    const fewer = ["properties.read", "properties.groups", "users.read"];
    expect((await rig.call("PATCH", `/api/v1/roles/${id}`, { rights: fewer })).status).toBe(200);
    expect(await answers()).toEqual({ ...whole, read: 403, "sign-in": 403, sign: 403 });
  });

  test("with a role for some groups a key shows these, and does nothing to what is everybody's", async () => {
    const insider = await newPerson(rig, "ines");
    const group = await rig.call("POST", "/api/v1/groups", { name: "Ward" });
    const members = { add: { userIds: [insider.user.id] } };
    await rig.call("PATCH", `/api/v1/groups/${group.body.id}/members`, members);
    const { body } = await rig.call("POST", "/api/v1/roles", {
      name: "Of a ward",
      rights: ["users.read", "users.edit", "properties.groups", "properties.read", "audit.read"],
      scope: { groupIds: [group.body.id] },
    });
    await roleOf(body.id);
    const seen = await rig.call("GET", "/api/v1/users", undefined, keys.admin.key);
    expect(seen.body.items.map(({ userName }: { userName: string }) => userName)).toEqual(["ines"]);
    const other = `/api/v1/users/${vera.user.id}`;
    expect((await rig.call("PATCH", other, { displayName: "x" }, keys.admin.key)).status).toBe(404);
    const everybodys = await rig.call("POST", "/api/v1/groups", { name: "x" }, keys.admin.key);
    expect([everybodys.status, everybodys.body.detail]).toEqual([
      403,
      expect.stringContaining("reaches some groups only"),
    ]);
    const chains = await rig.call("GET", "/api/v1/audit/chains", undefined, keys.admin.key);
    expect([chains.status, chains.body.detail]).toEqual([
      403,
      expect.stringMatching(/the role of whoever made this API key reaches some groups only.*Use a key of/),
    ]);
  });

  test("the audit says by which key, by its last name, and made by whom; who is out of reach stays an id", async () => {
    await roleOf("superadministrator");
    const passing = await issue("nightly report", "admin");
    const { body: group } = await rig.call("POST", "/api/v1/groups", { name: "Of a key" }, passing.key);
    expect((await console.call("DELETE", `/api/v1/api-keys/${passing.id}`)).status).toBe(204);
    const events = async (type: string, key?: string) =>
      (await rig.call("GET", `/api/v1/audit?limit=100&type=${type}`, undefined, key)).body.items;
    const created = (await events("group-created")).find(
      ({ detail }: { detail: { groupId?: string } }) => detail.groupId === group.id,
    );
    expect(created).toMatchObject({
      actor: `api-key:${passing.id}`,
      actorName: "nightly report",
      actorPerson: "greta",
    });
    const issued = (await events("api-key-issued")).find(
      ({ detail }: { detail: { apiKeyId: string } }) => detail.apiKeyId === passing.id,
    );
    expect(issued).toMatchObject({ actor: `user:${greta.user.id}`, actorName: "greta", actorPerson: null });

    const windows = "/api/v1/maintenance-windows";
    const from = Date.now() + 86_400_000;
    const asked = { name: "Power", fromMs: from, toMs: from + 3_600_000 };
    const announced = await rig.call("POST", windows, asked, keys.admin.key);
    expect(announced.body).toMatchObject({ announcedByName: "admin of greta", announcedByPerson: "greta" });
  });

  test("a key that such a key makes is cut with it, and setup's key is nobody's and stays whole", async () => {
    await roleOf("superadministrator");
    const made = await rig.call(
      "POST",
      "/api/v1/api-keys",
      { name: "of a key", scopes: ["admin"] },
      keys.admin.key,
    );
    expect(made.status).toBe(201);
    await roleOf("role_auditor");
    const again = { name: "one more", scopes: ["admin"] };
    expect((await rig.call("POST", "/api/v1/api-keys", again, made.body.key)).status).toBe(403);
    expect((await rig.call("POST", "/api/v1/api-keys", again)).status).toBe(201);
  });
});
