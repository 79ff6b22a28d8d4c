import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { inMemoryConfig, unsafe } from "../../config.ts";
import { audit } from "../../store/testing/samples.ts";
import { newPerson, startRig } from "../../testing/rig.ts";
import { createSyslogForwarder } from "./forwarder.ts";
import { framed, syslogMessage } from "./message.ts";

const source = { hostName: "srv-1", serverId: "srv_abc" };
const silent = pino({ level: "silent" });
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A collector that takes octet-counted messages (RFC 6587 §3.4.1), written from the RFC alone. */
async function collector(port = 0) {
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      bytes = Buffer.concat([bytes, data]);
      for (;;) {
        const space = bytes.indexOf(" ");
        const length = Number(bytes.subarray(0, space).toString("ascii"));
        if (space < 0 || bytes.length < space + 1 + length) return;
        messages.push(bytes.subarray(space + 1, space + 1 + length).toString("utf8"));
        bytes = bytes.subarray(space + 1 + length);
      }
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  closing.push(close);
  return { messages, port: (server.address() as AddressInfo).port, close };
}

const parts = (message: string) =>
  /^<(\d+)>1 (\S+) (\S+) (\S+) (\S+) (\S+) - \uFEFF(.*)$/su.exec(message)?.slice(1) ?? [];

test("an event is one message of RFC 5424, whatever somebody typed into it", () => {
  const event = audit({
    type: "sign-in",
    outcome: "refused",
    detail: { label: 'two\nlines "quoted" ü 5 <34>1 -' },
  });
  const [priority, time, host, app, process, type, text] = parts(syslogMessage(event, source));
  expect([priority, time, host, app, process, type]).toEqual([
    String(10 * 8 + 4),
    new Date(event.atMs).toISOString(),
    ...["srv-1", "holdfast", "srv_abc", "sign-in"],
  ]);
  expect(text).not.toContain("\n");
  expect(JSON.parse(text ?? "")).toEqual(event);
  const message = syslogMessage(event, { hostName: "näme with blanks", serverId: "" });
  expect(parts(message).slice(2, 5)).toEqual(["nmewithblanks", "holdfast", "-"]);
  const bytes = Buffer.byteLength(message, "utf8");
  expect(framed(message).toString("utf8")).toBe(`${bytes} ${message}`);
});

test("what is committed reaches the collector, and nothing that was refused by the store", async () => {
  const there = await collector();
  const syslog = { host: "127.0.0.1", port: there.port, tls: false, authorityPath: null };
  const rig = await startRig({ syslog });
  closing.push(() => void rig.stop());
  const ada = await newPerson(rig, "ada");
  const failing = rig.server.ports.store.transaction(async (tx) => {
    await tx.audit(audit({ type: "never-happened" }));
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  const typesOf = () => there.messages.map((message) => parts(message)[5]);
  await expect.poll(typesOf).toContain("token-enrolled");
  expect(typesOf()).not.toContain("never-happened");
  const created = there.messages.find((message) => parts(message)[5] === "user-created") ?? "";
  expect(JSON.parse(parts(created)[6] ?? "")).toMatchObject({ subjectUserId: ada.user.id });
  const { text } = await rig.call("GET", "/metrics");
  expect(text).toMatch(/^holdfast_syslog_up 1$/m);
});

test("while the collector is away nobody waits: the newest are kept, and it is told how many it lacks", async () => {
  const first = await collector();
  const { port } = first;
  first.close();
  const away = createSyslogForwarder({ host: "127.0.0.1", port, tls: null }, source, silent, {
    most: 3,
    firstPauseMs: 20,
  });
  closing.push(away.stop);
  const fromMs = performance.now();
  for (let number = 0; number < 10; number++) away.take([audit({ type: `event-${number}` })]);
  expect(performance.now() - fromMs).toBeLessThan(50);
  expect(away.figures()).toEqual({ waiting: 3, lost: 7, connected: false });
  const back = await collector(port);
  await expect.poll(() => back.messages.length, { timeout: 3000 }).toBe(4);
  expect(back.messages.map((message) => parts(message)[5])).toEqual([
    ...["audit-events-dropped", "event-7", "event-8", "event-9"],
  ]);
  expect(JSON.parse(parts(back.messages[0] ?? "")[6] ?? "")).toMatchObject({ detail: { count: 7 } });
  expect(away.figures()).toEqual({ waiting: 0, lost: 7, connected: true });
});

test("the audit leaves this machine by TLS only", () => {
  const to = (host: string, tls: boolean) =>
    unsafe({ ...inMemoryConfig, syslog: { host, port: 601, tls, authorityPath: null } });
  expect(to("collector.example.org", false)).toMatch(/tls:\/\//);
  expect([to("127.0.0.1", false), to("collector.example.org", true)]).toEqual([null, null]);
});
