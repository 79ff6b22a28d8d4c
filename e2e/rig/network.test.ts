import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMachine, type Machine } from "./machine.ts";
import { connectNetwork, type Network } from "./network.ts";
import { describeWhere, networkNeeds } from "./requirements.ts";

describeWhere(networkNeeds, "a machine's network", () => {
  let machine: Machine;
  let network: Network;
  let first: Server;
  let second: Server;
  beforeAll(async () => {
    machine = await createMachine({ ownNetwork: true });
    network = await connectNetwork(machine);
    [first, second] = await Promise.all([listen("first"), listen("second")]);
    await network.expose({ address: "10.1.0.1", port: 443, targetPort: portOf(first) });
    await network.expose({ address: "10.2.0.1", port: 443, targetPort: portOf(second) });
  });
  afterAll(async () => {
    for (const server of [first, second]) server.close();
    await network[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await network.setLink("up");
    await network.setDelay(0);
    await network.setLoss(0);
  });

  test("reaches both servers and nothing else", async () => {
    expect(await get("10.1.0.1")).toMatchObject({ body: "first" });
    expect(await get("10.2.0.1")).toMatchObject({ body: "second" });
    expect((await machine.runOk("ip", ["-4", "-o", "address"])).stdout).not.toMatch(/eth|ens/);
    expect(await get("10.1.0.1", 444)).toMatchObject({ error: "ECONNREFUSED" });
  });

  test("BLACKHOLE: connects to one server hang, the other one answers", async () => {
    await network.blackhole("10.1.0.1");
    expect(await get("10.1.0.1")).toMatchObject({ error: "timeout" });
    expect(await get("10.2.0.1")).toMatchObject({ body: "second" });
    await network.restoreRoute("10.1.0.1");
    expect(await get("10.1.0.1")).toMatchObject({ body: "first" });
  });

  test("a black hole in the machine's own routing table fails at once", async () => {
    await network.unroute("10.1.0.1");
    expect((await get("10.1.0.1")).error).toMatch(/EINVAL|ENETUNREACH|EHOSTUNREACH/);
    await network.restoreRoute("10.1.0.1");
    expect(await get("10.1.0.1")).toMatchObject({ body: "first" });
  });

  test("NET-CUT: a link that is down is seen at once, and comes back", async () => {
    await network.setLink("down");
    expect((await get("10.1.0.1")).error).toMatch(/ENETUNREACH|EHOSTUNREACH/);
    await network.setLink("up");
    expect(await get("10.1.0.1")).toMatchObject({ body: "first" });
  });

  test("delay adds to each direction", async () => {
    expect((await get("10.1.0.1")).tookMs).toBeLessThan(590);
    await network.setDelay(150);
    const slow = await get("10.1.0.1", 443, 5_000);
    // Connection and request: two round trips.
    expect(slow.body).toBe("first");
    expect(slow.tookMs).toBeGreaterThan(590);
  });

  test("loss drops packets, and TCP gets through all the same", async () => {
    const before = await network.statistics();
    await network.setLoss(10);
    // TCP doubles its waits: one connection may be unlucky for a minute, a dozen in a row are not.
    await expect
      .poll(() => get("10.1.0.1", 443, 5_000), { timeout: 60_000 })
      .toMatchObject({ body: "first" });
    await network.setLoss(100);
    expect(await get("10.1.0.1")).toMatchObject({ error: "timeout" });
    const after = await network.statistics();
    expect(after.dropped).toBeGreaterThan(before.dropped);
    expect(after.passed).toBeGreaterThan(before.passed);
  });

  test("SRV-DOWN: a killed server is a reset", async () => {
    const third = await listen("third");
    await network.expose({ address: "10.3.0.1", port: 443, targetPort: portOf(third) });
    expect(await get("10.3.0.1")).toMatchObject({ body: "third" });
    await new Promise((resolve) => third.close(resolve));
    expect((await get("10.3.0.1")).error).toMatch(/ECONNRESET/);
  });

  /** A request from inside: the body, or the error's code. */
  async function get(
    address: string,
    port = 443,
    timeoutMs = 1_000,
  ): Promise<{ body?: string; error?: string; tookMs: number }> {
    const program = `
      const before = performance.now();
      const say = (result) => {
        console.log(JSON.stringify({ ...result, tookMs: performance.now() - before }));
        process.exit(0);
      };
      setTimeout(say, ${timeoutMs}, { error: "timeout" });
      const request = require("node:http").get("http://${address}:${port}/", { agent: false }, (response) => {
        let body = "";
        response.on("data", (part) => (body += part)).on("end", () => say({ body }));
      });
      request.on("error", (error) => say({ error: error.code }));
    `;
    return JSON.parse((await machine.runOk(process.execPath, ["-e", program], { timeoutMs: 40_000 })).stdout);
  }
});

async function listen(body: string): Promise<Server> {
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
