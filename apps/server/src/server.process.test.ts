import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { makeProof } from "@holdfast/envelope/proof";
import { setupFile } from "@holdfast/protocol/admin-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { authorityPin } from "./certificate-authority/pin.ts";
import type { ServerConfig } from "./config.ts";
import { inMemoryConfig } from "./config.ts";
import { UnsafeStart } from "./operations/unsafe-start.ts";
import type { HoldfastServer } from "./server.ts";
import { createServer } from "./server.ts";
import { enrol } from "./testing/endpoint.ts";
import type { Rig } from "./testing/rig.ts";
import { answerOf, quickKdf } from "./testing/rig.ts";

let stateDir: string;
let config: ServerConfig;
const running: HoldfastServer[] = [];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "holdfast-server-"));
  config = { ...inMemoryConfig, stateDir, store: join(stateDir, "holdfast.db") };
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(stateDir, { recursive: true });
});

async function start(changes: Partial<ServerConfig> = {}) {
  const server = await createServer({ ...config, ...changes }, { kdf: quickKdf });
  running.push(server);
  return { server, started: await server.start() };
}

type Reply = { status: number; body: string; peer: DetailedPeerCertificate };
function ask(
  url: string,
  options: { ca?: string; body?: object; headers?: Record<string, string>; method?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const payload = options.body === undefined ? undefined : JSON.stringify(options.body);
    const sent = request(
      url,
      {
        method: options.method ?? (payload ? "POST" : "GET"),
        agent: false,
        ...(options.ca === undefined ? { rejectUnauthorized: false } : { ca: options.ca }),
        headers: { ...(payload ? { "content-type": "application/json" } : {}), ...options.headers },
      },
      (response: IncomingMessage) => {
        const peer = (response.socket as TLSSocket).getPeerCertificate(true);
        let body = "";
        response.on("data", (part) => {
          body += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body, peer }));
      },
    );
    sent.on("error", reject);
    sent.end(payload);
  });
}

