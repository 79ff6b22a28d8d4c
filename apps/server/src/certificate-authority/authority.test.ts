import { X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { isIP } from "node:net";
import { connect, createServer } from "node:tls";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newMasterKey } from "../keys/master-key.ts";
import { createSecrets } from "../keys/secrets.ts";
import { UnsafeStart } from "../operations/unsafe-start.ts";
import { openStore } from "../store/open-store.ts";
import { openAuthority } from "./authority.ts";
import { isPermitted, permittedNames } from "./name-constraints.ts";
import { openServerCertificate } from "./server-certificate.ts";

const now = Date.now();
const day = 86_400_000;

async function authority(names: string[], further: string[] = []) {
  const store = await openStore({ location: ":memory:", now: () => now, serverId: "srv" });
  const secrets = createSecrets([newMasterKey()]);
  return { store, secrets, made: await openAuthority(store, secrets, { names, further }, now) };
}

/** What OpenSSL says of a certificate for a name under this authority; null where it trusts it. */
async function trusted(
  made: Awaited<ReturnType<typeof authority>>["made"],
  name: string,
): Promise<string | null> {
  const issued = await made.issue([name], now);
  const server = createServer(
    { cert: `${issued.certificatePem}\n${made.certificatePem}`, key: issued.keyPem },
    (socket) => socket.end(),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await new Promise((resolve) => {
      const { port } = server.address() as AddressInfo;
      const socket = connect({
        host: "127.0.0.1",
        port,
        ca: made.certificatePem,
        servername: isIP(name) ? "" : name,
        checkServerIdentity: () => undefined,
      });
      socket.on("secureConnect", () => {
        resolve(null);
        socket.destroy();
      });
      socket.on("error", (error) => resolve(error.message));
    });
  } finally {
    server.close();
  }
}

test("vouches for the enterprise's names and private addresses, and OpenSSL refuses it anything else", async () => {
  const { made } = await authority(
    ["holdfast1.example.org", "192.0.2.7"],
    ["branch.example.net", "198.51.100.9"],
  );
  for (const name of [
    "holdfast1.example.org",
    "other.example.org",
    "localhost",
    "10.1.2.3",
    "192.168.0.9",
    "192.0.2.7",
    "198.51.100.9",
    "a.branch.example.net",
    "fd00::5",
  ]) {
    expect([name, await trusted(made, name)]).toEqual([name, null]);
  }
  for (const name of [
    "example.com",
    "notexample.org",
    "example.net",
    "192.0.2.8",
    "8.8.8.8",
    "2001:db8::1",
  ]) {
    expect([name, await trusted(made, name)]).toEqual([name, "permitted subtree violation"]);
  }
});

test("says itself which names it may vouch for, just as OpenSSL does", () => {
  const permitted = permittedNames(["holdfast1.example.org", "192.0.2.7"], ["branch.example.net"]);
  for (const name of [
    "x.example.org",
    "example.org",
    "localhost",
    "127.9.9.9",
    "172.31.255.255",
    "192.0.2.7",
    "::1",
    "fe80::1",
    "x.branch.example.net",
  ])
    expect([name, isPermitted(permitted, name)]).toEqual([name, true]);
  for (const name of [
    "example.com",
    "xexample.org",
    "example.net",
    "172.32.0.0",
    "192.0.2.8",
    "::2",
    "2001:db8::1",
  ])
    expect([name, isPermitted(permitted, name)]).toEqual([name, false]);
  fc.assert(
    fc.property(
      fc.ipV4(),
      (address) =>
        isPermitted(permitted, address) ===
        /^(10\.|127\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|192\.0\.2\.7$)/.test(address),
    ),
  );
});

test("a server of a name that nobody would believe does not start", async () => {
  const { store, secrets } = await authority(["holdfast1.example.org"]);
  await expect(
    openAuthority(store, secrets, { names: ["holdfast.example.com"], further: ["example.com"] }, now),
  ).rejects.toThrow(UnsafeStart);
  const again = await openAuthority(store, secrets, { names: ["holdfast2.example.org"], further: [] }, now);
  expect((await authority(["x.example.org"])).made.certificatePem).not.toBe(again.certificatePem);
});

test("its certificate is one that may only sign, and the server's is renewed before it ends", async () => {
  const { made, store, secrets } = await authority([]);
  const root = new X509Certificate(made.certificatePem);
  expect([root.ca, root.verify(root.publicKey)]).toEqual([true, true]);
  let nowMs = now;
  const certificate = await openServerCertificate(
    { kind: "own" },
    { names: ["10.0.0.5"], further: [], assumed: null },
    store,
    secrets,
    { now: () => nowMs },
  );
  const context = await certificate.context();
  const leaf = new X509Certificate(String(context?.cert));
  expect([leaf.ca, leaf.checkIssued(root), leaf.subjectAltName]).toEqual([
    false,
    true,
    "IP Address:10.0.0.5, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
  ]);
  expect(Date.parse(leaf.validTo) - now).toBeLessThanOrEqual(90 * day);
  expect(await certificate.changed()).toBe(false);
  expect(await certificate.reload()).toEqual({ kind: "unchanged" });
  nowMs += 61 * day;
  expect(await certificate.changed()).toBe(true);
  expect((await certificate.reload()).kind).toBe("reloaded");
  expect(await certificate.changed()).toBe(false);
  expect(certificate.status()[0]?.notAfterMs).toBeGreaterThan(nowMs + 80 * day);
});

test("a host that was renamed still starts, without the name that nobody would believe", async () => {
  const { store, secrets } = await authority([], ["old-name"]);
  const open = (assumed: string) =>
    openServerCertificate({ kind: "own" }, { names: [], further: [], assumed }, store, secrets, {
      now: () => now,
    });
  const names = async (assumed: string) =>
    new X509Certificate(String((await (await open(assumed)).context())?.cert)).subjectAltName;
  expect(await names("old-name")).toContain("DNS:old-name");
  expect(await names("new-name")).not.toContain("new-name");
});
