import { join } from "node:path";
import type { AgentFrame, ModuleFrame } from "@holdfast/protocol/pam-frames";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Account } from "../../rig/accounts.ts";
import { createMachine, type Machine } from "../../rig/machine.ts";
import { answers } from "../../rig/pty.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { type Sshd, ssh, startSshd } from "../../rig/ssh.ts";
import { agentSocket, installPamModule } from "./packaged-stack.ts";
import { type AgentTalk, startScriptedAgent } from "./scripted-agent.ts";

const localPassword = "the password in /etc/shadow";
const success: AgentFrame = { type: "result", code: "success", reason: "signed-in" };
const refused: AgentFrame = { type: "result", code: "auth-error", reason: "wrong-credentials" };
const typed = (frames: readonly ModuleFrame[] = []) =>
  frames.flatMap((frame) => (frame.type === "answer" ? [new TextDecoder().decode(frame.value)] : []));

/** Two hidden prompts, then `last`; account management gets a plain success. */
const twoHiddenPrompts = (last: AgentFrame) => async (agent: AgentTalk) => {
  const begin = await agent.next();
  if (begin?.type === "begin" && begin.action === "account") return agent.send(success);
  for (const text of ["Password: ", "Code: "]) {
    agent.send({ type: "prompt", echo: false, text });
    if ((await agent.next())?.type !== "answer") return;
  }
  agent.send({ type: "info", text: "3 offline sign-ins are left." }, last);
};

describeWhere([...pamNeeds, "make", "sshd", "ssh"], "the packaged stack under Debian's sshd", () => {
  let machine: Machine;
  let sshd: Sshd;
  let alice: Account;
  let identityFile: string;
  let socket: string;

  beforeAll(async () => {
    machine = await createMachine();
    await machine.addGroup({ name: "holdfast-breakglass", gid: 900 });
    alice = await machine.addUser({ name: "alice", password: localPassword });
    await machine.addUser({ name: "emergency", password: localPassword, groups: ["holdfast-breakglass"] });
    await installPamModule(machine);
    socket = await agentSocket(machine);
    const service = ["auth", "account"].map((phase) => `${phase} substack holdfast-${phase}`);
    await machine.writePamService("sshd", [...service, "session required pam_permit.so"].join("\n"));
    identityFile = join(machine.etc, "ssh", "alice");
    await machine.runOk("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "/etc/ssh/alice"]);
    await machine.runOk("cp", ["/etc/ssh/alice.pub", "/etc/ssh/authorized_keys"]);
    sshd = await startSshd(machine, {
      password: true,
      publicKey: true,
      config: "AuthorizedKeysFile /etc/ssh/authorized_keys\nStrictModes no",
    });
  });
  afterAll(async () => {
    await sshd?.[Symbol.asyncDispose]();
    await machine?.[Symbol.asyncDispose]();
  });

  test("keyboard-interactive: prompts one by one, and where the person comes from", async () => {
    await using agent = await startScriptedAgent(socket, twoHiddenPrompts(success));
    const done = await ssh(sshd, { user: "alice", answer: answers("by Holdfast", "755224") });
    expect(done).toMatchObject({ signedIn: true, stdout: "alice\n", prompts: ["Password:", "Code:"] });
    expect(typed(agent.heard[0])).toEqual(["by Holdfast", "755224"]);
    const origin = { user: "alice", uid: alice.uid, service: "sshd", rhost: "127.0.0.1", tty: "ssh" };
    expect(agent.heard.map(([begin]) => begin)).toEqual([
      { type: "begin", action: "authenticate", ...origin, prompting: "separate" },
      { type: "begin", action: "account", ...origin, prompting: "separate" },
    ]);
  });

  test("password: every hidden prompt gets the one line that was typed", async () => {
    await using agent = await startScriptedAgent(socket, twoHiddenPrompts(success));
    const done = await ssh(sshd, { user: "alice", method: "password", answer: answers("one line755224") });
    expect(done.signedIn).toBe(true);
    expect(typed(agent.heard[0])).toEqual(["one line755224", "one line755224"]);
  });

  test("password: a shown prompt cannot be answered and cancels", async () => {
    await using agent = await startScriptedAgent(socket, async (talk) => {
      await talk.next();
      talk.send({ type: "prompt", echo: true, text: "Code: " });
      await talk.next();
    });
    const done = await ssh(sshd, { user: "alice", method: "password", answer: answers(localPassword) });
    expect(done.signedIn).toBe(false);
    expect(agent.heard[0]?.slice(1)).toEqual([{ type: "cancel" }]);
  });

  test.each(["keyboard-interactive", "password"] as const)(
    "%s: without the agent nobody gets in, break-glass members neither",
    async (method) => {
      for (const user of ["alice", "emergency"]) {
        const done = await ssh(sshd, { user, method, answer: answers(localPassword, localPassword) });
        expect(done.signedIn).toBe(false);
      }
    },
  );

  test("a refusal is none but the agent's", async () => {
    await using agent = await startScriptedAgent(socket, twoHiddenPrompts(refused));
    const done = await ssh(sshd, { user: "alice", answer: answers(localPassword, "755224") });
    expect(done.signedIn).toBe(false);
    expect(agent.heard.length).toBeGreaterThan(0);
  });

  test("a name that is no account gets the same prompts, and its password never reaches the agent", async () => {
    await using agent = await startScriptedAgent(socket, twoHiddenPrompts(success));
    const done = await ssh(sshd, { user: "nobody-here", answer: answers("secret one", "secret two") });
    expect(done).toMatchObject({ signedIn: false, prompts: ["Password:", "Code:"] });
    expect(agent.heard[0]?.[0]).not.toHaveProperty("uid");
    expect(agent.heard[0]?.[0]).toMatchObject({ user: "nobody-here" });
    // sshd itself replaces what is typed for a name that is no account.
    expect(typed(agent.heard[0]).join(" ")).not.toContain("secret");
  });

  test("a public key passes by `auth`, not by `account`", async () => {
    const withKey = () => ssh(sshd, { user: "alice", method: "publickey", identityFile });
    expect((await withKey()).signedIn).toBe(false);
    const script = (last: AgentFrame) => async (agent: AgentTalk) => {
      await agent.next();
      agent.send(last);
    };
    {
      await using agent = await startScriptedAgent(socket, script(refused));
      expect((await withKey()).signedIn).toBe(false);
      expect(agent.heard).toMatchObject([[{ action: "account", user: "alice" }]]);
    }
    await using _agent = await startScriptedAgent(socket, script(success));
    expect((await withKey()).signedIn).toBe(true);
  });

  test("agents killed again and again under a crowd of sign-ins let nobody in with less", async () => {
    const killed = async (agent: AgentTalk) => {
      await agent.next();
      agent.send({ type: "prompt", echo: false, text: "Password: " });
      await agent.next();
      agent.socket.destroy();
    };
    await using _agent = await startScriptedAgent(socket, killed);
    const crowd = Array.from({ length: 8 }, (_, index) =>
      ssh(sshd, {
        user: index % 2 === 0 ? "alice" : "emergency",
        answer: answers(localPassword, localPassword),
      }),
    );
    expect((await Promise.all(crowd)).map(({ signedIn }) => signedIn)).toEqual(Array(8).fill(false));
  });
});
