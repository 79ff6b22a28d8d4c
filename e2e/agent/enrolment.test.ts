import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("enrolment", () => {
  test("by a code that pins the authority; once", async () => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint({ name: "ward-7" });
    expect((await endpoint.status()).endpoint).toMatchObject({ name: "ward-7", site: "main" });
    const again = await endpoint.agent.control({
      do: "enroll",
      server: enterprise.site.url,
      code: await enterprise.enrolmentCode(),
    });
    expect(again).toMatchObject({ kind: "refused", why: "This computer is enrolled already, as ward-7." });
    expect(again.kind === "refused" && again.next).toContain("holdfast admin endpoints revoke");
  });

  test("a server without the pinned authority is sent nothing, and the code stays good", async () => {
    await using enterprise = await TestEnterprise.start();
    await using impostor = await TestEnterprise.start({ middleBox: true });
    const endpoint = await enterprise.endpoint({ enrol: false });
    const code = await enterprise.enrolmentCode();
    const refused = await endpoint.agent.control({ do: "enroll", server: impostor.site.url, code });
    expect(refused).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("Nothing was sent to it"),
    });
    expect(impostor.site.proxy.requests()).toBe(0);
    await endpoint.enrol(enterprise.site.url, code);
    expect((await endpoint.status()).enrolled).toBe(true);
  });

  test.each([
    ["no code at all", "HF1.nonsense", "This is no enrolment code"],
    ["an empty text", "", "This is no enrolment code"],
  ])("%s", async (_name, code, why) => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint({ enrol: false });
    const refused = await endpoint.agent.control({ do: "enroll", server: enterprise.site.url, code });
    expect(refused).toMatchObject({ kind: "refused", why: expect.stringContaining(why) });
  });

  test("a used code, and a server that is not there", async () => {
    await using enterprise = await TestEnterprise.start();
    const code = await enterprise.enrolmentCode();
    const [first, second] = [
      await enterprise.endpoint({ enrol: false }),
      await enterprise.endpoint({ enrol: false }),
    ];
    await first.enrol(enterprise.site.url, code);
    const used = await second.agent.control({ do: "enroll", server: enterprise.site.url, code });
    expect(used).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("mistyped, used or expired"),
    });
    await enterprise.cut();
    const away = await second.agent.control({
      do: "enroll",
      server: enterprise.site.url,
      code: await enterprise.enrolmentCode(),
    });
    expect(away).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("cannot be reached: ECONNREFUSED"),
    });
  });

  test("anew after a revocation, with nothing of the old left", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    const before = endpoint.agent.endpoint?.identity.endpointId ?? "";
    await enterprise.admin("POST", `/endpoints/${before}/revocation`, {});
    await endpoint.until(async () => (await endpoint.signIn(ada)).reason === "endpoint-revoked");
    ada.next = 40;
    await endpoint.until(async () => (await endpoint.status()).users.length === 0);
    await endpoint.enrol(enterprise.site.url, await enterprise.enrolmentCode("ward-8"));
    await endpoint.online();
    const status = await endpoint.status();
    expect(status.endpoint).toMatchObject({ name: "ward-8" });
    expect(status.endpoint?.id).not.toBe(before);
    expect(status.users).toEqual([]);
    expect(status.health.map(({ code }) => code)).toEqual(["key-in-file"]);
  });

  test("a damaged identity: the agent stays up, lets nobody in and says why", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    await endpoint.stop();
    const file = join(endpoint.directory, "state", "enterprise.json");
    const right = await readFile(file);
    await writeFile(file, right.subarray(0, 100));
    await endpoint.start();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "unavailable", prompts: [] });
    expect((await endpoint.status()).health.map(({ code }) => code)).toContain("store-tampered");
    await endpoint.stop();
    await writeFile(file, right);
    await endpoint.start();
    await endpoint.online();
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success" });
  });

  test("two agents on one state directory: the second does not start", async () => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint();
    const { agent } = endpoint;
    await expect(endpoint.start({ runDirectory: join(endpoint.directory, "other") })).rejects.toThrow(
      "another agent",
    );
    endpoint.agent = agent;
    expect((await endpoint.status()).connection.state).toBe("online");
  });
});
