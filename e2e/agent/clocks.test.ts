import { systemClocks } from "@holdfast/offline-store/node/clocks";
import type { Clocks } from "@holdfast/offline-store/types";
import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";
import { twoServers } from "./two-servers.ts";

const dayMs = 86_400_000;

/** This machine's clocks, the wall clock off by some error. */
class WrongClocks implements Clocks {
  errorMs = 0;
  readonly #right = systemClocks();
  wallMs = () => this.#right.wallMs() + this.errorMs;
  sinceBootMs = () => this.#right.sinceBootMs();
  bootId = () => this.#right.bootId();
}

describe("wrong clocks (UNI-6)", () => {
  test("set back 30 days offline: sign-ins go on with a warning, and nothing lasts longer", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy({ offline: { maxAge: "PT3S" } }));
    const clocks = new WrongClocks();
    const endpoint = await enterprise.endpoint({ clocks });
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    clocks.errorMs = -30 * dayMs;
    const told = await endpoint.signIn(ada);
    expect(told).toMatchObject({ code: "success", reason: "offline" });
    expect(told.infos.join(" ")).toMatch(/This computer's clock is 3[01] days behind/);
    await endpoint.until(async () => (await endpoint.status()).users[0]?.refusal === "clock-set-back");
    expect(await endpoint.signIn(ada)).toMatchObject({
      code: "auth-error",
      reason: "clock-set-back",
      prompts: [],
    });
    expect((await endpoint.status()).health.map(({ code }) => code)).toContain("clock-behind");
  });

  test("set back 30 days, and the server comes back: online sign-ins work", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const clocks = new WrongClocks();
    const endpoint = await enterprise.endpoint({ clocks });
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    clocks.errorMs = -30 * dayMs;
    await enterprise.restore();
    await endpoint.online();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "online" });
  });

  test("forward a year: everything expires, and the server's signed time makes it usable again", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const clocks = new WrongClocks();
    const endpoint = await enterprise.endpoint({ clocks });
    await endpoint.signInOnline(ada);
    await enterprise.cut();
    await endpoint.offline();
    clocks.errorMs = 365 * dayMs;
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "auth-error", reason: "lease-expired" });
    await enterprise.restore();
    await endpoint.online();
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  });

  test("a clock so wrong that certificates look invalid: corrected over TLS all the same", async () => {
    const days = 400;
    const secondClock = { now: () => Date.now() + days * dayMs };
    await using servers = await twoServers(["main", "main"], false, secondClock);
    const { enterprise, second } = servers;
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.online();
    await enterprise.cut();
    await endpoint.until(
      async () => (await endpoint.status()).connection.server === second.url && endpoint.at === "online",
    );
    const corrected = endpoint.log.find(({ msg }) => msg === "the server corrected this endpoint's time");
    expect(Math.round(Number(corrected?.byMs) / dayMs)).toBe(days);
    expect(Math.round(((await endpoint.status()).effectiveTimeMs - Date.now()) / dayMs)).toBe(days);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "online" });
  });
});
