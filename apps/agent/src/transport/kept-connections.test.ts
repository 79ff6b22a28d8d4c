import { createServer, type Server } from "node:http";
import { Agent } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { generateDeviceKey } from "@holdfast/envelope/keys";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEventStream } from "./event-stream.ts";
import { serverApi } from "./server-api.ts";
import { ServerClient } from "./server-client.ts";

/** Connections are kept as the agent keeps them; TLS is left out. */
class KeptPlainConnections extends Agent {
  readonly #port: number;

  constructor(port: number) {
    super({ keepAlive: true, timeout: 4000, maxFreeSockets: 4, scheduling: "lifo" });
    this.#port = port;
  }

  override createConnection(): Duplex {
    return Object.assign(connect(this.#port, "127.0.0.1"), { encrypted: true });
  }
}

const server = "https://one.test";
const ask = () =>
  client.call(
    server,
    serverApi.checkAccount("ada", { timeoutMs: 5000, signal: new AbortController().signal }),
  );

let http: Server;
let client: ServerClient;
/** Once true, a connection that has been used before is reset, as by a firewall that has forgotten it. */
let forgetful: boolean;

beforeEach(async () => {
  forgetful = false;
  const used = new Set<Socket>();
  http = createServer((request, response) => {
    if (forgetful && used.has(request.socket)) {
      request.socket.resetAndDestroy();
      return;
    }
    used.add(request.socket);
    if (request.url?.endsWith("/stream")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const hello = { type: "hello", serverId: "srv_1", site: "main", heartbeat: "PT5S" };
      response.write(`event: hello\ndata: ${JSON.stringify(hello)}\n\n`);
      return;
    }
    const [, claims = ""] = String(request.headers.dpop).split(".");
    const { jti } = JSON.parse(Buffer.from(claims, "base64url").toString());
    response.writeHead(200, { "content-type": "application/json" });
    // A while, so that those asked at once need a connection each.
    setTimeout(() => response.end(JSON.stringify({ holdfast: 1, inReplyTo: jti, status: "active" })), 20);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  client = new ServerClient(
    await generateDeviceKey("sign-requests"),
    [],
    Date.now,
    () => new KeptPlainConnections(port),
  );
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(({ kind }) => kind)).toEqual(["answered", "answered", "answered"]);
  forgetful = true;
});
afterEach(() => {
  client.close();
  http.closeAllConnections();
  http.close();
});

test("OTP-30: several kept connections that have died are no news about the server", async () => {
  expect((await ask()).kind).toBe("answered");
});

test("OTP-30: a stream opens beside kept connections that have died", async () => {
  const opened = await new Promise<string>((resolve) => {
    const close = openEventStream(client, server, {
      opened: () => {
        close();
        resolve("opened");
      },
      message: () => undefined,
      broken: (why) => resolve(why),
    });
  });
  expect(opened).toBe("opened");
});
