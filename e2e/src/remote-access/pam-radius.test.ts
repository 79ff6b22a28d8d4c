import { afterAll, beforeAll, expect, test } from "vitest";
import { createMachine, type Machine } from "../../rig/machine.ts";
import { pamRadiusModule } from "../../rig/pam-radius.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { type Sshd, ssh, startSshd } from "../../rig/ssh.ts";
import { RemoteAccess, type RemotePerson, remoteAccessNeeds } from "./remote-access.ts";

const needs = [...pamNeeds, ...remoteAccessNeeds, "pam-radius", "sshd", "ssh"] as const;

describeWhere(needs, "pam_radius before sshd", () => {
  let remote: RemoteAccess;
  let machine: Machine;
  let sshd: Sshd;
  let anna: RemotePerson;

  beforeAll(async () => {
    remote = await RemoteAccess.create();
    anna = await remote.person("anna");
    machine = await createMachine();
    await machine.addUser({ name: "anna" });
    const servers = `127.0.0.1:${remote.port} ${remote.secret} 5\n`;
    await machine.writeEtc("pam_radius_auth.conf", servers, 0o600);
    const module = `${pamRadiusModule()} conf=/etc/pam_radius_auth.conf prompt_attribute client_id=bastion`;
    await machine.writePamService(
      "sshd",
      [`auth required ${module}`, "account required pam_permit.so", "session required pam_permit.so"].join(
        "\n",
      ),
    );
    sshd = await startSshd(machine, { password: true });
  });
  afterAll(async () => {
    await sshd?.[Symbol.asyncDispose]();
    await machine?.[Symbol.asyncDispose]();
    await remote?.[Symbol.asyncDispose]();
  });

  const signIn = (code: () => string, password = anna.password) =>
    ssh(sshd, {
      user: "anna",
      answer: ({ text }) => (/^Password/i.test(text) ? password : code()),
    });

  test("UNI-8: without a Message-Authenticator, which this version does not send, nobody is answered", async () => {
    const done = await signIn(() => anna.token.peek());
    expect(done.signedIn).toBe(false);
    expect(done.prompts).toHaveLength(1);
  }, 60_000);

  test("where an administrator lets such a client in, password and code sign in", async () => {
    await remote.rig.json(["radius", "set", "gateway", "--no-message-authenticator"]);
    await remote.reconfigure();
    const done = await signIn(() => anna.token.next());
    expect(done).toMatchObject({
      signedIn: true,
      stdout: "anna\n",
      prompts: ["Password:", "One-time code:"],
    });
    const again = await signIn(() => "000000");
    expect(again.signedIn).toBe(false);
    const { items } = await remote.rig.json(["audit", "list", "--user", "anna"]);
    expect(items.find(({ outcome }: { outcome: string }) => outcome === "succeeded").detail).toMatchObject({
      workflow: "remote-access",
      tty: "bastion",
      remoteHost: "127.0.0.1",
    });
  });
});
