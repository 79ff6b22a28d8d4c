import { readFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy, strangeAnswers } from "./fault-proxy.ts";
import { runOk } from "./process.ts";
import { describeWhere } from "./requirements.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

interface Seen {
  status?: number;
  type?: string | undefined;
  body?: string;
  information?: number[];
  error?: string;
  tookMs?: number;
}

describeWhere(["openssl"], "the fault proxy", () => {
  let ca: string;
  let origin: Awaited<ReturnType<typeof startOrigin>>;
  let passing: FaultProxy;
  let terminating: FaultProxy;
  const resources = new AsyncDisposableStack();
  beforeAll(async () => {
    const identity = await makeIdentity();
    ca = identity.certificate;
    origin = resources.use(await startOrigin(identity));
    passing = resources.use(await startFaultProxy({ targetPort: origin.port }));
    terminating = resources.use(
      await startFaultProxy({ targetPort: origin.port, terminate: { identity, server: { ca } } }),
    );
  });
  afterAll(() => resources.disposeAsync());
  beforeEach(async () => {
    for (const proxy of [passing, terminating]) {
      await proxy.set({ kind: "pass" });
      proxy.clearLog();
    }
  });

  test("passes requests, bodies and interim answers, and counts them", async () => {
    for (const proxy of [passing, terminating]) {
      const seen = await ask(proxy.port, { path: "/echo", send: "question" });
      expect(seen).toMatchObject({ status: 200, body: "POST /echo question", information: [102] });
      expect(proxy.connections()).toBe(1);
    }
    expect(terminating.requests(/^\/echo/)).toBe(1);
    expect(terminating.requests(/^\/other/)).toBe(0);
    expect(terminating.accessLog[1]).toMatchObject({
      kind: "request",
      method: "POST",
      path: "/echo",
      fault: "pass",
    });
    expect(passing.requests()).toBe(0);
  });

  test("refuse: connections are refused, open ones reset, and the port comes back", async () => {
    for (const proxy of [passing, terminating]) {
      const stream = openStream(proxy.port);
      await stream.begun;
      await proxy.set({ kind: "refuse" });
      expect(await stream.ended).toBe("ECONNRESET");
      expect(await ask(proxy.port)).toEqual({ error: "ECONNREFUSED" });
      await proxy.set({ kind: "pass" });
      expect(await ask(proxy.port)).toMatchObject({ status: 200 });
    }
  });

  test("blackhole: new and open connections hang, are logged, and thaw", async () => {
    for (const proxy of [passing, terminating]) {
      const stream = openStream(proxy.port);
      await stream.begun;
      await proxy.set({ kind: "blackhole" });
      const heard = stream.events();
      expect(await ask(proxy.port, { timeoutMs: 200 })).toEqual({ error: "timeout" });
      expect(stream.events()).toBeLessThanOrEqual(heard + 1);
      expect(proxy.connections()).toBe(2);
      await proxy.set({ kind: "pass" });
      await expect.poll(stream.events).toBeGreaterThan(heard + 1);
      stream.close();
    }
  });

  test("reset: connections are accepted and reset", async () => {
    await passing.set({ kind: "reset" });
    expect(await ask(passing.port)).toEqual({ error: "ECONNRESET" });
    expect(passing.connections()).toBe(1);
  });

  test("delay: what the server says comes later, whole", async () => {
    await passing.set({ kind: "delay", ms: 150 });
    const seen = await ask(passing.port, { path: "/large" });
    // TLS 1.3: the handshake's flight and the answer.
    expect(seen.tookMs).toBeGreaterThan(295);
    expect(seen.tookMs).toBeLessThan(1_500);
    expect(seen.body).toBe(largeBody);
  });

  test("cut-after: an answer breaks off", async () => {
    await passing.set({ kind: "cut-after", bytes: 100_000 });
    expect((await ask(passing.port, { path: "/large" })).error).toMatch(/ECONNRESET/);
    await passing.set({ kind: "pass" });
    expect((await ask(passing.port, { path: "/large" })).body).toBe(largeBody);
  });

  test.each(Object.keys(strangeAnswers) as (keyof typeof strangeAnswers)[])(
    "OTP-30: with a valid certificate it answers in the server's place: %s",
    async (name) => {
      const stream = openStream(terminating.port);
      await stream.begun;
      const fault = strangeAnswers[name];
      await terminating.set(fault);
      expect(await stream.ended).toBe("ECONNRESET");
      const before = origin.requests();
      const seen = await ask(terminating.port, { path: "/echo", send: "x".repeat(100_000) });
      expect(origin.requests()).toBe(before);
      if (fault.kind === "empty" || "truncateAfter" in fault) expect(seen.error).toBe("ECONNRESET");
      else expect(seen).toMatchObject({ status: fault.status, type: fault.contentType, body: fault.body });
      await expect(passing.set(fault)).rejects.toThrow(/only a terminating proxy/);
    },
  );

  test("a server that is gone is a reset when passing, and a gateway's 502 when terminating", async () => {
    await using stack = new AsyncDisposableStack();
    const identity = await makeIdentity();
    const gone = await startOrigin(identity);
    const targetPort = gone.port;
    await gone[Symbol.asyncDispose]();
    const bytes = stack.use(await startFaultProxy({ targetPort }));
    expect(await ask(bytes.port)).toEqual({ error: "ECONNRESET" });
    const terminate = { identity, server: { ca: identity.certificate } };
    const http = stack.use(await startFaultProxy({ targetPort, terminate }));
    expect(await ask(http.port, { trust: identity.certificate })).toMatchObject({
      status: 502,
      type: "text/html",
    });
  });

  test("a terminating proxy can stand before plain HTTP, and does check a server's certificate", async () => {
    const identity = await makeIdentity();
    const plain = createHttpServer((_, response) => response.end("plain"));
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    {
      const targetPort = (plain.address() as AddressInfo).port;
      await using proxy = await startFaultProxy({ targetPort, terminate: { identity, server: null } });
      expect(await ask(proxy.port, { trust: identity.certificate })).toMatchObject({ body: "plain" });
    }
    plain.close();
    const wrong = { identity, server: { ca: identity.certificate } };
    await using proxy = await startFaultProxy({ targetPort: origin.port, terminate: wrong });
    expect(await ask(proxy.port, { trust: identity.certificate })).toMatchObject({ status: 502 });
  });

  function ask(
    port: number,
    options: { path?: string; send?: string; timeoutMs?: number; trust?: string } = {},
  ): Promise<Seen> {
    const { promise, resolve } = Promise.withResolvers<Seen>();
    const before = performance.now();
    const information: number[] = [];
    const method = options.send === undefined ? "GET" : "POST";
    const path = options.path ?? "/";
    const outgoing = request(
      { host: "localhost", port, path, method, ca: options.trust ?? ca, agent: false },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part) => {
          body += part;
        });
        response.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? "" }));
        response.on("end", () => {
          const { statusCode = 0, headers } = response;
          const tookMs = performance.now() - before;
          resolve({ status: statusCode, type: headers["content-type"], body, information, tookMs });
        });
      },
    );
    outgoing.on("information", ({ statusCode }) => information.push(statusCode));
    outgoing.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
    const timer = setTimeout(() => resolve({ error: "timeout" }), options.timeoutMs ?? 5_000);
    outgoing.end(options.send);
    return promise.finally(() => {
      clearTimeout(timer);
      outgoing.destroy();
    });
  }

  /** An event stream through the proxy: how it began, how many events came, how it ended. */
  function openStream(port: number) {
    let count = 0;
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<string>();
    const outgoing = request({ host: "localhost", port, path: "/stream", ca, agent: false }, (response) => {
      response.on("data", () => {
        count += 1;
        begun.resolve();
      });
      response.on("error", (error: NodeJS.ErrnoException) => ended.resolve(error.code ?? ""));
      response.on("end", () => ended.resolve("end"));
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => ended.resolve(error.code ?? ""));
    outgoing.end();
    return {
      begun: begun.promise,
      ended: ended.promise,
      events: () => count,
      close: () => outgoing.destroy(),
    };
  }
});

const largeBody = "0123456789abcdef".repeat(40_000);

async function startOrigin(identity: { certificate: string; key: string }) {
  let requests = 0;
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    requests += 1;
    if (incoming.url === "/large") response.end(largeBody);
    else if (incoming.url === "/stream") {
      const timer = setInterval(() => response.write("data: beat\n\n"), 20);
      response.on("close", () => clearInterval(timer));
    } else {
      response.writeProcessing();
      let body = "";
      for await (const part of incoming) body += part;
      response.end(`${incoming.method} ${incoming.url} ${body}`);
    }
  };
  const server = createHttpsServer(
    { cert: identity.certificate, key: identity.key },
    (incoming, response) => {
      handle(incoming, response).catch(() => response.destroy());
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function makeIdentity(): Promise<{ certificate: string; key: string }> {
  await using directory = await temporaryDirectory("certificate");
  const [certificate, key] = [join(directory.path, "certificate"), join(directory.path, "key")];
  await runOk("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-out", certificate, "-keyout", key],
  ]);
  return { certificate: await readFile(certificate, "utf8"), key: await readFile(key, "utf8") };
}
