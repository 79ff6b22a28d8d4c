import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Agent, type AgentConfig, createAgent } from "@holdfast/agent/agent";
import { argon2id } from "@holdfast/agent/system/argon2id";
import { createLog } from "@holdfast/agent/system/log";
import { systemClocks } from "@holdfast/offline-store/node/clocks";
import type { Clocks, PasswordKdf } from "@holdfast/offline-store/types";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { openServerCertificate } from "@holdfast/server/certificate-authority/server-certificate";
import { inMemoryConfig, type ServerConfig } from "@holdfast/server/config";
import { createServer, type HoldfastServer, type ServerPorts } from "@holdfast/server/server";
import type { Fault } from "../rig/fault.ts";
import { type FaultProxy, startFaultProxy } from "../rig/fault-proxy.ts";
import { freePort } from "../rig/ports.ts";
import { referenceHotp } from "../rig/reference-hotp.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { base32Of, tokenSeed } from "../rig/token-seed.ts";
import { type Answer, account, converse, type Told } from "./pam-client.ts";

/** One server with a proxy before it, whose faults are its outages. */
export type Site = {
  readonly server: HoldfastServer;
  readonly proxy: FaultProxy;
  readonly url: string;
  readonly port: number;
};

/** Argon2id all the same, with 64 KiB instead of 64 MiB, on both sides. */
const small = { version: 1, memoryKiB: 64, iterations: 1, parallelism: 1 } as const;
const quickArgon2id = (password: string, salt: Uint8Array) => argon2id.derive(password, salt, small);
const quickKdf: PasswordKdf = { derive: quickArgon2id };

export type EnterpriseOptions = {
  readonly heartbeatSeconds?: number;
  readonly server?: Partial<ServerConfig>;
  readonly ports?: ServerPorts;
  readonly realArgon2id?: boolean;
  /** The proxy speaks HTTP itself, with a certificate that endpoints trust. */
  readonly middleBox?: boolean;
};

/** As the API takes it; the seed is made here (rig/token-seed.ts). */
export type NewToken = {
  readonly kind?: "hotp" | "totp";
  readonly digits?: 6 | 7 | 8;
  readonly algorithm?: "SHA-1" | "SHA-256" | "SHA-512";
  readonly label?: string;
};

/** A real server on a port of its own, an administrator who talks to its API, and people with tokens. */
export class TestEnterprise implements AsyncDisposable {
  site: Site;
  readonly #adminKey: string;
  readonly #stack = new AsyncDisposableStack();
  readonly #options: EnterpriseOptions;

  private constructor(site: Site, adminKey: string, options: EnterpriseOptions) {
    this.site = site;
    this.#adminKey = adminKey;
    this.#options = options;
  }

  static async start(options: EnterpriseOptions = {}): Promise<TestEnterprise> {
    const site = await startSite(options);
    const offer = await site.server.setup.open();
    const made = await site.server.app.inject({
      method: "POST",
      url: "/api/v1/setup",
      payload: { token: offer?.token },
    });
    return new TestEnterprise(site, made.json().apiKey.key, options);
  }

