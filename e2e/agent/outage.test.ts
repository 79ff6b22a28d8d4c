import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("the outage walk, through the agent's socket", () => {
  test("online, server gone, offline with both factors, back and level (OTP-2, OTP-6, MDA-12)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    const online = await endpoint.signIn(ada);
    expect(online).toMatchObject({
      code: "success",
      reason: "online",
      prompts: ["Password: ", "One-time code: "],
    });
    await endpoint.settled();

    await enterprise.cut();
    await endpoint.offline();
    const offline = await endpoint.signIn(ada);
    expect(offline).toMatchObject({ code: "success", reason: "offline" });
    expect(offline.infos).toEqual([
      "Offline sign-in: the server cannot be reached.",
      "No code at hand? Press Enter alone at the next prompt: your help desk can help.",
      "24 offline sign-ins left here.",
    ]);

    await enterprise.restore();
    await endpoint.online();
    const [event] = await enterprise.offlineSignIns(ada);
    expect(event).toMatchObject({
      outcome: "succeeded",
      mode: "offline",
      detail: { consumed: { counter: 1 } },
    });
    // The cache fills again in the background, and the code used offline is used up everywhere.
    await expect
      .poll(async () => (await endpoint.status()).users[0], { timeout: 10_000 })
      .toMatchObject({ remaining: 25, failures: 0 });
    expect(await endpoint.signIn(ada, ada.code(1))).toMatchObject({
      code: "auth-error",
      reason: "wrong-credentials",
    });
    await endpoint.signInOnline(ada);
  });

  test("an online sign-in fills the cache again (OTP-7)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    for (let count = 0; count < 5; count += 1) await endpoint.signIn(ada);
    expect((await endpoint.status()).users[0]?.remaining).toBe(20);
    await enterprise.restore();
    await endpoint.online();
    await endpoint.signInOnline(ada);
    expect((await endpoint.status()).users[0]?.remaining).toBe(25);
  });

  test("exactly 25 with the default window, then the truth and the caution (OTP-17, OTP-22, OTP-25)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy({ offline: { bypass: [] } }));
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    const infos: string[] = [];
    for (let count = 1; count <= 25; count += 1) {
      const told = await endpoint.signIn(ada);
      expect(told).toMatchObject({ code: "success", reason: "offline" });
      infos.push(told.infos.at(-1) ?? "");
    }
    expect(infos[18]).toBe("6 offline sign-ins left here.");
    expect(infos[19]).toBe("5 offline sign-ins left here. Sign in once while connected to refill.");
    expect(infos[24]).toMatch(
      /^That was the last offline sign-in here\. .*Do not keep pressing the token's button/,
    );
    const refused = await endpoint.signIn(ada);
    expect(refused).toMatchObject({ code: "auth-error", reason: "cache-exhausted", prompts: [] });
    expect(refused.errors[0]).toMatch(
      /no offline sign-ins are left here\. Sign in once while connected .*Do not keep pressing/,
    );
    await enterprise.restore();
    await endpoint.online();
    await endpoint.signInOnline(ada);
  }, 30_000);

  test("a buffer of 10 leaves 20 of a window of 30 (OTP-18)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint({ config: { profile: { name: "pam", buffer: 10 } } });
    await endpoint.signInOnline(ada);
    expect((await endpoint.status()).users[0]?.remaining).toBe(20);
    // Set anew in the file after the enrolment: counts from the next contact on.
    await endpoint.stop();
    await endpoint.start({ profile: { name: "pam", buffer: 12 } });
    await endpoint.online();
    await endpoint.signInOnline(ada);
    expect((await endpoint.status()).users[0]?.remaining).toBe(18);
  });

  test("a code accepted offline is accepted once, and none before it (OTP-8)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    expect((await endpoint.signIn(ada, ada.code(4))).code).toBe("success");
    expect((await endpoint.signIn(ada, ada.code(4))).reason).toBe("wrong-credentials");
    expect((await endpoint.signIn(ada, ada.code(1))).reason).toBe("wrong-credentials");
    expect((await endpoint.signIn(ada, ada.code(5))).code).toBe("success");
  });
});
