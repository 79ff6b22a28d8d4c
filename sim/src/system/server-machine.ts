import { createHash } from "node:crypto";
import type { RequestListener, Server } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { inMemoryConfig } from "@holdfast/server/config";
import type { MasterKeys } from "@holdfast/server/keys/master-key";
import type { HoldfastServer } from "@holdfast/server/server";
import { createServer } from "@holdfast/server/server";
import type { Logger } from "pino";
import type { Kernel, Process } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";
import type { Database } from "./database.ts";
import { fastKdf } from "./fast-kdf.ts";
import type { Network } from "./network.ts";

export type ServerPlace = { readonly host: string; readonly site: string };

type Running = {
  readonly process: Process;
  readonly server: HoldfastServer;
  /** As long as there is no administrator. */
  readonly setupToken: string | null;
};

/** One server as it ships, but for its sockets, its clock and its Argon2id; it can be killed and started again. */
export class ServerMachine {
  readonly place: ServerPlace;
  readonly url: string;
  readonly #kernel: Kernel;
  readonly #random: Random;
  readonly #database: Database;
  readonly #network: Network;
  readonly #masterKeys: MasterKeys;
  readonly #failoverBetweenSites: boolean;
  readonly #log: (process: string) => Logger;
  #running: Running | null = null;
  #starts = 0;

  constructor(
    parts: {
      readonly kernel: Kernel;
      readonly random: Random;
      readonly database: Database;
      readonly network: Network;
      readonly masterKeys: MasterKeys;
      readonly failoverBetweenSites: boolean;
      readonly log: (process: string) => Logger;
    },
    place: ServerPlace,
  ) {
    this.place = place;
    this.url = `https://${place.host}`;
    this.#kernel = parts.kernel;
    this.#random = parts.random;
    this.#database = parts.database;
    this.#network = parts.network;
    this.#masterKeys = parts.masterKeys;
    this.#failoverBetweenSites = parts.failoverBetweenSites;
    this.#log = parts.log;
  }

  get running(): Running | null {
    return this.#running?.process.alive ? this.#running : null;
  }

  async start(): Promise<void> {
    if (this.running) return;
    const { host, site } = this.place;
    this.#starts += 1;
    const process = this.#kernel.spawn(`server ${host} #${this.#starts}`);
    const start = async () => {
      const server = await createServer(
        {
          ...inMemoryConfig,
          publicUrl: this.url,
          names: [host],
          authorityNames: ["test"],
          site,
          failoverBetweenSites: this.#failoverBetweenSites,
          // TLS ends before the simulated sockets.
          tls: { kind: "none" },
        },
        {
          clock: { now: () => this.#kernel.nowMs },
          entropy: this.#entropy(),
          kdf: fastKdf(this.#kernel, process),
          store: this.#database.connection(process),
          masterKeys: this.#masterKeys,
          log: this.#log(process.name),
          passwordPlaces: 64,
          createListener: (handler) => this.#listener(handler, process),
        },
      );
      const { setup } = await server.start();
      this.#running = { process, server, setupToken: setup?.url.split("#")[1] ?? null };
    };
    let over = false;
    this.#kernel
      .enter(process, start)
      .catch((error: unknown) => this.#kernel.faults.push({ process: process.name, error }))
      .finally(() => {
        over = true;
      });
    await this.#kernel.runUntil(() => over || !process.alive, 60_000);
  }

  /** As kill -9, or as a machine without power: its sockets are gone, its requests unanswered. */
  kill(): void {
    if (!this.#running) return;
    this.#database.disarm(this.#running.process);
    this.#kernel.kill(this.#running.process);
    this.#network.serverGone(this.place.host);
    this.#running = null;
  }

  /** The id in the first nine bytes stays the same over restarts, as the file in the state directory keeps it. */
  #entropy(): (bytes: number) => Uint8Array {
    let first = true;
    return (length) => {
      if (first && length === 9) {
        first = false;
        return new Uint8Array(createHash("sha256").update(this.place.host).digest().subarray(0, 9));
      }
      return this.#random.bytes(length);
    };
  }

  #listener(handler: RequestListener, process: Process) {
    const http: Server = createHttpServer({ keepAliveTimeout: 65_000 }, handler);
    return {
      listen: async () => {
        this.#network.listen(this.place.host, process, (socket) => http.emit("connection", socket));
        return 443;
      },
      moveTo: async () => undefined,
      renew: () => undefined,
      close: async () => undefined,
      port: () => 443,
    };
  }
}
