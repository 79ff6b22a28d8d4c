import { Duplex } from "node:stream";
import type { Kernel, Process, TimerHandle } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";
import type { Rubbish } from "./proxy.ts";

/** What lies between one endpoint and one server. */
export type LinkState =
  | { readonly kind: "up"; readonly fromMs: number; readonly throughMs: number }
  /** No route: connecting fails at once, what is open is reset. */
  | { readonly kind: "down" }
  /** Everything vanishes, in both directions, without a word. */
  | { readonly kind: "black-hole" }
  /** Requests arrive and are worked on; no answer comes back. */
  | { readonly kind: "answers-lost" }
  /** Somebody with a certificate that is believed answers in the server's place. */
  | { readonly kind: "proxy"; readonly rubbish: Rubbish };

export const goodLink: LinkState = { kind: "up", fromMs: 1, throughMs: 20 };

/** Where connections to a server end. `accept` is null while nobody listens. */
export type Listening = { process: Process; accept: ((socket: Duplex) => void) | null };

type Link = { state: LinkState; readonly open: Set<Connection>; answersToLose: number };

/** Every connection between endpoints and servers: bytes that arrive late, or never, as the links' states say. */
export class Network {
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #links = new Map<string, Link>();
  readonly #listening = new Map<string, Listening>();
  readonly #proxies: (rubbish: Rubbish, socket: Duplex) => void;

  constructor(kernel: Kernel, random: Random, proxies: (rubbish: Rubbish, socket: Duplex) => void) {
    this.#kernel = kernel;
    this.#random = random;
    this.#proxies = proxies;
  }

  listen(host: string, process: Process, accept: (socket: Duplex) => void): void {
    this.#listening.set(host, { process, accept });
  }

  /** The server's process is gone: its machine resets what was open. */
  serverGone(host: string): void {
    const listening = this.#listening.get(host);
    if (listening) listening.accept = null;
    for (const [key, link] of this.#links)
      if (key.endsWith(` ${host}`)) for (const connection of [...link.open]) connection.reset();
  }

  /** The endpoint's process is gone. What it sent is on its way; nothing comes back to it. */
  endpointGone(endpoint: string): void {
    for (const [key, link] of this.#links)
      if (key.startsWith(`${endpoint} `)) for (const connection of [...link.open]) connection.hangUp();
  }

  link(endpoint: string, host: string): LinkState {
    return this.#link(endpoint, host).state;
  }

  set(endpoint: string, host: string, state: LinkState): void {
    const link = this.#link(endpoint, host);
    link.state = state;
    if (state.kind === "down" || state.kind === "proxy")
      for (const connection of [...link.open]) connection.reset();
    // A stream of bytes with a hole in it never goes on.
    if (state.kind === "up") for (const connection of [...link.open]) if (connection.torn) connection.reset();
  }

  /** The next answer of this server to this endpoint is lost with its connection, after the server did its work. */
  loseNextAnswer(endpoint: string, host: string): void {
    this.#link(endpoint, host).answersToLose += 1;
  }

  /** Losses that were prepared and never met do not come any more. */
  losesNoMoreAnswers(): void {
    for (const link of this.#links.values()) link.answersToLose = 0;
  }

  losesAnswers(endpoint: string, host: string): boolean {
    return this.#link(endpoint, host).answersToLose > 0;
  }

  connect(endpoint: string, host: string, process: Process): Duplex {
    const link = this.#link(endpoint, host);
    const client = new SimulatedSocket(this.#kernel, process);
    const listening = this.#listening.get(host);
    if (link.state.kind === "down" || (link.state.kind === "up" && !listening?.accept)) {
      const code = link.state.kind === "down" ? "ENETUNREACH" : "ECONNREFUSED";
      this.#kernel.after(process, 1, () => client.destroy(connectionError(code)));
      return client;
    }
    const proxied = link.state.kind === "proxy" ? link.state.rubbish : null;
    const serverProcess = proxied || !listening ? process : listening.process;
    const server = new SimulatedSocket(this.#kernel, serverProcess);
    const connection = new Connection(this.#kernel, client, server, {
      delayMs: () => this.#delayMs(link),
      passes: (to) => passes(link.state, to, proxied !== null),
      losesAnswer: (bytes) => this.#losesAnswer(link, bytes),
      over: () => link.open.delete(connection),
    });
    link.open.add(connection);
    if (link.state.kind === "black-hole") return client;
    if (proxied) this.#proxies(proxied, server);
    else this.#kernel.enter(serverProcess, () => listening?.accept?.(server));
    return client;
  }

  #link(endpoint: string, host: string): Link {
    const key = `${endpoint} ${host}`;
    let link = this.#links.get(key);
    if (!link) {
      link = { state: goodLink, open: new Set(), answersToLose: 0 };
      this.#links.set(key, link);
    }
    return link;
  }

  #delayMs({ state }: Link): number {
    return state.kind === "up" ? this.#random.integer(state.fromMs, state.throughMs) : 1;
  }

  /** Heartbeats of a stream are no answers; neither is "102 Processing". */
  #losesAnswer(link: Link, bytes: Uint8Array): boolean {
    if (link.answersToLose === 0) return false;
    const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString("latin1");
    if (!start.startsWith("HTTP/1.1 ") || start.startsWith("HTTP/1.1 102")) return false;
    link.answersToLose -= 1;
    return true;
  }
}

function passes(state: LinkState, to: "server" | "client", proxied: boolean): boolean {
  if (proxied) return state.kind === "proxy";
  return state.kind === "up" || (state.kind === "answers-lost" && to === "server");
}

type Path = {
  delayMs(): number;
  passes(to: "server" | "client"): boolean;
  losesAnswer(bytes: Uint8Array): boolean;
  over(): void;
};

/** Two sockets and what is on its way between them. */
class Connection {
  readonly #kernel: Kernel;
  readonly #client: SimulatedSocket;
  readonly #server: SimulatedSocket;
  readonly #path: Path;
  /** Bytes of this connection were lost for good. */
  torn = false;

