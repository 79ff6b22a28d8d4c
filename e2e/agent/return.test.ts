import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("what the server decided during an outage (MDA-38, UNI-4)", () => {
  test("a user disabled: denied, what was kept of him is gone, status and audit say so", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    await enterprise.admin("PATCH", `/users/${ada.userId}`, { status: "disabled" });
    expect((await endpoint.signIn(ada)).code).toBe("success");
    await enterprise.restore();
    await endpoint.online();
    expect((await endpoint.status()).users).toEqual([]);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "auth-error", reason: "user-disabled" });
    await enterprise.cut();
    await endpoint.offline();
    expect((await endpoint.signIn(ada)).reason).toBe("user-disabled");
    expect(await endpoint.account("ada")).toMatchObject({ code: "account-expired", reason: "user-disabled" });
    const done = await enterprise.admin<{ items: object[] }>("GET", "/audit?type=revocation-done");
    expect(done.items).toHaveLength(1);
  });

  test("a token revoked: its codes are refused", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    await enterprise.admin("POST", `/tokens/${ada.tokenId}/revocation`, {});
    await enterprise.restore();
    await endpoint.online();
    await enterprise.cut();
    await endpoint.offline();
    expect((await endpoint.signIn(ada)).code).not.toBe("success");
  });

  test("the endpoint revoked: everything is gone, nobody gets in, and its codes are exposed", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy();
    const ada = await enterprise.person("ada", policy);
    const endpoint = await enterprise.endpoint({ name: "lost" });
    const other = await enterprise.endpoint({ name: "other" });
    await endpoint.signInOnline(ada);
    await other.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    const id = endpoint.agent.endpoint?.identity.endpointId ?? "";
    await enterprise.admin("POST", `/endpoints/${id}/revocation`, {});
    expect((await endpoint.signIn(ada)).code).toBe("success");
    await enterprise.restore();
    await endpoint.until(async () =>
      (await endpoint.status()).health.some(({ code }) => code === "endpoint-revoked"),
    );
    expect((await endpoint.status()).users).toEqual([]);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "auth-error", reason: "endpoint-revoked" });
    await enterprise.cut();
    await endpoint.offline();
    expect((await endpoint.signIn(ada)).reason).toBe("endpoint-revoked");
    await enterprise.restore();
    await other.online();
    expect(await other.signIn(ada, ada.code(20))).toMatchObject({
      code: "auth-error",
      reason: "code-exposed",
    });
  });

  test("a password changed: the old one works offline until the return, and not after (MDA-23)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    await enterprise.admin("PUT", `/users/${ada.userId}/password`, { password: "a new password" });
    expect((await endpoint.signIn(ada)).code).toBe("success");
    await enterprise.restore();
    await endpoint.online();
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ reason: "fresh-online-sign-in-needed" });
  });

  test("offline sign-in no longer allowed", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy();
    const ada = await enterprise.person("ada", policy);
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.admin("PATCH", `/policies/${policy}`, { changes: { offline: { enabled: false } } });
    // The event stream tells it at once.
    await endpoint.until(async () => (await endpoint.status()).users.length === 0);
    await enterprise.cut();
    await endpoint.offline();
    expect((await endpoint.signIn(ada)).code).not.toBe("success");
  });
});

