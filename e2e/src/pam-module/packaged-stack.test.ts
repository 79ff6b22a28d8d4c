import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentFrame, PamResultCode } from "@holdfast/protocol/pam-frames";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account } from "../../rig/accounts.ts";
import { createMachine, type Machine } from "../../rig/machine.ts";
import { type PamOperation, type PamtesterResult, pamtester } from "../../rig/pamtester.ts";
import { answers } from "../../rig/pty.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { su } from "../../rig/su.ts";
import { sudo } from "../../rig/sudo.ts";
import { unavailableText } from "./host.ts";
import { agentSocket, documentedService, installPamModule } from "./packaged-stack.ts";
import { type AgentTalk, passwordAndCode, startScriptedAgent } from "./scripted-agent.ts";

const localPassword = "the password in /etc/shadow";
const places = {
  "console (login)": { tty: "/dev/tty1" },
  "console (short name)": { tty: "tty6" },
  "system console": { tty: "/dev/console" },
  terminal: { tty: "/dev/pts/0" },
  ssh: { tty: "ssh", rhost: "203.0.113.7" },
  "console with a remote host": { tty: "/dev/tty1", rhost: "203.0.113.7" },
  "graphical session": { tty: ":0" },
  "no terminal": {},
} as const;
type Place = keyof typeof places;
const consoles: readonly Place[] = ["console (login)", "console (short name)", "system console"];
const everywhere = Object.keys(places) as Place[];

type Script = (agent: AgentTalk) => Promise<void> | void;
const decides = (code: PamResultCode, reason: string): Script =>
  passwordAndCode({ type: "result", code, reason });
const says =
  (...frames: readonly AgentFrame[]): Script =>
  async (agent) => {
    await agent.next();
    agent.send(...frames);
    agent.end();
  };
const result = (code: PamResultCode): AgentFrame => ({ type: "result", code, reason: "x" });