  constructor(kernel: Kernel, client: SimulatedSocket, server: SimulatedSocket, path: Path) {
    this.#kernel = kernel;
    this.#client = client;
    this.#server = server;
    this.#path = path;
    this.#join(client, server, "server");
    this.#join(server, client, "client");
  }

  /** Both ends learn that it is over. */
  reset(): void {
    this.#path.over();
    for (const socket of [this.#client, this.#server])
      this.#kernel.after(socket.process, 1, () => socket.destroy(connectionError("ECONNRESET")));
  }

  /** The client's end is gone without a word to its own code. */
  hangUp(): void {
    this.#path.over();
    const server = this.#server;
    this.#kernel.after(server.process, this.#path.delayMs(), () =>
      server.destroy(connectionError("ECONNRESET")),
    );
  }

  #join(from: SimulatedSocket, to: SimulatedSocket, direction: "server" | "client"): void {
    // Bytes of one direction arrive in their order.
    let lastMs = 0;
    from.onBytes = (bytes) => {
      if (!this.#path.passes(direction) || this.torn) {
        this.torn = true;
        return;
      }
      if (direction === "client" && this.#path.losesAnswer(bytes)) {
        this.reset();
        return;
      }
      const atMs = Math.max(lastMs, this.#kernel.nowMs + this.#path.delayMs());
      lastMs = atMs;
      this.#kernel.after(to.process, atMs - this.#kernel.nowMs, () => {
        if (bytes === null || this.#path.passes(direction)) to.receive(bytes);
        else this.torn = true;
      });
    };
    from.onEnd = () => {
      this.#path.over();
      this.#kernel.after(to.process, Math.max(lastMs - this.#kernel.nowMs, this.#path.delayMs()), () => {
        if (this.#path.passes(direction)) to.receive(null);
      });
    };
  }
}

/** As much of a TCP (or TLS) socket as Node's HTTP needs. */
class SimulatedSocket extends Duplex {
  readonly process: Process;
  readonly #kernel: Kernel;
  readonly remoteAddress = "192.0.2.1";
  readonly encrypted = true;
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  onEnd: () => void = () => undefined;
  #ended = false;
  #idleMs = 0;
  #idle: TimerHandle | null = null;

  constructor(kernel: Kernel, process: Process) {
    super({ allowHalfOpen: false });
    // Whoever uses it listens too; in between nobody may.
    this.on("error", () => undefined);
    this.#kernel = kernel;
    this.process = process;
  }

  receive(bytes: Uint8Array | null): void {
    if (this.destroyed) return;
    this.#touch();
    this.push(bytes);
  }

  override _read(): void {}

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#touch();
    this.onBytes(new Uint8Array(bytes));
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#over();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#over();
    if (this.#idle) this.#idle.cancelled = true;
    done(error);
  }

  setTimeout(ms: number, callback?: () => void): this {
    this.#idleMs = ms;
    if (callback && ms > 0) this.once("timeout", callback);
    else if (callback) this.off("timeout", callback);
    this.#touch();
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  #over(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
  }

  #touch(): void {
    if (this.#idle) this.#idle.cancelled = true;
    this.#idle =
      this.#idleMs > 0 && !this.destroyed
        ? this.#kernel.after(this.process, this.#idleMs, () => this.emit("timeout"))
        : null;
  }
}

function connectionError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
