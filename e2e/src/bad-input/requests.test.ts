import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { problem } from "@holdfast/protocol/problem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import { type RemoteClient, remoteClient } from "../enterprise/remote-client.ts";

describe("bytes that are no request, at a server in a process of its own", () => {
  const resources = new AsyncDisposableStack();
  let enterprise: Enterprise;
  let key: string;
  let client: RemoteClient;
  let alice: Person;

  beforeAll(async () => {
    enterprise = resources.use(await Enterprise.create());
    const { administrator, server } = enterprise;
    key = await administrator.signInKey();
    client = resources.use(await remoteClient(server, administrator.authorityPin, key));
    alice = await enterprise.addPerson("alice", []);
    expect(await client.signIn(alice, alice.token.next())).toBe("succeeded");
  });
  afterAll(() => resources.disposeAsync());

  /** Sends bytes and gives what came: an answer, or what there was when the server closed or patience ended. */
  async function answerTo(parts: readonly (string | Buffer)[], patienceMs = 500): Promise<string> {
    const socket: TLSSocket = connect({
      port: enterprise.server.port,
      host: "127.0.0.1",
      // What is asked here is what the server does with bytes, not who it is.
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
    });
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      received += text;
    });
    socket.on("error", () => undefined);
    await once(socket, "secureConnect");
    let closed = false;
    socket.once("close", () => {
      closed = true;
    });
    for (const part of parts) {
      if (!socket.writable) break;
      socket.write(part);
      await sleep(20);
    }
    // Until a whole answer is there: whoever hangs up before is owed none.
    for (
      const endMs = performance.now() + patienceMs;
      performance.now() < endMs && !closed;
      await sleep(10)
    ) {
      const [head = "", body] = received.split("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
      if (body !== undefined && body.length >= length) break;
    }
    socket.destroy();
    return received;
  }

  const post = (body: string, headers: Readonly<Record<string, string>> = {}) => {
    const lines = Object.entries({
      host: `localhost:${enterprise.server.port}`,
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": `${Buffer.byteLength(body)}`,
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST /api/v1/sign-ins HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
  };
  /** What waits for more bytes than will come: the client hangs up. */
  const withoutAnswer = new Set(["a body shorter than it says"]);
  const begin = () =>
    JSON.stringify({ attemptId: randomUUID(), userName: "alice", workflow: "remote-access" });

  const bytes: Record<string, () => readonly (string | Buffer)[]> = {
    "random bytes": () => [Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) & 255))],
    "a TLS record inside of TLS": () => [Buffer.from([22, 3, 1, 255, 255, 1, 0, 0, 0])],
    "a request line without an end": () => ["GET /".padEnd(200_000, "a")],
    "headers without an end": () => ["GET /healthz HTTP/1.1\r\n", "x: y\r\n".repeat(20_000)],
    "two lengths": () => [post(begin(), { "Content-Length": "3" })],
    "a length and chunks (request smuggling)": () => [post(begin(), { "transfer-encoding": "chunked" })],
    "a chunk with a length that is none": () => [
      post("", { "content-length": "", "transfer-encoding": "chunked" }).replace("content-length: \r\n", ""),
      "zz\r\nabc\r\n",
    ],
    "a body shorter than it says": () => [post(begin(), { "content-length": "5000" })],
    "a body without JSON": () => [post("{")],
    "a body of a mebibyte": () => [post(JSON.stringify({ userName: "a".repeat(1 << 20) }))],
    "a body deeper than any stack": () => [post("[".repeat(60_000))],
    "a body that is no UTF-8": () => [
      post("", { "content-length": "4" }),
      Buffer.from([0x22, 0xc3, 0x28, 0x22]),
    ],
    "a body said to be gzip": () => [post(begin(), { "content-encoding": "gzip" })],
    "a switch of protocols": () => [post(begin(), { connection: "upgrade", upgrade: "websocket" })],
    "two proofs of a device key": () => [post(begin(), { dpop: "a.b.c", DPoP: "a.b.c" })],
    "a proof of four pieces": () => [post(begin(), { dpop: "a.b.c.d" })],
    "a key that is no key": () => [post(begin(), { authorization: "Bearer hfk_\u0080" })],
    "a path out of the tree": () => [post(begin()).replace("/api/v1/sign-ins", "/api/v1/../../etc/passwd")],
    "a path with a NUL": () => [post(begin()).replace("/api/v1/sign-ins", "/api/v1/users/%00")],
  };

  test.each(Object.entries(bytes))(
    "%s: a refusal that says so, or the connection's end",
    async (name, made) => {
      const answer = await answerTo(made());
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      if (!withoutAnswer.has(name)) {
        const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
        // The switch of protocols is asked beside a request that is well; it is answered as if it had not been.
        expect([status >= 400 && status < 500, status === 200 && body.includes("asking")]).toContain(true);
        if (/application\/problem\+json/.test(head)) {
          expect(problem.parse(JSON.parse(body)).status).toBe(status);
        }
        expect(answer).not.toMatch(/node:|\.ts:\d|at .* \(/);
        expect(answer).not.toContain(key);
      }
      expect(enterprise.server.child.exit).toBeNull();
      expect(await client.signIn(alice, alice.token.next())).toBe("succeeded");
    },
  );

  test("a hundred connections that say nothing, or half a request, keep nobody else from signing in", async () => {
    const half = post(begin()).slice(0, 60);
    const idle = Array.from({ length: 100 }, (_, nth) => answerTo(nth % 2 === 0 ? [] : [half], 3_000));
    expect(await client.signIn(alice, alice.token.next())).toBe("succeeded");
    await Promise.all(idle);
  });

  test("a request that is sent again spends no second code, and one attempt id is one attempt", async () => {
    const body = JSON.stringify({
      attemptId: randomUUID(),
      userName: "alice",
      workflow: "remote-access",
      given: [
        { factor: "password", value: alice.password },
        { factor: "hotp", value: alice.token.next() },
      ],
    });
    const [first, again] = [await answerTo([post(body)], 10_000), await answerTo([post(body)], 10_000)];
    for (const answer of [first, again]) expect(answer).toContain('"status":"succeeded"');
    expect(await enterprise.administrator.token(alice.tokenId)).toMatchObject({
      nextCounter: alice.token.counter,
    });
  });

  test("the store is whole afterwards, and the log has no fault", async () => {
    expect(await enterprise.administrator.brokenChains()).toEqual([]);
    expect(await enterprise.administrator.token(alice.tokenId)).toMatchObject({
      nextCounter: alice.token.counter,
    });
    expect(enterprise.server.child.output).not.toMatch(/"level":(50|60)/);
  });
});
