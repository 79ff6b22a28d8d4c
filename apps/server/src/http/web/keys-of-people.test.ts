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
