import { afterAll, beforeAll, expect, test } from "vitest";
import { createMachine, type Machine } from "./machine.ts";
import { nativePart } from "./native.ts";
import { answers } from "./pty.ts";
import { describeWhere, pamNeeds } from "./requirements.ts";
import { type Sshd, ssh, startSshd } from "./ssh.ts";

describeWhere([...pamNeeds, "sshd", "ssh", "ip"], "sshd on a machine", () => {
  let machine: Machine;
  let sshd: Sshd;
  beforeAll(async () => {
    machine = await createMachine();
    const module = await nativePart("test-pam");
    await machine.addUser({ name: "alice" });
    await machine.writePamService(
      "sshd",
      `auth required ${module} password=hunter2 code=755224
       account required ${module}
       session required pam_permit.so`,
    );
    sshd = await startSshd(machine);
  });
  afterAll(async () => {
    await sshd[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
  });

  test("asks each prompt of PAM by keyboard-interactive, answered when it comes", async () => {
    const asked: string[] = [];
    const result = await ssh(sshd, {
      user: "alice",
      command: "id -un; echo oops >&2; exit 3",
      answer: async ({ text, index }) => {
        asked.push(text);
        return ["hunter2", "755224"][index] ?? null;
      },
    });
    expect(result).toMatchObject({ signedIn: true, code: 3, stdout: "alice\n" });
    expect(asked).toEqual(["Password:", "One-time code:"]);
    expect(result.prompts).toEqual(asked);
    expect(result.lines).toEqual(["3 sign-ins left", "oops"]);
  });

  test("refuses wrong answers and a person who gives up", async () => {
    const wrong = await ssh(sshd, { user: "alice", answer: answers("hunter2", "000000") });
    expect(wrong).toMatchObject({ signedIn: false, code: 255, stdout: "" });
    expect(wrong.lines.join("\n")).toContain("Permission denied");
    const gaveUp = await ssh(sshd, { user: "alice", answer: answers("hunter2") });
    expect(gaveUp.signedIn).toBe(false);
    expect(gaveUp.prompts).toHaveLength(2);
  });

  test("by password the client asks once, and PAM's second prompt goes unanswered", async () => {
    await using passwordMachine = await createMachine({ ownNetwork: true });
    await passwordMachine.addUser({ name: "alice", password: "local" });
    await passwordMachine.writePamService(
      "sshd",
      "auth required pam_unix.so nodelay\naccount required pam_unix.so\nsession required pam_permit.so",
    );
    await using server = await startSshd(passwordMachine, { password: true, keyboardInteractive: false });
    const right = await ssh(server, { user: "alice", method: "password", answer: answers("local") });
    expect(server.port).toBe(22);
    expect(right).toMatchObject({ signedIn: true, prompts: ["alice@127.0.0.1's password:"] });
    const wrong = await ssh(server, { user: "alice", method: "password", answer: answers("other") });
    expect(wrong.signedIn).toBe(false);
    const other = await ssh(server, { user: "alice", answer: answers("local") });
    expect(other).toMatchObject({ signedIn: false, prompts: [] });
  });

  test("many sign in at once", async () => {
    const people = Array.from({ length: 8 }, () =>
      ssh(sshd, { user: "alice", answer: answers("hunter2", "755224") }),
    );
    expect((await Promise.all(people)).map((result) => result.signedIn)).toEqual(Array(8).fill(true));
  });
});
