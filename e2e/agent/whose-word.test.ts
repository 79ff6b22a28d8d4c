import { describe, expect, test } from "vitest";
import { strangeAnswers } from "../rig/fault-proxy.ts";
import type { Person, TestEndpoint } from "./enterprise.ts";
import { TestEnterprise } from "./enterprise.ts";

async function cachedAda(enterprise: TestEnterprise): Promise<{ ada: Person; endpoint: TestEndpoint }> {
  const ada = await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(ada);
  return { ada, endpoint };
}

describe("a server that goes away in the middle", () => {
  test("between password and code: nothing is asked twice", async () => {
    await using enterprise = await TestEnterprise.start();
    const { ada, endpoint } = await cachedAda(enterprise);
    const told = await endpoint.converse("ada", [
      ada.password,
      async () => {
        await enterprise.cut();
        return ada.press();
      },
    ]);
    expect(told).toMatchObject({
      code: "success",
      reason: "offline",
      prompts: ["Password: ", "One-time code: "],
      infos: ["Offline sign-in: the server cannot be reached.", "24 offline sign-ins left here."],
    });
  });

  test("after it has consumed the code, before its answer: the same attempt counts here, and is no conflict", async () => {
    await using enterprise = await TestEnterprise.start();
    const { ada, endpoint } = await cachedAda(enterprise);
    const told = await endpoint.converse("ada", [
      ada.password,
      async () => {
        await enterprise.cut({ kind: "delay", ms: 60_000 });
        return ada.press();
      },
    ]);
    expect(told).toMatchObject({ code: "success", reason: "offline" });
    expect(told.ms).toBeLessThan(2900);
    await enterprise.cut({ kind: "reset" });
    await enterprise.restore();
    await endpoint.online();
    const { items } = await enterprise.admin<{ items: { attemptId: string; mode: string }[] }>(
      "GET",
      `/audit?userId=${ada.userId}&type=sign-in`,
    );
    // Newest first.
    const [offline, online] = items;
    expect([online?.mode, offline?.mode]).toEqual(["online", "offline"]);
    expect(online?.attemptId).toBe(offline?.attemptId);
    expect(await enterprise.alerts()).toEqual([]);
  });
});

describe("the server's refusal is final (OTP-30)", () => {
  test.each([
    ["a wrong password", (ada: Person) => ["wrong password", ada.press()], "wrong-credentials", "auth-error"],
    ["a wrong code", (ada: Person) => [ada.password, "000000"], "wrong-credentials", "auth-error"],
    ["a far code", (ada: Person) => [ada.password, ada.code(60)], "token-out-of-step", "auth-error"],
    ["an empty password", (ada: Person) => ["", ada.press()], "wrong-credentials", "auth-error"],
    ["an empty code", (ada: Person) => [ada.password, ""], "wrong-credentials", "auth-error"],
  ])("%s", async (_name, answers, reason, code) => {
    await using enterprise = await TestEnterprise.start();
    const { ada, endpoint } = await cachedAda(enterprise);
    const told = await endpoint.converse("ada", answers(ada));
    expect(told).toMatchObject({ code, reason, infos: [] });
    expect(told.errors).toHaveLength(1);
  });

  test("a disabled user, who could still sign in offline", async () => {
    await using enterprise = await TestEnterprise.start();
    const { ada, endpoint } = await cachedAda(enterprise);
    await enterprise.admin("PATCH", `/users/${ada.userId}`, { status: "disabled" });
    expect(await endpoint.signIn(ada)).toMatchObject({
      reason: "user-disabled",
      code: "auth-error",
      infos: [],
    });
  });
});

describe("whatever else comes back is an outage (OTP-30)", () => {
  test.each(Object.entries(strangeAnswers))(
    "a proxy's %s: the offline path, and nothing is deleted",
    async (_name, answer) => {
      await using enterprise = await TestEnterprise.start({ middleBox: true });
      const { ada, endpoint } = await cachedAda(enterprise);
      await enterprise.cut(answer);
      const told = await endpoint.signIn(ada);
      expect(told).toMatchObject({ code: "success", reason: "offline" });
      expect((await endpoint.status()).users).toHaveLength(1);
    },
  );
});

describe("a black hole", () => {
  test("delays the first sign-in by no more than 1.5 s, later ones by nothing", async () => {
    await using enterprise = await TestEnterprise.start({ heartbeatSeconds: 60 });
    const { ada, endpoint } = await cachedAda(enterprise);
    await enterprise.cut({ kind: "blackhole" });
    expect(endpoint.at).toBe("online");
    const first = await endpoint.signIn(ada);
    expect(first).toMatchObject({ code: "success", reason: "offline" });
    expect(first.ms).toBeGreaterThan(1400);
    expect(first.ms).toBeLessThan(2900);
    for (let count = 0; count < 3; count += 1) {
      const later = await endpoint.signIn(ada);
      expect(later).toMatchObject({ code: "success", reason: "offline" });
      expect(later.ms).toBeLessThan(700);
    }
  });
});
