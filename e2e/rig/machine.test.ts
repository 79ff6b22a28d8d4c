import { access, readFile, stat } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Account } from "./accounts.ts";
import { createMachine, type Machine } from "./machine.ts";
import { nativePart } from "./native.ts";
import { pamtester } from "./pamtester.ts";
import { answers } from "./pty.ts";
import { describeWhere, pamNeeds } from "./requirements.ts";
import { su } from "./su.ts";
import { sudo } from "./sudo.ts";

/** What the rig's own PAM module asks, on a machine with nothing of Holdfast's. */
async function writeTestService(machine: Machine, name: string): Promise<void> {
  const module = await nativePart("test-pam");
  await machine.writePamService(
    name,
    `auth required ${module} password=hunter2 code=755224
     account required ${module}
     session required pam_permit.so`,
  );
}

describeWhere([...pamNeeds, "su", "sudo"], "a machine", () => {
  let machine: Machine;
  let alice: Account;
  let before: string;
  beforeAll(async () => {
    before = await systemFingerprint();
    machine = await createMachine({ hostName: "ward-7", privateDirectories: ["/var/lib/holdfast-e2e-rig"] });
    alice = await machine.addUser({ name: "alice", password: "alice's local password" });
    await machine.addUser({ name: "bob" });
    for (const name of ["sshd", "su-l", "sudo"]) await writeTestService(machine, name);
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
    await expect(access(machine.directory)).rejects.toThrow(/ENOENT/);
    expect(await systemFingerprint()).toBe(before);
  });

  test("has accounts, a name, /run and private directories of its own", async () => {
    expect((await machine.runOk("id", ["alice"])).stdout).toMatch(/^uid=2001\(alice\) gid=2001\(alice\)/);
    expect((await machine.runOk("hostname", [])).stdout).toBe("ward-7\n");
    expect((await machine.runOk("sh", ["-c", "ls /run"])).stdout).toBe("lock\nmount\nsshd\nsudo\n");
    await machine.runOk("sh", ["-c", "echo kept >/var/lib/holdfast-e2e-rig/file && test -d /var/lib/dpkg"]);
    await expect(access("/var/lib/holdfast-e2e-rig")).rejects.toThrow(/ENOENT/);
    const path = `${machine.directory}/private/var/lib/holdfast-e2e-rig/file`;
    expect(await readFile(path, "utf8")).toBe("kept\n");
    expect((await machine.runOk("pwd", [], { cwd: alice.home })).stdout).toBe(`${alice.home}\n`);
    expect((await stat(alice.home)).uid).toBe(alice.uid);
  });

  test("starts daemons whose pid is their own, with a changed environment", async () => {
    await using daemon = await machine.start("sh", ["-c", "echo $$ $COLOUR; exec cat"], {
      env: { COLOUR: "blue" },
    });
    await daemon.waitForOutput(`${daemon.pid} blue`);
    expect(await daemon.kill()).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("denies every PAM service that nobody wrote", async () => {
    const denied = await pamtester(machine, { service: "login", user: "alice", answer: answers("x", "y") });
    expect(denied).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR" });
  });

  test("checks local passwords with pam_unix", async () => {
    await machine.writePamService("local", "auth required pam_unix.so nodelay\naccount required pam_unix.so");
    const operations = ["authenticate", "acct_mgmt"] as const;
    const right = { service: "local", user: "alice", operations, answer: answers("alice's local password") };
    expect(await pamtester(machine, right)).toMatchObject({ succeeded: true, prompts: ["Password:"] });
    const wrong = await pamtester(machine, { ...right, answer: answers("another") });
    expect(wrong).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR" });
    const locked = await pamtester(machine, { ...right, user: "bob", answer: answers("") });
    expect(locked.succeeded).toBe(false);
  });

  test("pamtester relays prompts and information, and tells PAM's results apart", async () => {
    const talk = { service: "sudo", user: "alice" };
    const right = await pamtester(machine, { ...talk, answer: answers("hunter2", "755224") });
    expect(right).toMatchObject({
      succeeded: true,
      result: "PAM_SUCCESS",
      prompts: ["Password:", "One-time code:"],
      information: ["3 sign-ins left"],
    });
    const wrong = await pamtester(machine, { ...talk, answer: answers("hunter2", "000000") });
    expect(wrong).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR" });
    await machine.writePamService("broken", "auth required /nowhere/pam_missing.so");
    const broken = await pamtester(machine, { ...talk, service: "broken" });
    expect(broken.succeeded).toBe(false);
  });

  test("su asks the person at the terminal", async () => {
    const right = await su(machine, { as: alice, to: "bob", answer: answers("hunter2", "755224") });
    expect(right).toMatchObject({ code: 0, prompts: ["Password:", "One-time code:"] });
    expect(right.lines).toEqual(["3 sign-ins left", "bob"]);
    const wrong = await su(machine, { as: alice, to: "bob", answer: answers("hunter2", "123456") });
    expect(wrong.code).toBe(1);
    expect(wrong.lines).not.toContain("bob");
  });

  test("sudo asks the person at the terminal", async () => {
    await machine.writeSudoers("alice", "alice ALL = (ALL) ALL\nDefaults passwd_tries = 1");
    const right = await sudo(machine, { as: alice, answer: answers("hunter2", "755224") });
    expect(right.lines).toEqual(["3 sign-ins left", "root"]);
    // sudo puts its own words in place of a prompt "Password: ".
    expect(right).toMatchObject({ code: 0, prompts: ["[sudo] password for alice:", "One-time code:"] });
    const wrong = await sudo(machine, { as: alice, answer: answers("hunter3", "755224") });
    expect(wrong.code).toBe(1);
    expect(wrong.lines).not.toContain("root");
  });

  test("several run side by side", async () => {
    await using other = await createMachine({ hostName: "other" });
    const carol = await other.addUser({ name: "carol" });
    expect(carol.uid).toBe(2001);
    expect((await other.run("id", ["alice"])).code).toBe(1);
    expect((await machine.run("id", ["carol"])).code).toBe(1);
  });
});

async function systemFingerprint(): Promise<string> {
  const files = ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/sudoers", "/proc/self/mounts"];
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\0");
}