/** Every way in which there is no word of the agent's. */
const withoutWord: Readonly<Record<string, Script | null>> = {
  "is not running": null,
  "hangs up at once": (agent) => {
    agent.socket.destroy();
  },
  "is killed after the password": async (agent) => {
    await agent.next();
    agent.send({ type: "prompt", echo: false, text: "Holdfast password: " });
    await agent.next();
    agent.socket.destroy();
  },
  "talks nonsense": async (agent) => {
    await agent.next();
    agent.send(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  },
  "says that it is unavailable": says(result("unavailable")),
};
const refusals: readonly PamResultCode[] = [
  "auth-error",
  "user-unknown",
  "account-expired",
  "permission-denied",
  "max-tries",
  "ignore",
];

describeWhere([...pamNeeds, "make", "su", "sudo"], "the packaged PAM stack", () => {
  let machine: Machine;
  let socket: string;
  let alice: Account;

  beforeAll(async () => {
    machine = await createMachine();
    await machine.addGroup({ name: "holdfast-breakglass", gid: 900 });
    alice = await machine.addUser({ name: "alice", password: localPassword });
    await machine.addUser({ name: "emergency", password: localPassword, groups: ["holdfast-breakglass"] });
    await machine.addUser({ name: "passwordless", groups: ["holdfast-breakglass"] });
    await machine.run("sed", ["-i", "s/^passwordless:!:/passwordless::/", "/etc/shadow"]);
    await installPamModule(machine);
    socket = await agentSocket(machine);
    await machine.writePamService("common-account", commonAccount);
    const service = await documentedService("sshd");
    await machine.writePamService("login", service);
    const bySubstack = service.replace(/@include (holdfast-(\w+))/g, "$2 substack $1");
    await machine.writePamService("login-by-substack", bySubstack);
    for (const name of ["su", "su-l"]) await machine.writePamService(name, await documentedService("su"));
    await machine.writePamService("sudo", await documentedService("sudo"));
    await machine.writeSudoers("alice", "alice ALL = (ALL) ALL");
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  async function attempt(
    agent: Script | null,
    options: {
      user: string;
      place: Place;
      operations?: readonly PamOperation[];
      typed?: readonly string[];
      service?: string;
    },
  ): Promise<PamtesterResult & { readonly asked: number }> {
    await using running = agent === null ? null : await startScriptedAgent(socket, agent);
    const done = await pamtester(machine, {
      service: options.service ?? "login",
      user: options.user,
      items: places[options.place],
      answer: answers(...(options.typed ?? Array.from({ length: 4 }, () => localPassword))),
      ...(options.operations === undefined ? {} : { operations: options.operations }),
    });
    return { ...done, asked: running?.heard.length ?? 0 };
  }

  describe.each(["login", "login-by-substack"])("included in %s", (service) => {
    test("the agent's success signs in, without a local password, and carries setcred and account", async () => {
      const operations = ["authenticate", "setcred", "acct_mgmt"] as const;
      const script: Script = async (agent) => {
        const begin = await agent.next();
        agent.send({ type: "wait" }, result("success"));
        expect(begin).toMatchObject({ type: "begin", user: "alice", uid: alice.uid });
      };
      const done = await attempt(script, { service, user: "alice", place: "ssh", operations });
      expect(done).toMatchObject({ result: "PAM_SUCCESS", prompts: [], asked: 2 });
    });

    test.each(Object.entries(withoutWord))(
      "an agent that %s lets no ordinary user in, with the right local password, anywhere",
      async (_name, agent) => {
        for (const place of everywhere) {
          const done = await attempt(agent, { service, user: "alice", place });
          expect(done.succeeded, place).toBe(false);
          expect(done.prompts, place).not.toContain("Password:");
        }
      },
    );

    test.each(Object.entries(withoutWord))(
      "an agent that %s lets break-glass members in at a console only, by the local password",
      async (_name, agent) => {
        const operations = ["authenticate", "setcred"] as const;
        for (const place of everywhere) {
          const done = await attempt(agent, { service, user: "emergency", place, operations });
          expect(done.succeeded, place).toBe(consoles.includes(place));
          expect(done.prompts.includes("Password:"), place).toBe(consoles.includes(place));
        }
        const wrong = {
          service,
          user: "emergency",
          typed: ["not it", "not it"],
          place: "console (login)",
        } as const;
        expect(await attempt(agent, wrong)).toMatchObject({ result: "PAM_AUTH_ERR" });
      },
    );

    test.each(refusals)(
      "the agent's %s is the end, for break-glass members at a console too",
      async (code) => {
        for (const user of ["alice", "emergency"]) {
          const done = await attempt(decides(code, "some-reason"), {
            service,
            user,
            place: "console (login)",
          });
          expect(done).toMatchObject({ succeeded: false, prompts: ["Password:", "Code:"], asked: 1 });
        }
      },
    );

    test("account: the agent's refusal holds for ssh keys; without its word only break-glass goes on", async () => {
      const operations = ["acct_mgmt"] as const;
      const all = { service, operations };
      for (const code of refusals) {
        for (const user of ["alice", "emergency"]) {
          const done = await attempt(says(result(code)), { ...all, user, place: "console (login)" });
          expect(done.succeeded, `${user}: ${code}`).toBe(false);
        }
      }
      expect(
        (await attempt(says(result("success")), { ...all, user: "alice", place: "ssh" })).succeeded,
      ).toBe(true);
      for (const agent of [null, says(result("unavailable"))]) {
        for (const place of everywhere) {
          expect((await attempt(agent, { ...all, user: "alice", place })).succeeded, place).toBe(false);
          const emergency = await attempt(agent, { ...all, user: "emergency", place });
          expect(emergency.succeeded, place).toBe(consoles.includes(place));
        }
      }
    });

    test("account: the agent's success does not overrule the system's own expiry", async () => {
      await machine.addUser({ name: `expired-${service}`, password: localPassword });
      await machine.runOk("sed", ["-i", `/^expired-${service}:/s/:::$/::1:/`, "/etc/shadow"]);
      const user = `expired-${service}`;
      const done = await attempt(says(result("success")), {
        service,
        user,
        place: "ssh",
        operations: ["acct_mgmt"],
      });
      expect(done.succeeded).toBe(false);
    });

    test("setcred without authentication, as sshd with a key and cron do it, succeeds", async () => {
      const done = await attempt(null, { service, user: "alice", place: "ssh", operations: ["setcred"] });
      expect(done.result).toBe("PAM_SUCCESS");
    });
  });

  test("people are told that the agent does not answer", async () => {
    const done = await attempt(null, { user: "alice", place: "ssh" });
    expect(done.result).toBe("PAM_AUTH_ERR");
    expect(done.information.join(" ")).toContain(unavailableText);
  });

  test("an empty local password opens nothing", async () => {
    const done = await attempt(null, { user: "passwordless", place: "console (login)", typed: ["", ""] });
    expect(done.succeeded).toBe(false);
  });

  test("a name that is no account is refused as others are", async () => {
    const done = await attempt(decides("success", "x"), { user: "nobody-here", place: "ssh" });
    expect(done).toMatchObject({ result: "PAM_USER_UNKNOWN", prompts: ["Password:", "Code:"] });
    expect((await attempt(null, { user: "nobody-here", place: "console (login)" })).succeeded).toBe(false);
  });

  test("su: root is asked nothing, nobody else gets by without the agent", async () => {
    const asRoot = await machine.run("su", ["-", "alice", "-c", "id -un"]);
    expect(asRoot).toMatchObject({ code: 0, stdout: expect.stringContaining("alice") });
    const denied = await su(machine, { as: alice, to: "emergency", answer: answers(localPassword) });
    expect(denied).toMatchObject({ prompts: [] });
    expect(denied.code).not.toBe(0);
    await using agent = await startScriptedAgent(socket, async (talk) => {
      const begin = await talk.next();
      if (begin?.type === "begin" && begin.action === "authenticate") {
        talk.send({ type: "prompt", echo: false, text: "Password: " });
        await talk.next();
      }
      talk.send(result("success"));
    });
    const allowed = await su(machine, { as: alice, to: "emergency", answer: answers("by Holdfast") });
    expect(allowed).toMatchObject({ code: 0, prompts: ["Password:"], lines: ["emergency"] });
    expect(agent.heard.map(([begin]) => begin)).toMatchObject([
      {
        action: "authenticate",
        user: "emergency",
        service: "su-l",
        ruser: "alice",
        tty: expect.stringMatching(/^\/dev\/pts\//),
      },
      { action: "account", user: "emergency", service: "su-l", ruser: "alice" },
    ]);
  });

  test("sudo: the caller is asked, and denied without the agent; root is not asked", async () => {
    expect(await machine.run("sudo", ["id", "-un"])).toMatchObject({ code: 0, stdout: "root\n" });
    const denied = await sudo(machine, { as: alice, answer: answers(localPassword) });
    expect(denied.code).not.toBe(0);
    expect(denied.lines.join(" ")).toContain("holdfast-agent is not answering");
    await using agent = await startScriptedAgent(socket, async (talk) => {
      await talk.next();
      talk.send(result("success"));
    });
    expect(await sudo(machine, { as: alice, answer: answers() })).toMatchObject({ code: 0, lines: ["root"] });
    expect(agent.heard[0]?.[0]).toMatchObject({ user: "alice", service: "sudo", ruser: "alice" });
  });

  test("a silent agent holds a sign-in for its 20 s and no longer", { timeout: 60_000 }, async () => {
    const started = performance.now();
    const done = await attempt(() => undefined, { user: "alice", place: "ssh" });
    expect(done).toMatchObject({ succeeded: false, prompts: [] });
    const seconds = (performance.now() - started) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(seconds).toBeLessThan(30);
  });

  test("without the module's file everybody is refused", async () => {
    const modules = (
      await machine.runOk("sh", ["-c", "dirname $(find -L /lib /usr/lib -name pam_holdfast.so | head -1)"])
    ).stdout;
    const file = join(modules.trim(), "pam_holdfast.so");
    await machine.runOk("mv", [file, `${file}.away`]);
    try {
      for (const user of ["alice", "emergency"]) {
        expect((await attempt(null, { user, place: "console (login)" })).succeeded).toBe(false);
      }
    } finally {
      await machine.runOk("mv", [`${file}.away`, file]);
    }
    await rm(socket, { force: true });
  });
});

/** Debian 12's. */
const commonAccount = `
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
`;
