import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { checkServers } from "@holdfast/cli/endpoint/doctor/servers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../rig/ports.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../rig/temporary-directory.ts";
import { type CliRig, startCliRig } from "./cli-rig.ts";

/** What the agent keeps of its enterprise, with these servers and authorities. */
describe("doctor on the way to the servers", () => {
  let rig: CliRig;
  let other: CliRig;
  let directory: TemporaryDirectory;
  let deaf: Server;
  let deafPort: number;
  beforeAll(async () => {
    [rig, other] = [await startCliRig(), await startCliRig()];
    directory = await temporaryDirectory("doctor");
    deaf = createServer((socket) => socket.end("220 not TLS\r\n", () => socket.destroy()));
    deafPort = await freePort();
    await new Promise<void>((resolve) => deaf.listen(deafPort, resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => deaf.close(resolve));
    await rig.stop();
    await other.stop();
    await directory[Symbol.asyncDispose]();
  });

  async function check(url: string, nowMs = Date.now()) {
    const content = {
      version: 1,
      authorities: [rig.server.ports.server.authorityPem],
      manifest: "",
      servers: [],
      enrolledAt: url,
      failoverBetweenSites: false,
      nonce: "n".repeat(22),
      contactNumber: 0,
      lastContactMs: null,
      headSignature: null,
    };
    await writeFile(path.join(directory.path, "enterprise.json"), JSON.stringify(content));
    const [found, ...more] = await checkServers(directory.path, nowMs);
    expect(more).toEqual([]);
    return found;
  }

  test("all is right", async () => {
    expect(await check(rig.url)).toMatchObject({ code: "server", status: "ok" });
  });

  test("a server of another enterprise, or a proxy that opens TLS", async () => {
    const found = await check(other.url);
    expect(found).toMatchObject({ code: "server-pin", status: "error" });
    expect(found?.next).toContain("openssl s_client");
  });

  test("nobody listens", async () => {
    const found = await check(`https://localhost:${await freePort()}`);
    expect(found).toMatchObject({ code: "server-connection", status: "warning" });
  });

  test("something listens that speaks no TLS", async () => {
    const found = await check(`https://localhost:${deafPort}`);
    expect(found).toMatchObject({ code: "server-tls", status: "warning" });
  });

  test("a name that nobody knows", async () => {
    const found = await check("https://no-such-host.invalid:8443");
    expect(found).toMatchObject({
      code: "server-name",
      status: "warning",
      next: "getent hosts no-such-host.invalid",
    });
  });

  test("a certificate that ends soon", async () => {
    const inTwelveWeeks = Date.now() + 85 * 86_400_000;
    expect(await check(rig.url, inTwelveWeeks)).toMatchObject({
      code: "server-certificate",
      status: "warning",
    });
  });

  test("a damaged file, and none", async () => {
    await writeFile(path.join(directory.path, "enterprise.json"), "{}");
    expect(await checkServers(directory.path, 0)).toMatchObject([{ status: "error" }]);
    expect(await checkServers(path.join(directory.path, "none"), 0)).toEqual([]);
  });
});
