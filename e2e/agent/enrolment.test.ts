import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type TestEndpoint, TestEnterprise } from "./enterprise.ts";

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

  test("after an answer that was lost: with the same code as the same endpoint, with another as a new one", async () => {
    await using enterprise = await TestEnterprise.start();
    const known = async () =>
      (await enterprise.admin<{ items: { id: string }[] }>("GET", "/endpoints")).items.map(({ id }) => id);
    /** The server takes the request, and the answer breaks off. */
    const lose = async (endpoint: TestEndpoint) => {
      const before = (await known()).length;
      for (let bytes = 1200; bytes < 6000; bytes += 200) {
        const code = await enterprise.enrolmentCode();
        await enterprise.cut({ kind: "cut-after", bytes });
        const answer = await endpoint.agent.control({ do: "enroll", server: enterprise.site.url, code });
        await enterprise.restore();
        expect(answer.kind, JSON.stringify(answer)).toBe("refused");
        // The server may still be at it.
        await new Promise((resolve) => setTimeout(resolve, 300));
        if ((await known()).length > before) return code;
      }
      throw new Error("no answer was lost");
    };
    const first = await enterprise.endpoint({ enrol: false });
    const used = await lose(first);
    await first.enrol(enterprise.site.url, used);
    expect(await known()).toEqual([(await first.status()).endpoint?.id]);

    const second = await enterprise.endpoint({ enrol: false });
    await lose(second);
    const told: string[] = [];
    const request = {
      do: "enroll",
      server: enterprise.site.url,
      code: await enterprise.enrolmentCode("ward-9"),
    } as const;
    expect(await second.agent.control(request, (text) => told.push(text))).toMatchObject({
      kind: "enrolled",
      name: "ward-9",
    });
    expect(told.at(-1)).toContain("holdfast admin endpoints list");
    await second.online();
    expect((await second.status()).connection.state).toBe("online");
    // The one that was lost is still there, and known never to have made contact.
    expect(await known()).toHaveLength(3);
  }, 60_000);

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
    const health = async () => (await endpoint.status()).health.map(({ code }) => code);
    // Once it has made contact.
    await expect.poll(health).toEqual(["key-in-file"]);
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
