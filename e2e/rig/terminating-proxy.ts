import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, request as requestHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Fault, FixedAnswer } from "./fault.ts";

/** How the proxy meets its client and its server. */
export interface Termination {
  /** What the proxy shows to clients (PEM); `null`: plain HTTP. */
  readonly identity: { readonly certificate: string; readonly key: string } | null;
  /** How it checks the server; `null`: the server speaks plain HTTP. */
  readonly server: {
    /** PEM. */
    readonly ca: string;
    /** The name in the server's certificate. Default "localhost". */
    readonly name?: string;
  } | null;
}

export interface Terminator extends AsyncDisposable {
  readonly port: number;
  /** Cuts answers that the server has not finished. */
  cutAnswers(): void;
}

interface TerminatorPorts {
  fault(): Fault;
  log(method: string, path: string): void;
}

/** The part of the fault proxy that speaks HTTP, on a loopback port of its own. */
export async function startTerminator(
  termination: Termination,
  targetPort: number,
  ports: TerminatorPorts,
): Promise<Terminator> {
  const underWay = new Set<ServerResponse>();
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    ports.log(request.method ?? "", request.url ?? "");
    const fault = ports.fault();
    if (fault.kind === "answer") answer(request, response, fault);
    else if (fault.kind === "empty") request.socket.destroy();
    else {
      underWay.add(response);
      response.once("close", () => underWay.delete(response));
      const changed = fault.kind === "rewrite" && fault.path.test(request.url ?? "") ? fault : null;
      forward(request, response, termination, targetPort, changed);
    }
  };
  const { identity } = termination;
  const server =
    identity === null
      ? createHttpServer(handle)
      : createHttpsServer({ cert: identity.certificate, key: identity.key }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    cutAnswers() {
      for (const response of underWay) response.destroy();
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, given: FixedAnswer): void {
  request.resume();
  const body = Buffer.from(given.body);
  response.writeHead(given.status, {
    "content-type": given.contentType,
    "content-length": `${body.length}`,
    ...given.headers,
  });
  if (given.truncateAfter === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, given.truncateAfter), () => response.socket?.end());
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  termination: Termination,
  port: number,
  changed: Extract<Fault, { kind: "rewrite" }> | null,
): void {
  const common = {
    host: "127.0.0.1",
    port,
    method: request.method,
    path: request.url,
    headers: endToEnd(request.headers),
    agent: false as const,
  };
  const { server } = termination;
  const onward =
    server === null
      ? requestHttp(common)
      : requestHttps({ ...common, ca: server.ca, servername: server.name ?? "localhost" });
  onward.on("information", ({ statusCode }) => {
    if (statusCode === 102) response.writeProcessing();
  });
  onward.on("response", (incoming) => {
    if (changed !== null) {
      void rewrite(incoming, response, changed);
      return;
    }
    response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming.headers));
    // An event stream's headers must not wait for its first event.
    response.flushHeaders();
    incoming.on("error", () => response.destroy());
    incoming.pipe(response);
  });
  onward.on("error", () => {
    if (response.headersSent || response.destroyed) response.destroy();
    else {
      const body = "<html><h1>502 Bad Gateway</h1></html>";
      response.writeHead(502, { "content-type": "text/html" }).end(body);
    }
  });
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

async function rewrite(
  incoming: IncomingMessage,
  response: ServerResponse,
  { change }: Extract<Fault, { kind: "rewrite" }>,
): Promise<void> {
  try {
    const body = Buffer.from(change(await text(incoming)));
    const { "content-length": _length, ...headers } = endToEnd(incoming.headers);
    response.writeHead(incoming.statusCode ?? 502, { ...headers, "content-length": `${body.length}` });
    response.end(body);
  } catch {
    response.destroy();
  }
}

/** RFC 9110 §7.6.1: what concerns one connection only is not passed on. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection,
    "keep-alive": keepAlive,
    "transfer-encoding": transferEncoding,
    upgrade,
    ...rest
  } = headers;
  return rest;
}
