import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { encodeFrame } from "@holdfast/protocol/pam-frames";
import { describe, expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

describe("conversations with the PAM module", () => {
  test("an endpoint that is not enrolled says so, and the stack may go on for break-glass accounts", async () => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint({ enrol: false });
    const told = await endpoint.converse("ada", []);
    expect(told).toMatchObject({ code: "unavailable", reason: "not-enrolled" });
    expect(told.errors[0]).toContain("holdfast enroll");
    expect((await stat(endpoint.agent.pamSocketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(endpoint.agent.controlSocketPath)).mode & 0o777).toBe(0o600);
  });

  test.each([true, false])("system accounts are refused, unless listed; server there: %s", async (there) => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint({
      config: { accounts: { minimumUid: 1000, allowedSystemAccounts: ["backup"] } },
    });
    if (!there) {
      await enterprise.cut();
      await endpoint.offline();
    }
    for (const action of ["authenticate", "account"] as const) {
      const told = await endpoint.converse("daemon", [], { uid: 999, action });
      expect(told).toMatchObject({ code: "permission-denied", reason: "system-account", prompts: [] });
    }
    const allowed = await endpoint.converse("backup", [], { uid: 34 });
    expect(allowed.reason).toBe(there ? "cancelled" : "never-signed-in-here");
  });

  test("a name that is no account is asked as everybody is, and no server hears of it", async () => {
    await using enterprise = await TestEnterprise.start({ middleBox: true });
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    enterprise.site.proxy.clearLog();
    const told = await endpoint.converse("ada", [ada.password, ada.press()], {
      uid: undefined as never,
    });
    expect(told).toMatchObject({
      code: "user-unknown",
      reason: "wrong-credentials",
      prompts: ["Password: ", "One-time code: "],
    });
    expect(enterprise.site.proxy.requests(/sign-ins/)).toBe(0);
    const known = await endpoint.converse("ada", ["wrong", "000000"]);
    expect([told.prompts, told.errors]).toEqual([known.prompts, known.errors]);
  });

  test("an account that no user of the server has: the same as a wrong password", async () => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint();
    expect(await endpoint.converse("local", ["password", "123456"])).toMatchObject({
      code: "auth-error",
      reason: "wrong-credentials",
      prompts: ["Password: ", "One-time code: "],
    });
    expect(await endpoint.converse("with space", [])).toMatchObject({ code: "user-unknown" });
  });

  describe.each([
    ["online", false],
    ["offline", true],
  ] as const)("one line, %s", (mode, cut) => {
    test.each([
      ["asked once", 1],
      ["asked twice, the same answer given twice", 2],
    ])("%s", async (_name, times) => {
      await using enterprise = await TestEnterprise.start();
      const ada = await enterprise.person("ada", await enterprise.policy(), { digits: 8 });
      const endpoint = await enterprise.endpoint();
      const prompting = times === 1 ? "one-line" : "separate";
      const line = () => {
        const text = `${ada.password}${ada.press()}`;
        return Array.from({ length: times }, () => text);
      };
      if (cut) {
        // The first one of all, so that the code's length is not known here yet.
        const first = await endpoint.converse("ada", line(), { prompting });
        expect(first).toMatchObject({ code: "success", reason: "online" });
        await endpoint.settled();
        await enterprise.cut();
        await endpoint.offline();
      }
      const told = await endpoint.converse("ada", line(), { prompting });
      expect(told).toMatchObject({ code: "success", reason: mode });
      expect(told.prompts).toEqual(
        times === 1 ? ["Password followed by one-time code: "] : ["Password: ", "One-time code: "],
      );
    });
  });

  test("one line when the server goes away meanwhile", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    const line = async () => {
      await enterprise.cut();
      return `${ada.password}${ada.press()}`;
    };
    expect(await endpoint.converse("ada", [line], { prompting: "one-line" })).toMatchObject({
      code: "success",
      reason: "offline",
      prompts: ["Password followed by one-time code: "],
    });
  });

  test("cancelled, and hung up: nothing counts", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    expect(await endpoint.converse("ada", [ada.password])).toMatchObject({
      code: "auth-error",
      reason: "cancelled",
      errors: [],
    });
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.converse("ada", [ada.password])).toMatchObject({
      code: "auth-error",
      reason: "cancelled",
    });
    expect((await endpoint.status()).users[0]?.failures).toBe(0);
  });

  test("the account phase: active, disabled, unknown, and what is known offline", async () => {
    await using enterprise = await TestEnterprise.start();
    const policy = await enterprise.policy();
    const ada = await enterprise.person("ada", policy);
    const ben = await enterprise.person("ben", policy);
    const endpoint = await enterprise.endpoint();
    await endpoint.signInOnline(ada);
    expect(await endpoint.account("ada")).toMatchObject({ code: "success" });
    await enterprise.admin("PATCH", `/users/${ben.userId}`, { status: "disabled" });
    expect(await endpoint.account("ben")).toMatchObject({
      code: "account-expired",
      reason: "user-disabled",
      errors: ["Your account is disabled. Ask your administrator or help desk."],
    });
    expect(await endpoint.account("local")).toMatchObject({ code: "user-unknown" });
    await enterprise.cut();
    await endpoint.offline();
    expect(await endpoint.account("ada")).toMatchObject({ code: "success" });
    expect(await endpoint.account("ben")).toMatchObject({
      code: "unavailable",
      reason: "never-signed-in-here",
    });
  });

  test("what is no protocol ends as unavailable and becomes one event, however often", async () => {
    await using enterprise = await TestEnterprise.start();
    const endpoint = await enterprise.endpoint();
    const begin = encodeFrame({
      type: "begin",
      action: "authenticate",
      user: "ada",
      service: "sshd",
      uid: 1000,
      prompting: "separate",
    });
    const bad = [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.from([1, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([9, 0, 0, 0, 0]),
      encodeFrame({ type: "answer", value: Buffer.from("early") }),
      Buffer.concat([begin, begin]),
      Buffer.concat([begin, encodeFrame({ type: "answer", value: Buffer.from("unasked") })]),
    ];
    for (const bytes of [...bad, ...bad]) {
      const socket = connect(endpoint.agent.pamSocketPath);
      socket.write(bytes);
      const parts: Buffer[] = [];
      for await (const part of socket) parts.push(part as Buffer);
      expect(Buffer.concat(parts).toString("latin1")).toContain("malformed-input");
    }
    expect(endpoint.log.filter(({ msg }) => msg === "malformed input").length).toBeLessThanOrEqual(
      bad.length,
    );
    await endpoint.online();
    const { items } = await enterprise.admin<{ items: object[] }>("GET", "/audit?type=malformed-input");
    expect(items.length).toBeGreaterThanOrEqual(4);
  });

  test("more conversations than places: told so, and the others go on", async () => {
    await using enterprise = await TestEnterprise.start();
    const ada = await enterprise.person("ada", await enterprise.policy());
    const endpoint = await enterprise.endpoint();
    const { promise: gate, resolve: open } = Promise.withResolvers<string>();
    // Names without an account: they wait at a prompt without a server's having to answer 64 at a time.
    const waiting = Array.from({ length: 64 }, () =>
      endpoint.converse("nobody", [() => gate], { uid: undefined as never }),
    );
    await endpoint.until(() => endpoint.agent.conversations === 64);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "auth-error", reason: "busy", prompts: [] });
    open("x");
    await Promise.all(waiting);
    expect(await endpoint.signIn(ada)).toMatchObject({ code: "success" });
  });
});
