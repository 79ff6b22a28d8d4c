import { createServer, type Server, type Socket } from "node:net";
import { type ControlAnswer, type ControlRequest, controlRequest } from "@holdfast/protocol/control";
import { listenPrivately } from "../system/listen.ts";

export type ControlProgress = (text: string) => void;
export type ControlHandler = (request: ControlRequest, progress: ControlProgress) => Promise<ControlAnswer>;

export type ControlSocketEvents = {
  malformed(why: string): void;
  fault(error: unknown): void;
};

const maximumRequestBytes = 4096;
const requestTimeoutMs = 5000;
const maximumConnections = 16;

/** `control.sock`: one JSON line in; progress lines out, and the last line is `{"done": …}`. */
export class ControlSocket {
  readonly #handler: ControlHandler;
  readonly #events: ControlSocketEvents;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(handler: ControlHandler, events: ControlSocketEvents) {
    this.#handler = handler;
    this.#events = events;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = maximumConnections;
  }

  listen(path: string): Promise<void> {
    return listenPrivately(this.#server, path);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    socket.on("error", () => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), requestTimeoutMs);
    let text = "";
    socket.setEncoding("utf8");
    const take = (part: string) => {
      text += part;
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= maximumRequestBytes) return;
      clearTimeout(timer);
      socket.off("data", take);
      void this.#answer(socket, end < 0 ? null : text.slice(0, end));
    };
    socket.on("data", take);
    socket.once("close", () => clearTimeout(timer));
  }

  async #answer(socket: Socket, line: string | null): Promise<void> {
    const request = controlRequest.safeParse(line === null ? null : jsonOf(line));
    const say = (value: unknown) => {
      if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
    };
    if (!request.success) {
      this.#events.malformed(line === null ? "too-large" : "malformed");
      say({ done: { kind: "refused", why: "The agent does not understand this request.", next: null } });
      return void socket.end();
    }
    try {
      const progress = (progressText: string) =>
        say({ kind: "progress", text: progressText } satisfies ControlAnswer);
      say({ done: await this.#handler(request.data, progress) });
    } catch (error) {
      this.#events.fault(error);
      say({
        done: {
          kind: "refused",
          why: "The agent met a fault; its log says more.",
          next: "journalctl -u holdfast-agent",
        },
      });
    }
    socket.end();
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
