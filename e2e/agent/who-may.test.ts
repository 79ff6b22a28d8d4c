import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("who may sign in offline", () => {
  test("nobody before an online sign-in at this endpoint (OTP-21, MDA-3)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await enterprise.cut();
    await endpoint.offline();
    const told = await endpoint.signIn(ada);
    // The stack may go on, for break-glass accounts alone: neither server nor store knows this user.
    expect(told).toMatchObject({ code: "unavailable", reason: "never-signed-in-here", prompts: [] });
    expect(told.errors[0]).toMatch(/nothing for an offline sign-in of this user is kept/);
  });

  test("nobody whose policy does not say so: off by default (MDA-2)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy({ offline: { enabled: false } }));
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    // Declined before an Argon2id was spent on a slot.
    const declined = endpoint.log.filter(({ msg }) => msg === "the server declined");
    expect(declined).toMatchObject([{ path: "/endpoints/self/slot-parameters", code: "bundle-refused" }]);
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ prompts: [], reason: "never-signed-in-here" });
  });

  test("nobody where the endpoint's own file switches it off, and nothing is kept (OTP-20, MDA-4)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const off = { offlineEnabled: false, offlineMaxAgeSeconds: null, maxSignIns: null };
    const endpoint = await enterprise.endpoint({ config: { offline: off } });
    await endpoint.signInOnline(ada);
    expect((await endpoint.status()).users).toEqual([]);
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ prompts: [], reason: "offline-off-here" });
    await endpoint.stop();
    await enterprise.restore();
    await endpoint.start({ offline: { ...off, offlineEnabled: true } });
    await endpoint.online();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  });

  test("not longer and not more often than the stricter of policy and local file", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy({ offline: { maxAge: "PT1H" } }));
    const ben = await enterprise.person("ben", await enterprise.policy({ offline: { maxAge: "PT1S" } }));
    const endpoint = await enterprise.endpoint({
      config: { offline: { offlineEnabled: true, offlineMaxAgeSeconds: null, maxSignIns: 2 } },
    });
    await endpoint.signInOnline(ada);
    await endpoint.signInOnline(ben);
    await enterprise.cut();
    await endpoint.offline();
    await endpoint.signIn(ada);
    await endpoint.signIn(ada);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "auth-error", reason: "sign-ins-exhausted" });
    await endpoint.until(async () =>
      (await endpoint.status()).users.some((user) => user.refusal === "lease-expired"),
    );
    expect(await endpoint.signIn(ben)).toMatchObject({
      code: "auth-error",
      reason: "lease-expired",
      prompts: [],
    });
  });

  test("several users at one endpoint, each with his own (OTP-31), each with the size set for his token (OTP-9)", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy({ offline: { bypass: [] } });
    const ada = await enterprise.person("ada", policy);
    const ben = await enterprise.person("ben", policy, { digits: 8, algorithm: "SHA-256" });
    await enterprise.admin("PATCH", `/tokens/${ada.tokenId}`, { cacheSize: 5 });
    await enterprise.admin("PATCH", `/tokens/${ben.tokenId}`, { cacheSize: 9 });
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await endpoint.signInOnline(ben);
    await enterprise.cut();
    await endpoint.offline();
    for (const [person, size] of [
      [ada, 5],
      [ben, 9],
    ] as const) {
      for (let count = 0; count < size; count += 1)
        expect(await endpoint.signIn(person)).toMatchObject({ code: "success", reason: "offline" });
      expect(await endpoint.signIn(person)).toMatchObject({ reason: "cache-exhausted" });
    }
  });

  test("after a restart of the agent as before it", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.stop();
    await endpoint.start();
    // At once, while it is not known yet whether a server is there.
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
    expect((await endpoint.status()).users[0]?.remaining).toBe(24);
  });
});
