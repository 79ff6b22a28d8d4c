import { createServer, type Server } from "node:http";
import { Agent } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { generateDeviceKey } from "@holdfast/envelope/keys";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serverApi } from "./server-api.ts";
import { ServerClient } from "./server-client.ts";

/** TLS is left out: connections lead to a plain server on this machine. */
class PlainConnections extends Agent {
  readonly #port: number;

  constructor(port: number) {
    super({ keepAlive: false });
    this.#port = port;
  }

  override createConnection(): Duplex {
    const socket: Socket & { encrypted?: boolean } = connect(this.#port, "127.0.0.1");
    return Object.assign(socket, { encrypted: true });
  }
}

const serverMs = Date.UTC(2026, 0, 5, 8);
const minuteMs = 60_000;
const server = "https://one.test";
const call = serverApi.checkAccount("ada", { timeoutMs: 2000, signal: new AbortController().signal });

type Claims = { readonly iat: number; readonly jti: string; readonly nonce?: string };

/** A server that declines proofs whose time is more than five minutes from its own, and an endpoint's clock before it. */
async function rig(aheadMs: number, renew: (clock: { nowMs: number }) => void) {
  const proofs: Claims[] = [];
  const http: Server = createServer((request, response) => {
    const [, claims = ""] = String(request.headers.dpop).split(".");
    const proof = JSON.parse(Buffer.from(claims, "base64url").toString()) as Claims;
    proofs.push(proof);
    const stale = Math.abs(proof.iat * 1000 - serverMs) > 5 * minuteMs && proof.nonce === undefined;
    const problem = {
      type: "urn:holdfast:problem:proof-invalid",
      code: "proof-invalid",
      title: "Request proof not accepted",
      status: 401,
      detail: "The proof's time is too far from the server's.",
    };
    response.writeHead(stale ? 401 : 200, {
      "content-type": stale ? "application/problem+json" : "application/json",
    });
    const inReplyTo = proof.jti;
    response.end(
      JSON.stringify(stale ? { ...problem, inReplyTo } : { holdfast: 1, inReplyTo, status: "active" }),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const clock = { nowMs: serverMs + aheadMs };
  const renewals: string[] = [];
  const client = new ServerClient(
    await generateDeviceKey("sign-requests"),
    [],
    () => clock.nowMs,
    () => new PlainConnections(port),
    async (asked) => {
      renewals.push(asked);
      renew(clock);
    },
  );
  return { client, proofs, renewals, close: () => new Promise((resolve) => http.close(resolve)) };
}

const putRight = (clock: { nowMs: number }) => {
  clock.nowMs = serverMs;
};

let endpoint: Awaited<ReturnType<typeof rig>>;
afterEach(async () => {
  endpoint.client.close();
  await endpoint.close();
});

describe("an endpoint whose clock is six minutes ahead (UNI-6)", () => {
  beforeEach(async () => {
    endpoint = await rig(6 * minuteMs, putRight);
  });

  test("renews its time when its proof is declined, and asks once more with a new proof", async () => {
    const { client, proofs, renewals } = endpoint;
    expect(await client.call(server, call)).toMatchObject({ kind: "answered", value: { status: "active" } });
    expect(renewals).toEqual([server]);
    expect(proofs.map(({ iat }) => iat * 1000 - serverMs)).toEqual([6 * minuteMs, 0]);
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(2);
    await client.call(server, call);
    expect(renewals).toHaveLength(1);
  });

  test("needs no renewal for a contact, which proves itself fresh by its nonce", async () => {
    const { client, renewals } = endpoint;
    expect((await client.call(server, { ...call, nonce: "n" })).kind).toBe("answered");
    expect(renewals).toEqual([]);
  });

  test("asks no more where nobody waits for the answer any longer", async () => {
    const waiting = new AbortController();
    await endpoint.close();
    endpoint = await rig(6 * minuteMs, () => waiting.abort());
    const { client, proofs } = endpoint;
    expect(await client.call(server, { ...call, signal: waiting.signal })).toMatchObject({
      kind: "problem",
      problem: { code: "proof-invalid" },
    });
    expect(proofs).toHaveLength(1);
  });
});

test("a server that declines the second proof, too, has the last word", async () => {
  endpoint = await rig(6 * minuteMs, () => undefined);
  expect(await endpoint.client.call(server, call)).toMatchObject({
    kind: "problem",
    problem: { code: "proof-invalid" },
  });
  expect(endpoint.proofs).toHaveLength(2);
  expect(endpoint.renewals).toHaveLength(1);
});
