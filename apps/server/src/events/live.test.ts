import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { makeProof } from "@holdfast/envelope/proof";
import type { LiveMessage } from "@holdfast/protocol/outage-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrol, type TestEndpoint } from "../testing/endpoint.ts";
import { type Rig, startRig } from "../testing/rig.ts";
import { createLiveHub } from "./live-hub.ts";

let rig: Rig;
let base: URL;
const open: { destroy(): void }[] = [];
beforeAll(async () => {
  rig = await startRig({ tls: { kind: "none" } });
  base = new URL((await rig.server.start()).url);
});
afterAll(async () => {
  for (const one of open) one.destroy();
  await rig.stop();
});

/** Server-sent events of a path; resolves once the answer has begun. */
async function follow(path: string, headers: Record<string, string>) {
  const messages: LiveMessage[] = [];
  const sent = request(new URL(path, base), { headers, agent: false });
  open.push(sent);
  sent.on("error", () => undefined);
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve) => sent.on("response", resolve));
  expect(response.statusCode).toBe(200);
  response.on("error", () => undefined);
  response.setEncoding("utf8");
  response.on("data", (text: string) => {
    for (const [, data = ""] of text.matchAll(/^data: (.*)$/gm)) messages.push(JSON.parse(data));
  });
  return { messages, close: () => sent.destroy() };
}

async function endpointStream(endpoint: TestEndpoint) {
  const path = "/api/v1/endpoints/self/stream";
  const proof = await makeProof({
    method: "GET",
    url: new URL(path, base).href,
    key: endpoint.keys.device,
    jti: randomBytes(16).toString("base64url"),
    iatSeconds: Math.floor(rig.clock.now() / 1000),
  });
  return follow(path, { dpop: proof });
}

const topics = (messages: readonly LiveMessage[]) =>
  messages.flatMap((message) => (message.type === "changed" ? message.topics : []));
const connection = async (endpoint: TestEndpoint) => {
  const { connected, connectionSinceMs } = (await rig.call("GET", `/api/v1/endpoints/${endpoint.id}`)).body;
  return { connected, connectionSinceMs };
};

test("a console hears at once of an endpoint that comes and goes, and of alerts and changes", async () => {
  const endpoint = await enrol(rig, "ward-1");
  expect(await connection(endpoint)).toEqual({ connected: false, connectionSinceMs: null });
  const live = await follow("/api/v1/live", { authorization: `Bearer ${rig.adminKey}` });
  await expect.poll(() => live.messages[0]).toEqual({ type: "hello" });

  const stream = await endpointStream(endpoint);
  await expect.poll(() => topics(live.messages), { timeout: 3000 }).toEqual(["endpoints"]);
  expect(await connection(endpoint)).toEqual({ connected: true, connectionSinceMs: rig.clock.now() });

  rig.clock.advance(60_000);
  stream.close();
  await expect.poll(() => topics(live.messages), { timeout: 3000 }).toEqual(["endpoints", "endpoints"]);
  expect(await connection(endpoint)).toEqual({ connected: false, connectionSinceMs: rig.clock.now() });

  await rig.call("POST", "/api/v1/users", { userName: "ada" });
  await expect.poll(() => topics(live.messages), { timeout: 3000 }).toContain("outage");
  live.close();
});

test("an endpoint whose server was killed shows as offline since that server was last heard of", async () => {
  const endpoint = await enrol(rig, "ward-2");
  await rig.server.ports.store.transaction((tx) =>
    tx.outage.connections.set([
      { endpointId: endpoint.id, serverId: "srv_gone", connected: true, sinceMs: rig.clock.now() },
    ]),
  );
  expect((await connection(endpoint)).connected, "of a server that nobody knows").toBe(false);
  const lastSeenAtMs = rig.clock.now();
  await rig.server.ports.store.transaction((tx) =>
    tx.servers.upsert({ id: "srv_gone", url: "https://gone", site: "main", startedAtMs: 0, lastSeenAtMs }),
  );
  expect((await connection(endpoint)).connected).toBe(true);
  rig.clock.advance(120_000);
  expect(await connection(endpoint)).toEqual({ connected: false, connectionSinceMs: lastSeenAtMs });
});

test("a stream ends at the next heartbeat once its session is over, and not because the store is away", async () => {
  const hub = createLiveHub({ store: rig.server.ports.store, log: rig.server.ports.log, heartbeatMs: 40 });
  let may: () => Promise<boolean> = async () => true;
  const server = createServer((_request, response) => hub.open(response, "session:1", () => may()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stream = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const next = async () => {
    const { done, value } = await reader.read();
    return done ? "ended" : new TextDecoder().decode(value);
  };
  expect(await next()).toContain('"hello"');
  may = () => Promise.reject(new Error("the store is away"));
  expect(await next()).toContain('"heartbeat"');
  may = async () => false;
  let last = "";
  while (last !== "ended") last = await next();
  hub.stop();
  server.close();
});

test("one session takes no more than its share of the streams, and another still has one", async () => {
  const hub = createLiveHub({ store: rig.server.ports.store, log: rig.server.ports.log });
  const server = createServer((request, response) => hub.open(response, request.url ?? "", async () => true));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const statuses: number[] = [];
  const abort = new AbortController();
  const look = async (who: string) =>
    statuses.push((await fetch(`${base}/${who}`, { signal: abort.signal })).status);
  for (let time = 0; time < 14; time++) await look("one");
  await look("other");
  expect(statuses).toEqual([...Array(12).fill(200), 429, 429, 200]);
  abort.abort();
  hub.stop();
  server.close();
});
