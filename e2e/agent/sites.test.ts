import { describe, expect, test } from "vitest";
import { twoServers } from "./two-servers.ts";

describe("several servers", () => {
  test("one of two down: still online; both: offline, after both were tried (MDA-10, MDA-13)", async () => {
    await using servers = await twoServers(["main", "main"], false);
    const { enterprise, first, second } = servers;
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.online();
    await endpoint.signInOnline(ada);

    await first.proxy.set({ kind: "refuse" });
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "online" });
    await endpoint.until(() => endpoint.at === "online");
    expect((await endpoint.status()).connection.server).toBe(second.url);
    await endpoint.settled();

    second.proxy.clearLog();
    await second.proxy.set({ kind: "reset" });
    await endpoint.offline();
    expect(second.proxy.connections()).toBeGreaterThan(0);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });

    await second.proxy.set({ kind: "pass" });
    await endpoint.online();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "online" });
  });

  test("a server that dies between password and code: the other takes over, nothing is asked twice", async () => {
    await using servers = await twoServers(["main", "main"], false);
    const { enterprise } = servers;
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.online();
    const told = await endpoint.converse("ada", [
      ada.password,
      async () => {
        await enterprise.cut({ kind: "blackhole" });
        return ada.press();
      },
    ]);
    expect(told).toMatchObject({
      code: "success",
      reason: "online",
      prompts: ["Password: ", "One-time code: "],
    });
    expect(told.ms).toBeLessThan(2900);
  });

  test.each([
    [false, "offline"],
    [true, "online"],
  ])("the own site down, failover between sites %s: %s (MDA-11)", async (failover, mode) => {
    await using servers = await twoServers(["a", "b"], failover);
    const { enterprise, first } = servers;
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint({ site: "a" });
    await endpoint.online();
    await endpoint.signInOnline(ada);
    await first.proxy.set({ kind: "refuse" });
    await endpoint.until(
      () =>
        endpoint.at === "offline" ||
        endpoint.agent.endpoint?.connection.candidates().servers[0]?.server === servers.second.url,
    );
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: mode });
  });
});
