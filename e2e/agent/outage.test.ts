import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("the outage walk, through the agent's socket", () => {
  test("online, server gone, offline with both factors, back and level (OTP-2, OTP-6, MDA-12)", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    const online = await endpoint.signIn(ada);
    expect(online).toMatchObject({ code: "success", reason: "online", prompts: ["Password: ", "One-time code: "] });
    await endpoint.settled();

    await enterprise.cut();
    await endpoint.offline();
    const offline = await endpoint.signIn(ada);
    expect(offline).toMatchObject({ code: "success", reason: "offline" });
    expect(offline.infos).toEqual([
      "Offline sign-in: the server cannot be reached.",
      "24 offline sign-ins left here.",
    ]);

    await enterprise.restore();
    await endpoint.online();
    expect((await endpoint.status()).eventsWaiting).toBe(0);
    const audit = await enterprise.admin<{ items: { mode: string; outcome: string }[] }>("GET", `/audit?userId=${ada.userId}&mode=offline`);
    expect(audit.items).toHaveLength(1);
  });
});
