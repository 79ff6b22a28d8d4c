import { type IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { WebSocket, WebSocketServer } from "ws";

/**
 * WebSockets (RFC 6455) for what a browser follows for hours. Their handshakes take the same way in as every request, past
 * the same gate and to the same refusals; a route then takes the connection over. Node's HTTP lets go of it there, which is
 * what makes a follower cheap.
 */
type Handshake = { readonly socket: Socket; readonly head: Buffer; readonly response: ServerResponse };

const handshakes = new WeakMap<IncomingMessage, Handshake>();
/** A handshake that nobody answered by then is over. */
const answerWithinMs = 10_000;
const closeWithinMs = 1_000;
/** Who follows has nothing to say. */
const mostBytes = 125;

const options = {
  noServer: true,
  clientTracking: false,
  maxPayload: mostBytes,
  closeTimeout: closeWithinMs,
  // Of the offered ones, the first is the stream's; what else is there proves who asks (http/proofs.ts).
  handleProtocols: (offered: ReadonlySet<string>) => [...offered][0] ?? false,
};
/** Loaded when the first phone follows: most servers have none, and all would pay for it. */
let opening: Promise<WebSocketServer> | null = null;
const openServer = () => {
  opening ??= import("ws").then((ws) => new ws.WebSocketServer(options));
  return opening;
};

/** For Node: which requests to take out of HTTP. Any other `Upgrade` may be ignored (RFC 9110 §7.8), and is. */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

/** Hands a handshake to the application; unless a route accepts it, it gets an answer, and the connection ends. */
export function answerHandshake(
  application: RequestListener,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on("error", destroyThis);
  try {
    response.assignSocket(socket);
  } catch {
    // An earlier request on this connection has no answer yet. No client sends a handshake behind one, and thrown here
    // it would end the server.
    socket.destroy();
    return;
  }
  response.once("finish", () => socket.destroySoon());
  socket.setTimeout(answerWithinMs, destroyThis);
  handshakes.set(request, { socket, head, response });
  application(request, response);
}

export function offeredProtocols(request: IncomingMessage): readonly string[] {
  return handshakes.has(request)
    ? (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim())
    : [];
}

/** False: this was a plain request. `use` is not called where the handshake is malformed, which it is told by itself. */
export async function acceptWebSocket(
  request: IncomingMessage,
  use: (webSocket: WebSocket) => void,
): Promise<boolean> {
  const handshake = handshakes.get(request);
  if (handshake === undefined) return false;
  const { socket, head, response } = handshake;
  handshakes.delete(request);
  const server = await openServer();
  response.detachSocket(socket);
  socket.removeAllListeners("timeout");
  server.handleUpgrade(request, socket, head, (webSocket) => {
    // What is no WebSocket any more, or says more than it may, is closed by the library, and told by `close` alone.
    webSocket.on("error", ignore);
    webSocket.on("message", closeThis);
    use(webSocket);
  });
  return true;
}

// One of each for all followers, who are thousands.
function destroyThis(this: Socket): void {
  this.destroy();
}
function closeThis(this: WebSocket): void {
  // RFC 6455 §7.4.1: what came violates a policy.
  this.close(1008);
}
function ignore(): void {}
