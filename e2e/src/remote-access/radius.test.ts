import { randomBytes } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { makeClientCertificate } from "@holdfast/cli/admin/radius/client-certificate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run, runOk } from "../../rig/process.ts";
import type { RadiusClient } from "../../rig/radius-client.ts";
import { encode, hide, sign, types } from "../../rig/radius-client.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { RemoteAccess, type RemotePerson, remoteAccessNeeds } from "./remote-access.ts";

describeWhere(remoteAccessNeeds, "remote access through FreeRADIUS", () => {
  let remote: RemoteAccess;
  let gateway: RadiusClient;
  let anna: RemotePerson;

  beforeAll(async () => {
    remote = await RemoteAccess.create();
    await remote.rig.json(["radius", "add", "elsewhere", "127.0.0.8"]);
    await remote.rig.json(["policies", "add", "Code only", "workflows.remote-access=hotp"]);
    await remote.reconfigure();
    gateway = await remote.gateway();
    anna = await remote.person("anna");
  });
  afterAll(() => remote?.[Symbol.asyncDispose]());

  const challenged = async (person: RemotePerson, password = person.password): Promise<Buffer> => {
    const asked = await gateway.ask({ userName: person.userName, password });
    expect(asked).toMatchObject({ verdict: "challenge", message: "One-time code:" });
    expect(asked.state).toHaveLength(32);
    return asked.state as Buffer;
  };
  /** Nothing comes back within the time in which everything else does. */
  const silence = async (packet: Buffer, authenticator: Uint8Array = packet.subarray(4, 20)) =>
    expect(await gateway.exchange(packet, authenticator, 1_500)).toBeNull();

  test("UNI-8: password, challenge, code; every reply begins with a right Message-Authenticator", async () => {
    const state = await challenged(anna);
    expect(await gateway.ask({ userName: "anna", password: anna.token.next(), state })).toMatchObject({
      verdict: "accept",
    });
    const wrong = await gateway.ask({ userName: "anna", password: "000000", state: await challenged(anna) });
    expect(wrong).toMatchObject({ verdict: "reject", message: expect.stringContaining("is not right") });
  });

  test("the challenge comes whatever the password was, and the verdict at the end tells nothing of which was wrong", async () => {
    const bert = await remote.person("bert");
    const replies = [];
    for (const [userName, password] of [
      ["bert", "not it"],
      ["nobody-of-this-name", "not it"],
    ] as const) {
      const asked = await gateway.ask({ userName, password });
      expect(asked).toMatchObject({ verdict: "challenge", message: "One-time code:" });
      const code = userName === "bert" ? bert.token.peek() : "123456";
      replies.push(await gateway.ask({ userName, password: code, state: asked.state as Buffer }));
    }
    expect(replies.map(({ verdict }) => verdict)).toEqual(["reject", "reject"]);
    expect(new Set(replies.map(({ message }) => message)).size).toBe(1);
  });

  test("Debian's radclient signs in as well", async () => {
    const file = join(remote.directory, "..", "radclient-secret");
    await writeFile(file, `${remote.secret}\n`, { mode: 0o600 });
    const radclient = async (attributes: Record<string, string>) => {
      const input = Object.entries({ ...attributes, "Message-Authenticator": "0x00" })
        .map(([name, value]) => `${name} = ${value}\n`)
        .join("");
      const words = ["-x", "-r", "1", "-t", "10", "-S", file, `127.0.0.1:${remote.port}`, "auth"];
      return (await run("radclient", words, { input })).stdout;
    };
    const asked = await radclient({ "User-Name": '"anna"', "User-Password": `"${anna.password}"` });
    const [, state = ""] = /Received Access-Challenge[\s\S]*State = (0x[0-9a-f]{64})/.exec(asked) ?? [];
    expect(state, asked).not.toBe("");
    const verdict = await radclient({
      "User-Name": '"anna"',
      "User-Password": `"${anna.token.next()}"`,
      State: state,
    });
    expect(verdict).toMatch(/Received Access-Accept/);
  });

  test("a retransmission gets the first verdict, from FreeRADIUS and, after its restart, from Holdfast", async () => {
    const { packet, authenticator } = gateway.request({
      userName: "anna",
      password: anna.token.next(),
      state: await challenged(anna),
    });
    const replies = [];
    for (let sent = 0; sent < 2; sent++) replies.push(await gateway.exchange(packet, authenticator, 10_000));
    await remote.restart();
    replies.push(await gateway.exchange(packet, authenticator, 10_000));
    expect(replies.map((reply) => reply?.verdict)).toEqual(["accept", "accept", "accept"]);
    const audit = await remote.rig.json(["audit", "list", "--user", "anna"]);
    const successes = audit.items.filter(
      ({ type, outcome }: { type: string; outcome: string }) => type === "sign-in" && outcome === "succeeded",
    );
    expect(successes, "each counted once").toHaveLength(3);
  });

  test("a code alone, where the policy asks for nothing else, is good once", async () => {
    const emil = await remote.person("emil", "Code only");
    const password = emil.token.next();
    expect(await gateway.ask({ userName: "emil", password })).toMatchObject({ verdict: "accept" });
    expect(await gateway.ask({ userName: "emil", password })).toMatchObject({ verdict: "reject" });
  });

  test("a State of another gateway, another person, or of nobody's making is none", async () => {
    const state = await challenged(anna);
    const { clients } = await remote.rig.json(["radius", "list"]);
    const { id } = clients.find(({ name }: { name: string }) => name === "elsewhere");
    const text = await readFile(join(remote.directory, "clients.conf"), "utf8");
    const [, secret = ""] = new RegExp(`client ${id} {[^}]*secret = "([^"]+)"`).exec(text) ?? [];
    const elsewhere = await remote.gateway("127.0.0.8", secret);
    const over = { verdict: "reject", message: "This sign-in is over. Begin again." };
    expect(await elsewhere.ask({ userName: "anna", password: anna.token.peek(), state })).toMatchObject(over);
    expect(await gateway.ask({ userName: "bert", password: anna.token.peek(), state })).toMatchObject(over);
    for (const foreign of [randomBytes(32), randomBytes(1), randomBytes(253)])
      expect(
        await gateway.ask({ userName: "anna", password: anna.token.peek(), state: foreign }),
      ).toMatchObject(over);
    expect(await gateway.ask({ userName: "anna", password: anna.token.next(), state })).toMatchObject({
      verdict: "accept",
    });
  });

  test("UNI-8: packets that are unsigned, wrongly signed, short, long or lie about their length hear nothing", async () => {
    const { packet, authenticator } = gateway.request({ userName: "anna", password: "x" });
    const unsigned = encode(7, authenticator, [
      [types.userName, Buffer.from("anna")],
      [types.userPassword, hide(Buffer.from("x"), remote.secret, authenticator)],
    ]);
    const packets = [unsigned, sign(unsigned, "another secret")];
    const flipped = Buffer.from(packet);
    flipped[21] = (flipped[21] ?? 0) ^ 1;
    packets.push(flipped);
    packets.push(packet.subarray(0, 19));
    packets.push(packet.subarray(0, packet.length - 1));
    const tooShort = Buffer.from(packet);
    tooShort.writeUInt16BE(19, 2);
    packets.push(tooShort);
    const overlong = Buffer.from(unsigned);
    overlong[21] = 0;
    packets.push(sign(overlong, remote.secret));
    const huge = encode(
      9,
      authenticator,
      Array.from({ length: 20 }, () => [types.replyMessage, Buffer.alloc(250, 0x41)] as const),
    );
    packets.push(sign(huge, remote.secret));
    await Promise.all(packets.map((one) => silence(one)));
    expect((await gateway.ask({ userName: "anna", password: "x" })).verdict, "it goes on").toBe("challenge");
  });

  test("names and passwords of any bytes are refused or asked for, and go no further", async () => {
    for (const userName of [
      'an"na',
      "anna'}],",
      "%{User-Password}",
      "a\u0000b",
      "\u{1f600}".repeat(30),
      "a b",
    ]) {
      const reply = await gateway.ask({ userName, password: '"}, "Tmp-String-0": {"value": ["x"]}' });
      expect(["challenge", "reject"]).toContain(reply.verdict);
    }
    const binary = await gateway.ask({ userName: "anna", password: "p\u0000q%{expr:1+1}\u0001" });
    expect(binary.verdict).toBe("challenge");
    // Nobody chooses for himself whose client he is.
    expect(await gateway.ask({ userName: "anna", password: "" })).toMatchObject({
      verdict: "challenge",
      message: "Password:",
    });
    const chap = await gateway.ask({
      userName: "anna",
      further: [[types.chapPassword, randomBytes(17)]],
    });
    expect(chap).toMatchObject({ verdict: "reject", message: "This gateway must send passwords by PAP." });
  });

  test("UNI-2: twenty wrong by RADIUS lock remote access, and nothing else", async () => {
    await remote.person("gina");
    const wrongly = async (_: unknown, index: number) => {
      const station = `203.0.113.${index}`;
      const asked = await gateway.ask({ userName: "gina", password: "wrong", station });
      if (asked.state !== null)
        await gateway.ask({ userName: "gina", password: "000000", state: asked.state, station });
    };
    await Promise.all(Array.from({ length: 20 }, wrongly));
    const { remoteAccess, lockedUntilMs } = await remote.rig.json(["users", "show", "gina"]);
    expect(remoteAccess.lockedUntilMs).toBeGreaterThan(Date.now());
    expect(lockedUntilMs).toBeNull();
  }, 60_000);

  test("with no Holdfast there, nobody hears a verdict; with it back, everybody does", async () => {
    const client = await remote.rig.json(["radius", "add", "late", "127.0.0.9"]);
    const late = await remote.gateway("127.0.0.9", client.secret);
    const early = late.request({ userName: "anna", password: "x" });
    expect(await late.exchange(early.packet, early.authenticator, 1_000), "not configured yet").toBeNull();
    // A port where nothing listens.
    await remote.reconfigure("--server", "https://127.0.0.1:9");
    const { packet, authenticator } = gateway.request({ userName: "anna", password: "x" });
    await silence(packet, authenticator);
    await remote.reconfigure("--server", "https://127.0.0.1:9", "--server", remote.rig.url);
    expect((await late.ask({ userName: "anna", password: "x" })).verdict, "the second server answers").toBe(
      "challenge",
    );
  });

  test("TC-43: somebody without a second factor enrols his phone number on the way in, and gets codes there", async () => {
    await using gatewayOfMessages = await smsGateway();
    const { url, lastCode } = gatewayOfMessages;
    const rig = remote.rig;
    await rig.json(["senders", "sms", "--url", url, "--body", '{"to":"{{to}}","text":"{{text}}"}']);
    await rig.json([
      "policies",
      "add",
      "Contractors",
      "workflows.remote-access=password,hotp/sms-code",
      "enrolment.rights=sms-code",
    ]);
    const input = "password of cora\n";
    await rig.json(["users", "add", "cora", "--password-stdin", "--policy", "Contractors"], { input });
    const steps = async (...typed: (string | (() => Promise<string>))[]) => {
      let reply = await gateway.ask({ userName: "cora", password: "password of cora" });
      for (const one of typed) {
        const password = typeof one === "string" ? one : await one();
        reply = await gateway.ask({ userName: "cora", password, state: reply.state as Buffer });
      }
      return reply;
    };
    const asked = await steps("0");
    expect(asked).toMatchObject({
      verdict: "challenge",
      message: "You need a second factor. Type your mobile number, beginning with +.",
    });
    const enrolled = await steps("0", "+491701234567", () => lastCode());
    expect(enrolled).toMatchObject({ verdict: "accept", message: expect.stringContaining("is set up") });
    expect(await steps("sms", () => lastCode())).toMatchObject({ verdict: "accept" });
  }, 60_000);

  test("from another address than the loopback one, FreeRADIUS is known by its certificate", async ({
    skip,
  }) => {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const address = all.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
    if (address === undefined) return skip("this machine has no address but the loopback one");
    await using outside = await RemoteAccess.create({
      listen: { host: "0.0.0.0", port: 0 },
      names: [address],
    });
    const { port } = new URL(outside.rig.url);
    await outside.reconfigure("--server", `https://${address}:${port}`);
    const client = await outside.gateway();
    expect((await client.ask({ userName: "anna", password: "x" })).verdict).toBe("challenge");
    // Its key alone, as a thief of the file would have it.
    await copyFile(
      join(remote.directory, "certs", "certificate.pem"),
      join(outside.directory, "certs", "certificate.pem"),
    );
    await copyFile(join(remote.directory, "certs", "key.pem"), join(outside.directory, "certs", "key.pem"));
    await outside.restart();
    const { packet, authenticator } = client.request({ userName: "anna", password: "x" });
    expect(await client.exchange(packet, authenticator, 1_500)).toBeNull();
  }, 60_000);

  test("another certificate than the one it was registered with is no FreeRADIUS, even with its key", async () => {
    const site = await readFile(join(remote.directory, "sites-enabled", "holdfast"), "utf8");
    const [, key = ""] = /Bearer (hfk_[\w-]+)/.exec(site) ?? [];
    const pem = (name: string) => readFile(join(remote.directory, "certs", `${name}.pem`), "utf8");
    const [own, stranger, ca] = [
      { cert: await pem("certificate"), key: await pem("key") },
      await makeClientCertificate(Date.now()),
      await pem("authority"),
    ];
    const ask = (identity: { cert: string; key: string }) =>
      new Promise<number>((resolve, reject) => {
        const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
        const url = `${remote.rig.url}/api/v1/radius/access-requests`;
        const asking = request(url, { method: "POST", headers, ca, ...identity, agent: false }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        asking.once("error", reject);
        asking.end("{}");
      });
    expect(await ask(own)).toBe(200);
    expect(await ask({ cert: stranger.certificatePem, key: stranger.keyPem })).toBe(403);
  });

  test("neither the log of FreeRADIUS nor its arguments hold what was typed", async () => {
    await gateway.ask({ userName: "anna", password: "a password of its own" });
    expect(remote.freeRadius.output).not.toMatch(/a password of its own|password of anna/);
    const { stdout } = await runOk("stat", [
      "-c",
      "%a",
      ...["clients.conf", "certs/key.pem", "sites-enabled/holdfast"].map((file) =>
        join(remote.directory, file),
      ),
    ]);
    expect(stdout.trim().split("\n")).toEqual(["600", "600", "600"]);
  });
});

/** Takes messages as a phone company's API does; the code of the next one that comes. */
async function smsGateway() {
  const arrived: string[] = [];
  let waiting: (() => void) | null = null;
  const server = createServer((incoming, answer) => {
    let body = "";
    incoming.on("data", (part) => (body += part));
    incoming.on("end", () => {
      arrived.push(body);
      answer.end("{}");
      waiting?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/send`,
    async lastCode(): Promise<string> {
      while (arrived.length === 0) await new Promise<void>((resolve) => (waiting = resolve));
      return /\b\d{6,8}\b(?= is)/.exec(arrived.shift() ?? "")?.[0] ?? "none";
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
