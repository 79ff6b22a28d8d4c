import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Fault } from "./fault.ts";
import { FaultyConnection } from "./faulty-connection.ts";
import { startTerminator, type Termination } from "./terminating-proxy.ts";

export interface FaultProxyOptions {
  /** The server behind, on 127.0.0.1. */
  readonly targetPort: number;
  /**
   * Speaks HTTP with the client itself and asks the server anew. Without it bytes pass untouched, and TLS is
   * the server's own.
   */
  readonly terminate?: Termination;
  /** Default: a free one. */
  readonly port?: number;
}

export interface AccessLogEntry {
  readonly atMs: number;
  readonly kind: "connection" | "request";
  readonly fault: Fault["kind"];
  readonly method?: string;
  readonly path?: string;
}

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  readonly fault: Fault;
  /** Takes effect at once, on new connections and on open ones. */
  set(fault: Fault): Promise<void>;
  /** Connections that reached the proxy, and requests if it terminates, in order. */
  readonly accessLog: readonly AccessLogEntry[];
  connections(): number;
  /** Requests whose path matches; a terminating proxy only. */
  requests(path?: RegExp): number;
  clearLog(): void;
}

/** Answers that stand for a broken middle box, none of them a document of ours (OTP-30). */
export const strangeAnswers = {
  "500": { kind: "answer", status: 500, contentType: "text/plain", body: "Internal Server Error" },
  "503": { kind: "answer", status: 503, contentType: "text/html", body: "<h1>Service Unavailable</h1>" },
  "401": {
    kind: "answer",
    status: 401,
    contentType: "text/html",
    body: "<h1>Proxy: log in first</h1>",
    headers: { "www-authenticate": 'Basic realm="proxy"' },
  },
  "404": { kind: "answer", status: 404, contentType: "text/html", body: "<h1>Not Found</h1>" },
  html: {
    kind: "answer",
    status: 200,
    contentType: "text/html",
    body: "<!doctype html><title>Welcome to the guest network</title>",
  },
  "foreign json": {
    kind: "answer",
    status: 403,
    contentType: "application/json",
    body: '{"error":"denied"}',
  },
  "truncated json": {
    kind: "answer",
    status: 200,
    contentType: "application/json",
    body: '{"kind":"asking","prompts":[{"text":"One-time code"}]}',
    truncateAfter: 24,
  },
  empty: { kind: "empty" },
} as const satisfies Record<string, Fault>;

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let fault: Fault = { kind: "pass" };
  const accessLog: AccessLogEntry[] = [];
  const log = (entry: Omit<AccessLogEntry, "atMs" | "fault">) => {
    accessLog.push({ atMs: Date.now(), fault: fault.kind, ...entry });
  };
  await using stack = new AsyncDisposableStack();
  const terminator =
    options.terminate === undefined
      ? null
      : stack.use(
          await startTerminator(options.terminate, options.targetPort, {
            fault: () => fault,
            log: (method, path) => log({ kind: "request", method, path }),
          }),
        );
  const targetPort = terminator?.port ?? options.targetPort;

  const open = new Set<FaultyConnection>();
  const accept = (socket: Socket) => {
    log({ kind: "connection" });
    const connection = new FaultyConnection(socket, targetPort);
    open.add(connection);
    socket.once("close", () => open.delete(connection));
    connection.apply(fault);
  };
  let listener: Server | null = await listen(options.port ?? 0, accept);
  const { port } = listener.address() as AddressInfo;
  const stopListening = async () => {
    const closing = listener;
    listener = null;
    const closed = new Promise((resolve) => (closing === null ? resolve(null) : closing.close(resolve)));
    for (const connection of open) connection.reset();
    await closed;
  };
  const resources = stack.move();
  return {
    port,
    get fault() {
      return fault;
    },
    accessLog,
    connections: () => accessLog.filter((entry) => entry.kind === "connection").length,
    requests: (path = /.*/) =>
      accessLog.filter((entry) => entry.kind === "request" && path.test(entry.path ?? "")).length,
    clearLog: () => void accessLog.splice(0),
    async set(next) {
      const answersItself = next.kind === "answer" || next.kind === "empty";
      if ((answersItself || next.kind === "rewrite") && terminator === null) {
        throw new Error("only a terminating proxy can answer in the server's place or change what it says");
      }
      fault = next;
      if (answersItself) terminator?.cutAnswers();
      if (next.kind === "refuse") await stopListening();
      else listener ??= await listen(port, accept);
      for (const connection of open) connection.apply(next);
    },
    async [Symbol.asyncDispose]() {
      await stopListening();
      await resources.disposeAsync();
    },
  };
}

async function listen(port: number, accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}
