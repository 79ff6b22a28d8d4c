import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "../../rig/requirements.ts";
import { Administrator } from "../enterprise/administrator.ts";
import { createAuthority, type IssuedCertificate, type TestAuthority } from "../enterprise/certificates.ts";
import { ServerProcess } from "../enterprise/server-process.ts";

describeWhere(["openssl"], "the audit at a collector, by syslog over TLS (RFC 5425)", () => {
  const stack = new AsyncDisposableStack();
  let authority: TestAuthority;
  let certificate: IssuedCertificate;
  beforeAll(async () => {
    authority = stack.use(await createAuthority());
    certificate = await authority.issue("collector", ["localhost"]);
  });
  afterAll(() => stack.disposeAsync());

  async function collector() {
    const said: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer({ cert: certificate.certificate, key: certificate.key }, (socket) => {
      sockets.add(socket);
      socket.on("data", (data) => said.push(data.toString("utf8")));
      socket.on("error", () => undefined);
    });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "localhost");
    await once(server, "listening");
    stack.defer(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { text: () => said.join(""), port: (server.address() as AddressInfo).port };
  }
  const serverFor = async (port: number, caFile: string) => {
    const server = stack.use(
      await ServerProcess.create({
        env: { HOLDFAST_SYSLOG: `tls://localhost:${port}`, HOLDFAST_SYSLOG_AUTHORITY: caFile },
      }),
    );
    await server.start();
    return { server, administrator: await Administrator.bootstrap(server) };
  };

  test("what an administrator does is there at once; a collector that nobody vouches for hears nothing, and the server serves", async () => {
    const [there, impostor] = [await collector(), await collector()];
    // The chain's file has the authority behind the certificate.
    const vouched = await serverFor(there.port, certificate.chainPath);
    const policyId = await vouched.administrator.addPolicy("Night shift", {});
    await expect.poll(there.text, { timeout: 5_000 }).toContain(policyId);
    expect(there.text()).toMatch(/\d+ <85>1 \S+ \S+ holdfast srv_\S+ policy-created - /);

    const stranger = stack.use(await createAuthority());
    const other = await stranger.issue("other", ["localhost"]);
    const unvouched = await serverFor(impostor.port, other.chainPath);
    await unvouched.administrator.addPolicy("Day shift", {});
    await unvouched.server.child.waitForOutput(/the collector of the audit cannot be reached/, {
      timeoutMs: 10_000,
    });
    expect(impostor.text()).toBe("");
  });
});