describe("one token, several endpoints (OTP-29)", () => {
  test("codes used online elsewhere are used up here at the next contact, and nothing is burned", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const here = await enterprise.endpoint({ name: "here" });
    const there = await enterprise.endpoint({ name: "there" });
    await here.signInOnline(ada);
    expect(await there.signIn(ada, ada.code(1))).toMatchObject({ code: "success", reason: "online" });
    await here.online();
    await enterprise.cut();
    await here.offline();
    expect((await here.signIn(ada, ada.code(1))).reason).toBe("wrong-credentials");
    expect((await here.signIn(ada, ada.code(2))).code).toBe("success");
  });

  test("one code at two endpoints that could not talk: found on the return, sessions locked, a fresh factor demanded", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const first = await enterprise.endpoint({ name: "first" });
    const second = await enterprise.endpoint({ name: "second" });
    const third = await enterprise.endpoint({ name: "third" });
    for (const endpoint of [first, second, third]) await endpoint.signInOnline(ada);
    await enterprise.cut();
    for (const endpoint of [first, second, third]) await endpoint.offline();
    const stolen = ada.code(3);
    expect((await first.signIn(ada, stolen)).code).toBe("success");
    expect((await second.signIn(ada, stolen)).code).toBe("success");
    expect((await third.signIn(ada, ada.code(5))).code).toBe("success");
    await enterprise.restore();
    for (const endpoint of [first, second, third, first, second]) await endpoint.online();
    expect((await enterprise.alerts()).map(({ kind }) => kind)).toEqual(["same-counter-twice"]);
    const locked = [first, second, third].map(({ lockedSessionsOf }) => lockedSessionsOf.includes("ada"));
    expect(locked.filter(Boolean)).toHaveLength(1);
    for (const endpoint of [first, second, third]) await endpoint.online();
    const { items } = await enterprise.admin<{ items: object[] }>("GET", "/audit?type=sessions-locked");
    expect(items).toMatchObject([{ subjectUserId: ada.userId, detail: { outcome: "locked" } }]);
    const inDoubt = [first, second, third][locked.indexOf(true)];
    await enterprise.cut();
    await inDoubt?.offline();
    ada.next = 6;
    expect(await inDoubt?.signIn(ada)).toMatchObject({ reason: "fresh-online-sign-in-needed" });
    await enterprise.restore();
    await inDoubt?.online();
    await inDoubt?.signInOnline(ada);
    await enterprise.cut();
    await inDoubt?.offline();
    expect(await inDoubt?.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  }, 30_000);

  test("a refill whose answer is lost is asked for again, without harm", async () => {
    await using enterprise = await TestEnterprise.start({ middleBox: true });
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signIn(ada);
    await enterprise.cut({ kind: "cut-after", bytes: 2000 });
    await endpoint.until(() =>
      endpoint.log.some(({ msg, path }) => msg === "no answer" && String(path).includes("self")),
    );
    await enterprise.restore();
    await endpoint.settled();
    expect((await endpoint.status()).users[0]).toMatchObject({ remaining: 25 });
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  }, 30_000);
});

describe("an endpoint copied", () => {
  test("is noticed when both make contact (MDA-5)", async () => {
    await using enterprise = await TestEnterprise.start();
    const original = await enterprise.endpoint();
    await original.online();
    await original.stop();
    await using copy = await enterprise.copyOf(original);
    await original.start();
    await original.online();
    await original.agent.endpoint?.contacts.now();
    await copy.start();
    await copy.until(() => copy.agent.endpoint?.contacts.declined?.code === "clone-suspected");
    expect((await enterprise.alerts()).map(({ kind }) => kind)).toContain("clone-suspected");
    expect((await copy.status()).connection.why).toMatch(/declined/);
  });

  test("with its numbers run ahead, keeps the original from no contact that an administrator does not hear of", async () => {
    await using enterprise = await TestEnterprise.start();
    const original = await enterprise.endpoint();
    await original.online();
    await original.stop();
    await using copy = await enterprise.copyOf(original);
    const file = join(copy.directory, "state", "enterprise.json");
    const known = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...known, contactNumber: known.contactNumber + 1_000_000 }));
    await copy.start();
    await copy.online();
    await copy.agent.endpoint?.contacts.now();
    await copy.stop();
    expect((await enterprise.alerts()).map(({ kind }) => kind)).not.toContain("clone-suspected");
    await original.start();
    await original.online();
    await original.agent.endpoint?.contacts.now();
    expect(original.log.map(({ msg }) => msg)).toContain("a contact was overtaken; another is made");
    expect((await enterprise.alerts()).map(({ kind }) => kind)).toContain("clone-suspected");
  });
});
