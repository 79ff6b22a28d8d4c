import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("guessing at an endpoint", () => {
  test("the policy's lockout counts online and offline together, and ends by itself (MDA-21, OTP-32, UNI-12)", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy({ lockout: { failures: 3, duration: "PT2S" } });
    const ada = await enterprise.person("ada", policy);
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await endpoint.signIn(ada, "000000");
    await endpoint.signIn(ada, "000000");
    await endpoint.online();
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada, "000000")).toMatchObject({ reason: "wrong-credentials" });
    const locked = await endpoint.signIn(ada);
    expect(locked).toMatchObject({ code: "max-tries", reason: "locked", prompts: [] });
    expect(locked.errors[0]).toMatch(
      /^This account is locked after too many failed sign-ins, until \d\d:\d\d \(in [12] seconds?\)/,
    );
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
    await enterprise.restore();
    await endpoint.online();
    expect(await enterprise.offlineSignIns(ada)).toHaveLength(3);
  }, 30_000);

  test("a wrong password and a wrong code: the same text, code and prompts", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    const code = await endpoint.signIn(ada, "000000");
    const password = await endpoint.converse("ada", ["wrong", ada.press()]);
    const { ms: _a, ...ofCode } = code;
    const { ms: _b, ...ofPassword } = password;
    expect(ofPassword).toEqual(ofCode);
    expect(code).toMatchObject({ code: "auth-error", reason: "wrong-credentials" });
  });

  test("the third failure in a row and later ones are held before anything is looked at", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person(
      "ada",
      await enterprise.policy({ lockout: { failures: 5, duration: "PT1M" } }),
    );
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    for (let count = 0; count < 3; count += 1) await endpoint.signIn(ada, "000000");
    const held = await endpoint.signIn(ada);
    expect(held).toMatchObject({ code: "success" });
    expect(held.ms).toBeGreaterThan(990);
    expect((await endpoint.signIn(ada)).ms).toBeLessThan(500);
  });

  test("the same code at the same moment: exactly one gets in", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    const code = ada.press();
    const all = await Promise.all(Array.from({ length: 4 }, () => endpoint.signIn(ada, code)));
    expect(all.filter((told) => told.code === "success")).toHaveLength(1);
  });

  test("attempts held for one person leave room for the others", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy({ lockout: { failures: 5, duration: "PT1M" } });
    const [ada, bob] = [await enterprise.person("ada", policy), await enterprise.person("bob", policy)];
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await endpoint.signInOnline(bob);
    await enterprise.cut();
    await endpoint.offline();
    for (let failure = 0; failure < 3; failure += 1) await endpoint.signIn(ada, "000000");
    const crowd = Array.from({ length: 20 }, () => endpoint.signIn(ada, "000000"));
    expect((await Promise.race(crowd)).reason).toBe("busy");
    expect(await endpoint.signIn(bob)).toMatchObject({ code: "success", reason: "offline" });
    const reasons = (await Promise.all(crowd)).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(["busy", "wrong-credentials", "locked"]));
  }, 60_000);

  test("a long row of refusals reaches the server as one count, and every one of them is in it", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy({ lockout: { failures: 1, duration: "PT5M" } });
    const ada = await enterprise.person("ada", policy);
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    expect((await endpoint.signIn(ada, "000000")).reason).toBe("wrong-credentials");
    for (let guess = 0; guess < 60; guess += 1)
      expect((await endpoint.signIn(ada, "000000")).reason).toBe("locked");
    await enterprise.restore();
    await endpoint.online();
    const told = await enterprise.offlineSignIns(ada);
    const alone = told.filter(({ type }) => type === "sign-in");
    const counted = told
      .filter(({ type }) => type === "sign-ins-refused")
      .flatMap(({ detail }) => (detail as { refusals: { reason: string; count: number }[] }).refusals);
    expect(alone.length).toBeLessThan(60);
    expect(counted).toEqual([
      expect.objectContaining({ reason: "locked", count: 61 - alone.length, failures: 0 }),
    ]);
    const { lockedUntilMs, failures } = (await endpoint.status()).users[0] ?? {};
    expect(failures).toBe(1);
    expect(lockedUntilMs).toBeGreaterThan(Date.now());
  });

  test("a policy may have the bundle destroyed; then only the server helps (OTP-32)", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy({ offline: { destroyAfterFailures: 2 } });
    const ada = await enterprise.person("ada", policy);
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    await endpoint.signIn(ada, "000000");
    await endpoint.signIn(ada, "000000");
    expect(await endpoint.signIn(ada)).toMatchObject({ reason: "never-signed-in-here", prompts: [] });
    await enterprise.restore();
    await endpoint.online();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  });
});