describe("first start (DESIGN §7, promise 5)", () => {
  test("listens on loopback only, and the one-time link makes one administrator", async () => {
    const { server, started } = await start({ listen: { host: "0.0.0.0", port: 0 } });
    const link = new URL(started.setup?.url ?? "");
    expect(link.hostname).toBe("127.0.0.1");
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === "IPv4")?.address;
    if (outside) await expect(ask(`https://${outside}:${link.port}/healthz`)).rejects.toThrow(/ECONNREFUSED/);

    const file = setupFile.parse(JSON.parse(await readFile(join(stateDir, "setup.json"), "utf8")));
    expect((await stat(join(stateDir, "setup.json"))).mode & 0o777).toBe(0o600);
    expect(file).toMatchObject({
      token: link.hash.slice(1),
      url: link.origin,
      authorityPin: server.ports.server.authorityPin,
    });
    expect((await ask(`${link.origin}/api/v1/setup`, { body: { token: "A".repeat(32) } })).status).toBe(403);
    const made = await ask(`${link.origin}/api/v1/setup`, { body: { token: file.token } });
    expect(made.status).toBe(201);
    expect(JSON.parse(made.body).apiKey.key).toMatch(/^hfk_/);
    expect((await ask(`${link.origin}/api/v1/setup`, { body: { token: file.token } })).status).toBe(403);
    await expect(stat(join(stateDir, "setup.json"))).rejects.toThrow(/ENOENT/);
    if (outside) expect((await ask(`https://${outside}:${link.port}/healthz`)).status).toBe(200);
    expect((await ask(`${link.origin}/healthz`)).status).toBe(200);
  });

  test("where the configured address is taken, the new administrator still has the server at its loopback address", async () => {
    const { started } = await start({ listen: { host: "0.0.0.0", port: 0 } });
    const link = new URL(started.setup?.url ?? "");
    const other = createTcpServer();
    // The whole of 127/8 is this machine's: taken here, it is taken for "everywhere" as well.
    await new Promise<void>((resolve) => other.listen(Number(link.port), "127.0.0.2", resolve));
    try {
      const made = await ask(`${link.origin}/api/v1/setup`, { body: { token: link.hash.slice(1) } });
      expect(made.status).toBe(201);
      expect((await ask(`${link.origin}/healthz`)).status).toBe(200);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("a restart voids the old link, and after setup there is none", async () => {
    const first = await start();
    await running.pop()?.stop();
    const second = await start();
    const [old, fresh] = [first, second].map(({ started }) =>
      new URL(started.setup?.url ?? "").hash.slice(1),
    );
    const at = `${new URL(second.started.setup?.url ?? "").origin}/api/v1/setup`;
    expect((await ask(at, { body: { token: old } })).status).toBe(403);
    expect((await ask(at, { body: { token: fresh } })).status).toBe(201);
    await running.pop()?.stop();
    expect((await start()).started.setup).toBeNull();
  });

  test("a link is over after a day", async () => {
    let nowMs = Date.now();
    const server = await createServer({ ...inMemoryConfig }, { clock: { now: () => nowMs } });
    const offer = await server.setup.open();
    nowMs += 86_400_000;
    expect(await server.setup.redeem(offer?.token ?? "", "late")).toMatchObject({
      kind: "refused",
      code: "setup-closed",
    });
    await server.stop();
  });
});

describe("TLS by the server's own authority", () => {
  test("a client that knows the pin finds the authority in the chain, then trusts by it", async () => {
    const { server, started } = await start({ names: ["holdfast.example.org"] });
    const blind = await ask(
      `https://127.0.0.1:${new URL(started.setup?.url ?? "").port}/api/v1/certificate-authority`,
    );
    const chain = blind.peer.issuerCertificate;
    const pem = `-----BEGIN CERTIFICATE-----\n${chain.raw.toString("base64")}\n-----END CERTIFICATE-----`;
    expect(authorityPin(pem)).toBe(server.ports.server.authorityPin);
    expect(authorityPin(blind.body)).toBe(server.ports.server.authorityPin);
    const { port } = new URL(started.setup?.url ?? "");
    for (const host of ["localhost", "127.0.0.1"])
      expect((await ask(`https://${host}:${port}/healthz`, { ca: pem })).status).toBe(200);
    expect(blind.peer.subjectaltname).toContain("DNS:holdfast.example.org");
  });

  test("the authority stays over restarts", async () => {
    const pin = (await start()).server.ports.server.authorityPin;
    await running.pop()?.stop();
    expect((await start()).server.ports.server.authorityPin).toBe(pin);
  });
});

describe("event streams", () => {
  test("say hello, beat, and tell at once of a change, made here or at another server on the same store", async () => {
    const { server, started } = await start({ heartbeatSeconds: 1 });
    const rig = await rigOn(server);
    const endpoint = await enrol(rig, "desk");
    const { port } = new URL(started.setup?.url ?? "");
    const url = `https://localhost:${port}/api/v1/endpoints/self/stream`;
    const proof = await makeProof({
      method: "GET",
      url,
      key: endpoint.keys.device,
      jti: randomBytes(16).toString("base64url"),
      iatSeconds: Date.now() / 1000,
    });
    const seen: string[] = [];
    const waiters: (() => void)[] = [];
    const until = async (event: string) => {
      while (!seen.some((text) => text.includes(`event: ${event}\n`)))
        await new Promise<void>((resolve) => waiters.push(resolve));
      const found = seen.join("");
      seen.length = 0;
      return found;
    };
    const stream = request(
      url,
      { headers: { dpop: proof }, rejectUnauthorized: false, agent: false },
      (response) => {
        expect(response.headers["content-type"]).toContain("text/event-stream");
        response.on("data", (part) => {
          seen.push(String(part));
          for (const wake of waiters.splice(0)) wake();
        });
        response.on("error", () => undefined);
      },
    );
    stream.on("error", () => undefined);
    stream.end();
    expect(await until("hello")).toContain('"heartbeat":"PT1S"');
    await until("heartbeat");
    expect((await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`)).body.connected).toBe(true);
    // As another server on this store would: by the store alone.
    await server.ports.store.transaction((tx) => tx.endpoints.touch([endpoint.id]));
    await until("contact-now");
    await rig.call("POST", `/api/v1/endpoints/${endpoint.id}/revocation`);
    expect(await until("contact-now")).toContain('"why":"endpoint-revoked"');
    stream.destroy();
  });
});

describe("what must not be started", () => {
  test.each([
    ["TLS off beyond loopback", { tls: { kind: "none" }, listen: { host: "0.0.0.0", port: 0 } }],
    ["a demo beyond loopback", { demo: true, listen: { host: "192.0.2.1", port: 0 } }],
  ] as [string, Partial<ServerConfig>][])("%s", async (_what, changes) => {
    await expect(createServer({ ...config, ...changes })).rejects.toThrow(UnsafeStart);
  });

  test("a demo's store in production, nor the other way round", async () => {
    await start({ demo: true });
    await running.pop()?.stop();
    await expect(createServer(config)).rejects.toThrow(/demonstration/);
    const other = { ...config, store: join(stateDir, "other.db") };
    await (await createServer(other)).stop();
    await expect(createServer({ ...other, demo: true })).rejects.toThrow(/production/);
  });

  test("a demo serves its own host names only", async () => {
    const { started } = await start({ demo: true });
    const { origin } = new URL(started.setup?.url ?? "");
    expect((await ask(`${origin}/healthz`)).status).toBe(200);
    expect((await ask(`${origin}/healthz`, { headers: { host: "attacker.example" } })).status).toBe(403);
  });
});

describe("holdfast-server", () => {
  const run = (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
      env: { PATH: "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    child.stdout.on("data", (part) => {
      out += part;
    });
    child.stderr.on("data", (part) => {
      out += part;
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const said = async (pattern: RegExp) => {
      while (!pattern.test(out)) {
        const over = await Promise.race([
          ended.then(() => true),
          new Promise<false>((resolve) => setTimeout(() => resolve(false), 20)),
        ]);
        if (over && !pattern.test(out)) throw new Error(`ended without ${pattern}: ${out}`);
      }
      return out;
    };
    return { child, ended, said, out: () => out };
  };
  const own = ["--config", "/dev/null"];

  test("starts, says how to go on, answers and stops at SIGTERM", async () => {
    const server = run([...own, "--listen", "127.0.0.1:0", "--state-dir", stateDir, "--json"]);
    const ready = JSON.parse((await server.said(/\n/)).split("\n")[0] ?? "");
    expect(ready).toMatchObject({ event: "ready", url: expect.stringMatching(/^https:\/\/localhost:\d+$/) });
    expect((await ask(`${ready.url}/readyz`)).status).toBe(200);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  test.each([
    [["--lisen", "x"], /--lisen/, 2],
    [["--tls-mode", "given"], /tls certificate/, 2],
    [["--demo", "--listen", "0.0.0.0:0"], /loopback/, 3],
  ])("%j is refused with a reason", async (args, reason, status) => {
    const server = run([...own, "--state-dir", stateDir, ...args]);
    expect(await server.ended).toBe(status);
    expect(server.out()).toMatch(reason);
  });
});

async function rigOn(server: HoldfastServer): Promise<Rig> {
  const offer = await server.setup.open();
  const setUp = await server.app.inject({
    method: "POST",
    url: "/api/v1/setup",
    payload: { token: offer?.token },
  });
  const adminKey: string = setUp.json().apiKey.key;
  return {
    server,
    clock: { now: () => Date.now(), advance: () => undefined },
    adminKey,
    async call(method, url, body) {
      return answerOf(
        await server.app.inject({
          method,
          url,
          headers: { authorization: `Bearer ${adminKey}` },
          ...(body === undefined ? {} : { payload: body as object }),
        }),
      );
    },
    stop: () => server.stop(),
  };
}
