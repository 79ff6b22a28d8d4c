import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { presentedChain } from "./presented-chain.ts";
import { pinnedAuthority, publicKeyPin } from "./public-key-pin.ts";

const directory = mkdtempSync(path.join(tmpdir(), "holdfast-pin-"));
const file = (name: string) => path.join(directory, name);
const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: directory, stdio: "pipe" });

beforeAll(() => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=authority",
    "-days",
    "1",
  );
  openssl("req", ...key, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost");
  openssl(
    "x509",
    "-req",
    "-in",
    "leaf.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-out",
    "leaf.pem",
    "-days",
    "1",
  );
  writeFileSync(
    file("chain.pem"),
    readFileSync(file("leaf.pem"), "utf8") + readFileSync(file("ca.pem"), "utf8"),
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

async function at<T>(server: Server, act: (url: URL) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await act(new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`));
  } finally {
    server.close();
  }
}

test("a server's chain is told leaf first, and only an authority in it fits a pin", async () => {
  const server = createServer({ cert: readFileSync(file("chain.pem")), key: readFileSync(file("leaf.key")) });
  const presented = await at(server, (url) => presentedChain(url, 5000));
  if (presented.kind !== "presented") throw new Error(presented.kind);
  const [leaf, authority] = presented.chain;
  const expected = new X509Certificate(readFileSync(file("ca.pem")));
  expect(presented.chain).toHaveLength(2);
  expect(authority?.fingerprint256).toBe(expected.fingerprint256);
  expect(pinnedAuthority(presented.chain, publicKeyPin(expected))?.fingerprint256).toBe(
    expected.fingerprint256,
  );
  if (!leaf) throw new Error("no leaf");
  expect(pinnedAuthority(presented.chain, publicKeyPin(leaf))).toBeNull();
});

test("the pin is the SHA-256 of the SubjectPublicKeyInfo", () => {
  const der = openssl("x509", "-in", "ca.pem", "-noout", "-pubkey");
  writeFileSync(file("ca.pub"), der);
  openssl("pkey", "-pubin", "-in", "ca.pub", "-outform", "DER", "-out", "ca.der");
  const digest = openssl("dgst", "-sha256", "-binary", "ca.der").toString("base64url");
  expect(publicKeyPin(new X509Certificate(readFileSync(file("ca.pem"))))).toBe(digest);
});

test("what speaks no TLS fails, and what says nothing times out", async () => {
  const chatter = createTcpServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 200 OK\r\n\r\n"));
  expect((await at(chatter, (url) => presentedChain(url, 5000))).kind).toBe("failed");
  const silent = createTcpServer((socket) => void setTimeout(() => socket.destroy(), 1000).unref());
  expect((await at(silent, (url) => presentedChain(url, 100))).kind).toBe("timed-out");
});
