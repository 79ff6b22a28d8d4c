import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../rig/ports.ts";
import { type Child, type Exit, start } from "../../rig/process.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";
import type { IssuedCertificate } from "./certificates.ts";

export interface ServerOptions {
  /** How endpoints reach it; default: its own port on localhost. */
  readonly publicUrl?: string;
  /** Names and addresses in its certificate besides localhost. */
  readonly names?: readonly string[];
  readonly site?: string;
  readonly failoverBetweenSites?: boolean;
  /** Seconds between two signs of life on event streams; default 1. */
  readonly heartbeatSeconds?: number;
  /** Default: SQLite in the state directory. Servers on one database share `masterKey`. */
  readonly databaseUrl?: string;
  readonly masterKey?: string;
  /** Default: a certificate of Holdfast's own authority. */
  readonly certificate?: IssuedCertificate;
  readonly env?: Readonly<Record<string, string>>;
}

/** The real server in a process of its own. Killed or stopped, it comes back with its port and state by `start`. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly stateDirectory: string;
  #options: ServerOptions;
  readonly #directory: TemporaryDirectory;
  #child: Child | null = null;

  private constructor(options: ServerOptions, directory: TemporaryDirectory, port: number) {
    this.#options = options;
    this.#directory = directory;
    this.port = port;
    this.url = options.publicUrl ?? `https://localhost:${port}`;
    this.stateDirectory = join(directory.path, "state");
  }

  static async create(options: ServerOptions & { readonly port?: number } = {}): Promise<ServerProcess> {
    const directory = await temporaryDirectory("server");
    const server = new ServerProcess(options, directory, options.port ?? (await freePort()));
    await mkdir(server.stateDirectory, { mode: 0o700 });
    await writeFile(join(directory.path, "server.toml"), "");
    return server;
  }

  get child(): Child {
    if (this.#child === null) throw new Error("the server was not started yet");
    return this.#child;
  }

  /** Resolves when it listens. `changes` hold from this start on. */
  async start(changes: Pick<ServerOptions, "failoverBetweenSites" | "env"> = {}): Promise<void> {
    this.#options = { ...this.#options, ...changes };
    const {
      names = [],
      site,
      heartbeatSeconds = 1,
      certificate,
      databaseUrl,
      masterKey,
      env,
    } = this.#options;
    const failover = this.#options.failoverBetweenSites ?? false;
    const tls = certificate && [
      "--tls-mode=given",
      `--tls-certificate=${certificate.chainPath}`,
      `--tls-key=${certificate.keyPath}`,
    ];
    const flags = [
      "--json",
      "--log-level=warn",
      `--config=${join(this.#directory.path, "server.toml")}`,
      `--state-dir=${this.stateDirectory}`,
      `--listen=127.0.0.1:${this.port}`,
      `--public-url=${this.url}`,
      `--heartbeat=PT${heartbeatSeconds}S`,
      // A test is one caller that signs one person in more often than people do.
      "--rate-limit-sign-ins-per-source=1000000",
      "--rate-limit-sign-ins-per-name=1000000",
      ...(names.length === 0 ? [] : [`--names=${names.join(",")}`]),
      ...(site === undefined ? [] : [`--site=${site}`]),
      ...(failover ? ["--failover-between-sites"] : []),
      ...(tls ?? []),
    ];
    const child = await start(process.execPath, [serverMain, ...flags], {
      env: {
        ...env,
        ...(databaseUrl === undefined ? {} : { HOLDFAST_DATABASE_URL: databaseUrl }),
        ...(masterKey === undefined ? {} : { HOLDFAST_MASTER_KEY: masterKey }),
      },
    });
    this.#child = child;
    await child.waitForOutput(/"event":"ready"/, { timeoutMs: 30_000 });
  }

  /** kill -9. */
  kill(): Promise<Exit> {
    return this.child.kill();
  }

  stop(): Promise<Exit> {
    return this.child.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.[Symbol.asyncDispose]();
    await this.#directory[Symbol.asyncDispose]();
  }
}

const serverMain = fileURLToPath(import.meta.resolve("@holdfast/server/main"));
