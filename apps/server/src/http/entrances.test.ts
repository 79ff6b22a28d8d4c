import { request } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";
import type { ServerConfig } from "../config.ts";
import { inMemoryConfig } from "../config.ts";
import type { HoldfastServer, Started } from "../server.ts";
import { createServer } from "../server.ts";

const running: HoldfastServer[] = [];
const taken: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  for (const one of taken.splice(0)) await new Promise((resolve) => one.close(resolve));
});

async function start(changes: Partial<ServerConfig>): Promise<{ server: HoldfastServer; started: Started }> {
  const server = await createServer({ ...inMemoryConfig, ...changes });
  running.push(server);
  return { server, started: await server.start() };
}

/** The status, and whether the certificate is good for the name that was asked for. */
function ask(host: string, port: string, hostHeader: string, path: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const servername = hostHeader.split(":")[0] ?? "";
    const asked = request(
      { host, port, path, ca, servername, headers: { host: hostHeader }, agent: false },
      (response) => {
        response.resume();
        response.on("end", () => resolve(String(response.statusCode)));
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

const outside = () =>
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === "IPv4")?.address;

test("nobody beyond this machine reaches the console before there is an administrator (DESIGN §7, promise 5)", async ({
  skip,
}) => {
  const address = outside();
  if (address === undefined) skip("this machine has no address beyond the loopback one");
  const wide = { listen: { host: "0.0.0.0", port: 0 }, url: null, files: "/nonexistent" };
  const names = ["auth.example.test"];
  const { server, started } = await start({
    listen: { host: "0.0.0.0", port: 0 },
    names,
    console: wide,
    portal: wide,
  });
  const ca = server.ports.server.authorityPem;
  const [link, console, portal] = [started.setup?.url, started.console, started.portal].map(
    (url) => new URL(url ?? ""),
  );
  expect([link?.protocol, link?.hostname, link?.port]).toEqual(["https:", "localhost", console?.port]);
  expect(console?.hostname).toBe("auth.example.test");
  for (const url of [console, portal])
    await expect(
      ask(address ?? "", url?.port ?? "", url?.host ?? "", "/api/v1/manifest", ca),
    ).rejects.toThrow(/ECONNREFUSED/);
  expect(await ask("127.0.0.1", link?.port ?? "", link?.host ?? "", "/api/v1/manifest", ca)).toBe("200");

  const token = link?.hash.slice(1);
  const made = await server.app.inject({ method: "POST", url: "/api/v1/setup", payload: { token } });
  expect(made.statusCode).toBe(201);
  for (const url of [console, portal])
    expect(await ask(address ?? "", url?.port ?? "", url?.host ?? "", "/api/v1/manifest", ca)).toBe("200");
});

test("by name, the console can still be reached for the first start, and the certificate covers its name", async () => {
  const { server, started } = await start({
    publicUrl: "https://auth.example.test",
    authorityNames: ["example.test"],
    console: { listen: null, url: "https://console.example.test", files: "/nonexistent" },
    portal: { listen: null, url: "https://id.example.test", files: "/nonexistent" },
  });
  const ca = server.ports.server.authorityPem;
  expect(started).toMatchObject({
    console: "https://console.example.test",
    portal: "https://id.example.test",
  });
  const link = new URL(started.setup?.url ?? "");
  expect(await ask("127.0.0.1", link.port, link.host, "/setup", ca), "not built").toBe("503");
  const api = String(server.apiPort());
  for (const [name, status] of [
    ["console.example.test", "503"],
    ["id.example.test", "503"],
    ["auth.example.test", "404"],
  ] as const) {
    expect([name, await ask("127.0.0.1", api, name, "/", ca)]).toEqual([name, status]);
  }
});

test("ports that nobody asked for by name give way to other programs", async () => {
  const port = await pairOfPorts();
  const own = { listen: null, url: null, files: "/nonexistent" };
  const { started } = await start({ listen: { host: "127.0.0.1", port }, console: own, portal: own });
  expect(Number(new URL(started.console ?? "").port), "the next one is taken").not.toBe(port + 1);
  expect(started.portal).not.toBeNull();
  // One that was asked for is wanted: the server says so rather than being somewhere else.
  const named = { ...own, listen: { host: "127.0.0.1", port: port + 1 } };
  await expect(start({ console: named })).rejects.toThrow(/EADDRINUSE/);
});

/** A free port whose successor is taken from here on. */
async function pairOfPorts(): Promise<number> {
  for (;;) {
    const [first, second] = [createTcpServer(), createTcpServer()];
    await new Promise<void>((resolve) => first.listen(0, "127.0.0.1", resolve));
    const { port } = first.address() as AddressInfo;
    const next = await new Promise<boolean>((resolve) => {
      second.once("error", () => resolve(false));
      second.listen(port + 1, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => first.close(resolve));
    if (!next) continue;
    taken.push(second);
    return port;
  }
}
