import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./fault.ts";

/** One connection through the fault proxy: carries bytes both ways, as far as the fault in force lets it. */
export class FaultyConnection {
  readonly #client: Socket;
  readonly #targetPort: number;
  #server: Socket | null = null;
  #fault: Fault = { kind: "pass" };
  #thaw = Promise.withResolvers<void>();
  #bytesLeft = Number.POSITIVE_INFINITY;

  constructor(client: Socket, targetPort: number) {
    this.#client = client;
    this.#targetPort = targetPort;
    client.pause();
    client.on("error", () => this.#server?.destroy());
  }

  /** Also begins the connection to the server, once a fault lets it. */
  apply(fault: Fault): void {
    this.#fault = fault;
    this.#bytesLeft = fault.kind === "cut-after" ? fault.bytes : Number.POSITIVE_INFINITY;
    if (fault.kind === "reset" || fault.kind === "refuse") {
      this.reset();
      return;
    }
    if (fault.kind === "blackhole") {
      this.#client.pause();
      this.#server?.pause();
      return;
    }
    this.#thaw.resolve();
    this.#thaw = Promise.withResolvers();
    if (this.#server === null) this.#connect();
    this.#client.resume();
    this.#server?.resume();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server?.destroy();
  }

  #connect(): void {
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.#server = server;
    // A server that refuses or is killed is a reset for the client, but not through a black hole.
    server.on("error", () => void this.#passed().then(() => this.reset()));
    this.#client.on("close", () => server.destroy());
    this.#carry(this.#client, server, false);
    this.#carry(server, this.#client, true);
  }

  /** Keeps the order of bytes and of the end, whatever each had to wait for. */
  #carry(from: Socket, to: Socket, fromServer: boolean): void {
    let last: Promise<void> = Promise.resolve();
    const queue = (deliver: () => void) => {
      const delayMs = fromServer && this.#fault.kind === "delay" ? this.#fault.ms : 0;
      const due = performance.now() + delayMs;
      last = last.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await sleep(wait);
        await this.#passed();
        if (!to.destroyed) deliver();
      });
    };
    from.on("data", (bytes: Buffer) => queue(() => (fromServer ? this.#answer(bytes) : to.write(bytes))));
    from.on("end", () => queue(() => to.end()));
  }

  #answer(bytes: Buffer): void {
    const cut = bytes.length > this.#bytesLeft;
    const passing = cut ? bytes.subarray(0, this.#bytesLeft) : bytes;
    this.#bytesLeft -= passing.length;
    this.#client.write(passing, () => {
      if (cut) this.reset();
    });
  }

  async #passed(): Promise<void> {
    while (this.#fault.kind === "blackhole") await this.#thaw.promise;
  }
}
