import { join } from "node:path";
import type { AgentFrame, ModuleFrame, PamResultCode } from "@holdfast/protocol/pam-frames";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runOk } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";
import { type HostRun, type PamStatus, pamFlags, runHost, unavailableText } from "./host.ts";
import { built } from "./module-build.ts";
import { type AgentTalk, passwordAndCode, startScriptedAgent } from "./scripted-agent.ts";

// Its end is what the search for traces looks for: later frames overwrite the beginning by themselves.
const secret = "and a good deal more of it, so that no register holds it all";
const password = `correct horse battery staple, ${secret}`;
const code = "755224";
const typed = (text: string): ModuleFrame => ({ type: "answer", value: new TextEncoder().encode(text) });
const result = (resultCode: PamResultCode, reason: string): AgentFrame => ({
  type: "result",
  code: resultCode,
  reason,
});
const signedIn = result("success", "signed-in");

describeWhere(["gcc", "make", "pam-headers"], "the module between a PAM host and the agent", () => {
  let directory: TemporaryDirectory;
  let socket: string;
  beforeAll(async () => {
    // Passable, so that the host can also be run as another user.
    directory = await temporaryDirectory("pam-module", 0o755);
    socket = join(directory.path, "pam.sock");
    await built("host");
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  /** One conversation with an agent that plays `script`. */
  async function talk(script: (agent: AgentTalk) => Promise<void> | void, options: Partial<HostRun> = {}) {
    await using agent = await startScriptedAgent(socket, script);
    const host = await runHost({ socket, answers: [password, code], ...options });
    return { ...host, heard: agent.heard };
  }

  test("passwords, codes and messages go through, and the agent's success is PAM_SUCCESS", async () => {
    const done = await talk(passwordAndCode(signedIn), { rhost: "203.0.113.7", tty: "ssh", service: "sshd" });
    expect(done).toMatchObject({ status: "PAM_SUCCESS", leakedDescriptors: 0, signalsChanged: false });
    expect(done.shown).toEqual([
      { kind: "prompt-off", text: "Password: " },
      { kind: "prompt-on", text: "Code: " },
      { kind: "info", text: "3 offline sign-ins are left." },
    ]);
    expect(done.heard).toEqual([
      [
        {
          type: "begin",
          action: "authenticate",
          user: "root",
          service: "sshd",
          rhost: "203.0.113.7",
          tty: "ssh",
          uid: 0,
          prompting: "separate",
        },
        typed(password),
        typed(code),
      ],
    ]);
    expect(done.log).toEqual([{ priority: 6, text: "authenticate user=root: Success reason=signed-in" }]);
  });

  test("every field of BEGIN comes from the host's PAM items", async () => {
    const done = await talk(passwordAndCode(signedIn), {
      service: "su",
      tty: "/dev/pts/3",
      ruser: "daemon",
      user: "daemon",
      moduleArguments: ["prompting=one-line"],
    });
    expect(done.heard[0]?.[0]).toEqual({
      type: "begin",
      action: "authenticate",
      user: "daemon",
      service: "su",
      tty: "/dev/pts/3",
      ruser: "daemon",
      uid: 1,
      prompting: "one-line",
    });
  });

  test.each<[PamResultCode, PamStatus, PamStatus]>([
    ["success", "PAM_SUCCESS", "PAM_USER_UNKNOWN"],
    ["auth-error", "PAM_AUTH_ERR", "PAM_USER_UNKNOWN"],
    ["user-unknown", "PAM_USER_UNKNOWN", "PAM_USER_UNKNOWN"],
    ["unavailable", "PAM_AUTHINFO_UNAVAIL", "PAM_AUTHINFO_UNAVAIL"],
    ["account-expired", "PAM_ACCT_EXPIRED", "PAM_USER_UNKNOWN"],
    ["permission-denied", "PAM_PERM_DENIED", "PAM_USER_UNKNOWN"],
    ["max-tries", "PAM_MAXTRIES", "PAM_USER_UNKNOWN"],
    ["ignore", "PAM_IGNORE", "PAM_USER_UNKNOWN"],
  ])("the agent's %s is %s, and %s for a name that is no account", async (resultCode, known, unknown) => {
    const decided = passwordAndCode(result(resultCode, "some-reason"));
    const forAccount = await talk(decided);
    expect(forAccount.status).toBe(known);
    expect(forAccount.log.at(-1)?.text).toContain("reason=some-reason");
    const name = "nobody-of-this-name";
    const forNobody = await talk(decided, { user: name });
    expect(forNobody.status).toBe(unknown);
    // Same prompts and messages: nothing on the screen tells which names are accounts.
    expect(forNobody.shown).toEqual(forAccount.shown);
    expect(forNobody.heard[0]?.[0]).toEqual({
      type: "begin",
      action: "authenticate",
      user: name,
      service: "holdfast-test",
      prompting: "separate",
    });
    // People type their password where the name belongs: an unknown name is not logged.
    expect(JSON.stringify(forNobody.log)).not.toContain(name);
  });

  test("account management asks without prompting", async () => {
    const refuse = async (agent: AgentTalk) => {
      await agent.next();
      agent.send({ type: "error", text: "This account has been disabled." }, result("account-expired", "x"));
    };
    const done = await talk(refuse, { action: "account" });
    expect(done).toMatchObject({ status: "PAM_ACCT_EXPIRED" });
    expect(done.shown).toEqual([{ kind: "error", text: "This account has been disabled." }]);
    expect(done.heard[0]).toMatchObject([{ type: "begin", action: "account", user: "root", uid: 0 }]);
    expect((await talk(passwordAndCode(signedIn), { action: "account" })).status).toBe(
      "PAM_AUTHINFO_UNAVAIL",
    );
  });

  test("pam_setcred is PAM_SUCCESS and asks nobody", async () => {
    const done = await talk(() => undefined, { action: "setcred" });
    expect(done).toMatchObject({ status: "PAM_SUCCESS", shown: [], heard: [] });
  });

  test("PAM_SILENT keeps messages back, not prompts; messages=always shows them all the same", async () => {
    const silent = await talk(passwordAndCode(signedIn), { flags: pamFlags.PAM_SILENT });
    expect(silent.status).toBe("PAM_SUCCESS");
    expect(silent.shown.map(({ kind }) => kind)).toEqual(["prompt-off", "prompt-on"]);
    const unavailable = await runHost({ socket: `${socket}.none`, flags: pamFlags.PAM_SILENT });
    expect(unavailable).toMatchObject({ status: "PAM_AUTHINFO_UNAVAIL", shown: [] });
    const shown = { flags: pamFlags.PAM_SILENT, moduleArguments: ["messages=always"] };
    expect((await talk(passwordAndCode(signedIn), shown)).shown.map(({ kind }) => kind)).toContain("info");
  });

  test("an empty answer reaches the agent, which counts it, with PAM_DISALLOW_NULL_AUTHTOK too", async () => {
    const flags = pamFlags.PAM_DISALLOW_NULL_AUTHTOK;
    const refused = result("auth-error", "wrong-credentials");
    const done = await talk(passwordAndCode(refused), { answers: ["", ""], flags });
    expect(done.status).toBe("PAM_AUTH_ERR");
    expect(done.heard[0]?.slice(1)).toEqual([typed(""), typed("")]);
  });

  test("the user is asked for where the host gave none", async () => {
    const done = await talk(passwordAndCode(signedIn), { user: null, answers: ["daemon", password, code] });
    expect(done.status).toBe("PAM_SUCCESS");
    expect(done.heard[0]?.[0]).toMatchObject({ user: "daemon", uid: 1 });
    expect(done.shown[0]?.kind).toBe("prompt-on");
  });

  test("the agent hears the account's own name where the name service knows it by another", async () => {
    const done = await talk(passwordAndCode(signedIn), { user: "daemon", alias: "Daemon of the machine" });
    expect(done.heard[0]?.[0]).toMatchObject({ user: "Daemon of the machine", uid: 1 });
  });

  test.each(["u".repeat(257), "\u001b[2Jroot", "", "\u00a0\u0085"])(
    "a name that cannot be a user's is PAM_USER_UNKNOWN and reaches neither agent nor log: %j",
    async (user) => {
      const done = await talk(passwordAndCode(signedIn), { user });
      expect(done).toMatchObject({ status: "PAM_USER_UNKNOWN", heard: [], shown: [] });
      expect(done.log).toEqual([{ priority: 5, text: "authenticate: the name typed cannot be a user's" }]);
    },
  );

  test("a remote host's name is made harmless, and never to none", async () => {
    const done = await talk(passwordAndCode(signedIn), { rhost: "\u001b]0;x\u0007é".padEnd(400, "h") });
    expect(done.heard[0]?.[0]).toMatchObject({ rhost: "?]0;x???".padEnd(256, "h") });
    expect((await talk(passwordAndCode(signedIn), { rhost: "" })).heard[0]?.[0]).not.toHaveProperty("rhost");
    const items = { service: "s".repeat(80), tty: "t".repeat(80), ruser: "r".repeat(300) };
    expect((await talk(passwordAndCode(signedIn), items)).heard[0]?.[0]).toMatchObject({
      service: "s".repeat(64),
      tty: "t".repeat(64),
      ruser: "r".repeat(256),
    });
  });

  test.each<[NonNullable<HostRun["conversation"]>, ModuleFrame[]]>([
    ["failing", [{ type: "cancel" }]],
    ["failing-with-answer", [{ type: "cancel" }]],
    ["aborting", [{ type: "cancel" }]],
    ["again", [{ type: "cancel" }]],
    ["no-array", [{ type: "cancel" }]],
    ["missing", [{ type: "cancel" }]],
  ])("a conversation function that is %s cancels and is PAM_CONV_ERR", async (conversation, afterBegin) => {
    const done = await talk(passwordAndCode(signedIn), { conversation });
    expect(done).toMatchObject({ status: "PAM_CONV_ERR", leakedDescriptors: 0 });
    expect(done.heard[0]?.slice(1)).toEqual(afterBegin);
    expect(done.log.at(-1)).toEqual({
      priority: 5,
      text: "authenticate user=root: conversation failed or aborted",
    });
  });

  test("no answer at all cancels", async () => {
    const done = await talk(passwordAndCode(signedIn), { answers: [password] });
    expect(done.status).toBe("PAM_CONV_ERR");
    expect(done.heard[0]?.slice(1)).toEqual([typed(password), { type: "cancel" }]);
  });

  test("an answer over the limit cancels and is PAM_AUTH_ERR", async () => {
    const longest = await talk(passwordAndCode(signedIn), { answers: ["p".repeat(1024), code] });
    expect(longest.status).toBe("PAM_SUCCESS");
    const done = await talk(passwordAndCode(signedIn), { answers: ["p".repeat(1025), code] });
    expect(done).toMatchObject({ status: "PAM_AUTH_ERR" });
    expect(done.heard[0]?.slice(1)).toEqual([{ type: "cancel" }]);
    expect(done.log.at(-1)?.text).toBe("authenticate user=root: answer too long");
  });

  test("a host that answers events later is told to call again", async () => {
    const done = await talk(passwordAndCode(signedIn), { user: null, conversation: "again" });
    expect(done).toMatchObject({ status: "PAM_INCOMPLETE", heard: [] });
    const failed = await talk(passwordAndCode(signedIn), { user: null, conversation: "failing" });
    expect(failed).toMatchObject({ status: "PAM_CONV_ERR", heard: [] });
  });

  test.each([
    "promting=one-line",
    "prompting=twice",
    "socket=relative/pam.sock",
    `socket=/${"x".repeat(120)}`,
    "use_first_pass",
  ])("an option that is not understood makes the service unavailable: %s", async (argument) => {
    const done = await talk(passwordAndCode(signedIn), { moduleArguments: [argument] });
    expect(done).toMatchObject({ status: "PAM_AUTHINFO_UNAVAIL", heard: [] });
    expect(done.log).toEqual([{ priority: 3, text: `option not understood: ${argument}` }]);
  });

  test("debug logs frame types and no contents", async () => {
    const done = await talk(passwordAndCode(signedIn), { moduleArguments: ["debug", "prompting=separate"] });
    expect(done.log.map(({ text }) => text).join("\n")).toContain("frame 0x81 from the agent");
    expect(done.log.some(({ text }) => text.includes(password) || text.includes(code))).toBe(false);
  });

  test("an account named by a name service with large records is found", async () => {
    const done = await talk(passwordAndCode(signedIn), { with: ["crowded-name-service"] });
    expect(done.heard[0]?.[0]).toMatchObject({ user: "root", uid: 0 });
    expect(done.calls.get("getpwnam_r")).toBe(4);
  });

  test("bytes that come and go one by one, and interrupted calls, change nothing", async () => {
    for (const condition of ["dribble", "interruptions"] as const) {
      const done = await talk(passwordAndCode(signedIn), { with: [condition] });
      expect(done.status).toBe("PAM_SUCCESS");
      expect(done.heard[0]?.slice(1)).toEqual([typed(password), typed(code)]);
    }
  });

  test("the socket never takes the number of a standard stream", async () => {
    const done = await talk(passwordAndCode(signedIn), { with: ["closed-stdin"] });
    expect(done).toMatchObject({ status: "PAM_SUCCESS", leakedDescriptors: 0 });
    expect(done.calls.get("fcntl")).toBe(1);
  });

  test("what was typed is nowhere in memory afterwards", async () => {
    for (const last of [signedIn, result("auth-error", "wrong-credentials")]) {
      const done = await talk(passwordAndCode(last), { program: "host", secret });
      expect(done).toMatchObject({ secretFreed: false, secretOnStack: false });
    }
    const failed = { program: "host", secret, conversation: "failing-with-answer" } as const;
    expect(await talk(passwordAndCode(signedIn), failed)).toMatchObject({
      secretFreed: false,
      secretOnStack: false,
    });
    // The search does find it in a module that wipes nothing.
    const unwiped = await talk(passwordAndCode(signedIn), {
      program: "host",
      secret,
      with: ["no-wipe"],
    });
    expect(unwiped).toMatchObject({ secretFreed: true, secretOnStack: true });
  });

  test("nobody listening is PAM_AUTHINFO_UNAVAIL with a text and a log line", async () => {
    const done = await runHost({ socket: `${socket}.none` });
    expect(done.status).toBe("PAM_AUTHINFO_UNAVAIL");
    expect(done.shown).toEqual([{ kind: "error", text: unavailableText }]);
    expect(done.log).toEqual([
      {
        priority: 3,
        text: "authenticate user=root: holdfast-agent is not answering: nobody listens at the agent's socket",
      },
    ]);
  });
});

describeWhere(["gcc", "make", "pam-headers"], "the built module", () => {
  test("exports its three entry points and nothing else", async () => {
    const module = await built("pam_holdfast.so");
    const entryPoints = ["pam_sm_authenticate", "pam_sm_acct_mgmt", "pam_sm_setcred"];
    const others = ["pam_sm_open_session", "pam_sm_close_session", "pam_sm_chauthtok"];
    const internal = ["holdfast_open", "holdfast_encode_answer", "holdfast_find_account"];
    const { stdout } = await runOk(await built("dlsym-check"), [
      module,
      ...entryPoints,
      ...others,
      ...internal,
    ]);
    expect(stdout.trim().split("\n")).toEqual([
      ...entryPoints.map((name) => `${name} yes`),
      ...[...others, ...internal].map((name) => `${name} no`),
    ]);
    const symbols = await runOk("nm", ["--dynamic", "--defined-only", "--format=posix", module]);
    const defined = symbols.stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(defined.sort()).toEqual([...entryPoints].sort());
  });

  test("is hardened: immediate binding, read-only relocations, no executable stack, stack protector", async () => {
    const module = await built("pam_holdfast.so");
    const { stdout } = await runOk("readelf", ["--wide", "--dynamic", "--segments", "--dyn-syms", module]);
    expect(stdout).toMatch(/BIND_NOW|FLAGS.*NOW/);
    expect(stdout).toContain("GNU_RELRO");
    expect(stdout).toMatch(/GNU_STACK\s.*\sRW\s/);
    expect(stdout).toContain("__stack_chk_fail");
    // Nothing that ends or signals its host, and no environment to be led by.
    expect(stdout).not.toMatch(/ (?:exit|_exit|abort|__assert_fail|sigaction|signal|getenv|system)@/);
  });

  test("waits as long as documented: 1 s to connect, 20 s for a reply, 90 s in all", async () => {
    const { stdout } = await runOk(await built("host-unshortened"), ["limits"]);
    expect(stdout.trim()).toBe("1000 20000 90000");
  });
});