  /** The administration API; fails the test where the answer is an error. */
  async admin<T = Record<string, unknown>>(
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
    path: string,
    body?: object,
  ): Promise<T> {
    const response = await this.site.server.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${this.#adminKey}` },
      ...(body === undefined ? {} : { payload: body }),
    });
    if (response.statusCode >= 300)
      throw new Error(`${method} ${path}: ${response.statusCode} ${response.body}`);
    return response.body === "" ? (undefined as T) : response.json();
  }

  /** A policy that allows offline sign-in, and what else is given. */
  async policy(changes: { [K in keyof UserPolicy]?: Partial<UserPolicy[K]> } = {}): Promise<string> {
    const made = await this.admin<{ id: string }>("POST", "/policies", {
      name: `Policy ${Math.random()}`,
      changes: { ...changes, offline: { enabled: true, ...changes.offline } },
    });
    return made.id;
  }

  async person(userName: string, policyId: string, token: NewToken = {}): Promise<Person> {
    const password = `pw of ${userName}!`;
    const user = await this.admin<{ id: string }>("POST", "/users", { userName, password, policyId });
    const kind = { digits: token.digits ?? 6, algorithm: token.algorithm ?? "SHA-1" } as const;
    const algorithm = kind.algorithm.replace("SHA-", "SHA") as "SHA1" | "SHA256" | "SHA512";
    const secret = base32Of(tokenSeed({ digits: kind.digits, algorithm }));
    const enrolled = await this.admin<{ token: { id: string } }>("POST", `/users/${user.id}/tokens`, {
      ...token,
      secret,
    });
    const parameters = new URLSearchParams({ secret, algorithm, digits: `${kind.digits}` });
    return new Person(userName, user.id, password, enrolled.token.id, `otpauth://hotp/x?${parameters}`);
  }

  /** As the server knows them, in order. */
  async offlineSignIns(person: Person): Promise<Record<string, unknown>[]> {
    const { items } = await this.admin<{ items: Record<string, unknown>[] }>(
      "GET",
      `/audit?userId=${person.userId}&mode=offline`,
    );
    return items;
  }

  async alerts(): Promise<{ kind: string }[]> {
    return (await this.admin<{ items: { kind: string }[] }>("GET", "/alerts?status=open")).items;
  }

  async enrolmentCode(name = "ward-7", more: object = {}): Promise<string> {
    return (await this.admin<{ code: string }>("POST", "/endpoint-enrolments", { name, ...more })).code;
  }

  /** An agent of its own, enrolled and online where not told otherwise. */
  async endpoint(options: EndpointOptions = {}): Promise<TestEndpoint> {
    const directory = this.#stack.use(await temporaryDirectory("agent"));
    const endpoint = new TestEndpoint(directory.path, options, this.#options.realArgon2id ?? false);
    this.#stack.use(endpoint);
    await endpoint.start();
    if (options.enrol === false) return endpoint;
    await endpoint.enrol(
      this.site.url,
      await this.enrolmentCode(options.name, options.site ? { site: options.site } : {}),
    );
    await endpoint.until(() => endpoint.agent.endpoint?.connection.state?.at === "online");
    return endpoint;
  }

  /** The state directory of an agent that is stopped, taken to another machine. */
  async copyOf(endpoint: TestEndpoint): Promise<TestEndpoint> {
    const directory = this.#stack.use(await temporaryDirectory("copy"));
    await cp(endpoint.directory, directory.path, {
      recursive: true,
      filter: (path) => !path.endsWith(".sock") && !path.endsWith(".lock"),
    });
    return new TestEndpoint(directory.path, {}, this.#options.realArgon2id ?? false);
  }

  /** Another server at the same address, once the one before was stopped. */
  async replaceServer(server: Partial<ServerConfig>, ports: ServerPorts): Promise<void> {
    const { proxy, url, port } = this.site;
    const started = await startServer({ ...this.#options, server, ports }, url, port);
    this.site = { server: started, proxy, url, port };
  }

  cut(fault: Fault = { kind: "refuse" }): Promise<void> {
    return this.site.proxy.set(fault);
  }
  restore(): Promise<void> {
    return this.site.proxy.set({ kind: "pass" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    await this.site.server.stop();
    await this.site.proxy[Symbol.asyncDispose]();
  }
}

/** `ports.store` may be shared by several. */
export async function startSite(options: EnterpriseOptions): Promise<Site> {
  const port = await freePort();
  const proxyPort = await freePort();
  const url = `https://localhost:${proxyPort}`;
  const server = await startServer(options, url, port);
  const terminate = options.middleBox ? { terminate: await certificateOf(server) } : {};
  const proxy = await startFaultProxy({ targetPort: port, port: proxyPort, ...terminate });
  return { server, proxy, url, port };
}

async function startServer(options: EnterpriseOptions, url: string, port: number): Promise<HoldfastServer> {
  const config: ServerConfig = {
    ...inMemoryConfig,
    heartbeatSeconds: options.heartbeatSeconds ?? 1,
    ...options.server,
    listen: { host: "127.0.0.1", port },
    publicUrl: url,
  };
  const server = await createServer(config, {
    ...(options.realArgon2id ? {} : { kdf: quickArgon2id }),
    ...options.ports,
  });
  await server.start();
  return server;
}

/** Another certificate for localhost by the server's own authority. */
export async function certificateOf({ ports }: HoldfastServer) {
  const { store, secrets, clock, server } = ports;
  const issued = await openServerCertificate(
    { kind: "own" },
    { names: [], further: [], assumed: null },
    store,
    secrets,
    clock,
  );
  const context = await issued.context();
  return {
    identity: { certificate: String(context?.cert), key: String(context?.key) },
    server: { ca: server.authorityPem },
  };
}

/** Somebody with a password and a token. */
export class Person {
  readonly userName: string;
  readonly userId: string;
  readonly password: string;
  readonly tokenId: string;
  readonly digits: 6 | 7 | 8;
  /** Counter of the code that the token shows at the next press. */
  next = 0;
  readonly #secret: Uint8Array;
  readonly #algorithm: "SHA1" | "SHA256" | "SHA512";

  constructor(userName: string, userId: string, password: string, tokenId: string, otpauthUri: string) {
    const parameters = new URL(otpauthUri).searchParams;
    this.userName = userName;
    this.userId = userId;
    this.password = password;
    this.tokenId = tokenId;
    this.digits = Number(parameters.get("digits") ?? 6) as 6;
    this.#algorithm = (parameters.get("algorithm") ?? "SHA1") as "SHA1";
    this.#secret = base32(parameters.get("secret") ?? "");
    this.next = Number(parameters.get("counter") ?? 0);
  }

  code(counter: number): string {
    return referenceHotp(
      { secret: Buffer.from(this.#secret), digits: this.digits, algorithm: this.#algorithm },
      counter,
    );
  }
  press(): string {
    return this.code(this.next++);
  }
}

export type EndpointOptions = {
  readonly name?: string;
  readonly site?: string;
  readonly enrol?: false;
  readonly config?: Partial<AgentConfig>;
  readonly clocks?: Clocks;
};

/** One agent, in this process, with directories of its own. */
export class TestEndpoint implements AsyncDisposable {
  readonly directory: string;
  readonly lockedSessionsOf: string[] = [];
  readonly #options: EndpointOptions;
  readonly #realArgon2id: boolean;
  readonly log: Record<string, unknown>[] = [];
  agent!: Agent;
  #running = false;

  constructor(directory: string, options: EndpointOptions, realArgon2id: boolean) {
    this.directory = directory;
    this.#options = options;
    this.#realArgon2id = realArgon2id;
  }

  async start(config: Partial<AgentConfig> = {}): Promise<void> {
    const kdf = this.#realArgon2id ? argon2id : quickKdf;
    this.agent = await createAgent(
      {
        stateDirectory: join(this.directory, "state"),
        runDirectory: join(this.directory, "run"),
        offline: { offlineEnabled: true, offlineMaxAgeSeconds: null, maxSignIns: null },
        accounts: { minimumUid: 1000, allowedSystemAccounts: [] },
        profile: { name: "pam", buffer: 5 },
        contactIntervalMs: 300_000,
        contactSpreadMs: 0,
        ...this.#options.config,
        ...config,
      },
      {
        log: createLog("debug", (line) => void this.log.push(JSON.parse(line))),
        clocks: this.#options.clocks ?? systemClocks(),
        kdf,
        lockSessions: async (userNames) => void this.lockedSessionsOf.push(...userNames),
      },
    );
    await this.agent.start();
    this.#running = true;
  }

  async stop(): Promise<void> {
    if (this.#running) await this.agent.stop();
    this.#running = false;
  }

  async enrol(server: string, code: string): Promise<void> {
    const answer = await this.agent.control({ do: "enroll", server, code });
    if (answer.kind !== "enrolled") throw new Error(JSON.stringify(answer));
  }

  /** Password and code, and nothing else said. */
  signIn(person: Person, code: Answer = person.press()): Promise<Told> {
    return this.converse(person.userName, [person.password, code]);
  }
  converse(
    user: string,
    answers: readonly Answer[],
    begin: Parameters<typeof account>[2] = {},
  ): Promise<Told> {
    return converse(this.agent.pamSocketPath, { user, ...begin }, answers);
  }
  account(user: string, begin: Parameters<typeof account>[2] = {}): Promise<Told> {
    return account(this.agent.pamSocketPath, user, begin);
  }

  /** An online sign-in, and everything that follows it in the background. */
  async signInOnline(person: Person): Promise<void> {
    const told = await this.signIn(person);
    if (told.code !== "success" || told.reason !== "online") throw new Error(JSON.stringify(told));
    await this.settled();
  }
  async settled(): Promise<void> {
    await this.agent.endpoint?.refills.idle();
  }

  async status() {
    const answer = await this.agent.control({ do: "status" });
    if (answer.kind !== "status") throw new Error(JSON.stringify(answer));
    return answer.status;
  }

  get at(): string | undefined {
    return this.agent.endpoint?.connection.state?.at;
  }
  offline(): Promise<void> {
    return this.until(() => this.at === "offline");
  }
  /** Online, and level with the server, or declined by it. */
  async online(): Promise<void> {
    const contact = async () => (await this.agent.endpoint?.contacts.now())?.kind;
    await this.until(async () => this.at === "online" && (await contact()) !== "not-reachable");
    // Refills that a contact asks for begin on a timer.
    await sleep(10);
    await this.settled();
  }

  async until(condition: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
    const endMs = performance.now() + limitMs;
    while (!(await condition())) {
      if (performance.now() > endMs)
        throw new Error(
          `not within ${limitMs} ms; the agent's log:\n${this.log.map((line) => JSON.stringify(line)).join("\n")}`,
        );
      await sleep(20);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function base32(text: string): Uint8Array {
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
