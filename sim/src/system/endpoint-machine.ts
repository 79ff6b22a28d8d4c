import { Agent } from "node:https";
import type { Duplex } from "node:stream";
import { Endpoint } from "@holdfast/agent/endpoint";
import { Enterprise } from "@holdfast/agent/identity/enterprise";
import type { Identity } from "@holdfast/agent/identity/identity";
import { keysForEnrolment, readIdentity, writeIdentity } from "@holdfast/agent/identity/identity";
import type { Conversation, ConversationEnd } from "@holdfast/agent/pam/conversation";
import { authenticate } from "@holdfast/agent/sign-in/sign-in";
import { serverApi } from "@holdfast/agent/transport/server-api";
import { ServerClient } from "@holdfast/agent/transport/server-client";
import { agentVersion } from "@holdfast/agent/version";
import { generateDeviceKey } from "@holdfast/envelope/keys";
import { envelopeTrust } from "@holdfast/offline-store/envelope-trust";
import { openOfflineStore } from "@holdfast/offline-store/offline-store";
import { simulatedDevice } from "@holdfast/offline-store/testing/simulated-ports";
import type { LocalRules, OfflineStore } from "@holdfast/offline-store/types";
import type { EnrolmentCode } from "@holdfast/protocol/enrolment-code";
import type { ClientProfile } from "@holdfast/protocol/policy";
import type { Logger } from "pino";
import type { Kernel, Process } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";
import { fastKdf } from "./fast-kdf.ts";
import { MachineClock } from "./machine-clock.ts";
import { MachineDisk } from "./machine-disk.ts";
import type { Network } from "./network.ts";

export const localRules: LocalRules = { offlineEnabled: true, offlineMaxAgeSeconds: null, maxSignIns: null };

type Parts = {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly network: Network;
  readonly log: (process: string) => Logger;
  /** Sessions of these users were in doubt at this machine. */
  readonly sessionsLocked: (machine: EndpointMachine, userNames: readonly string[]) => void;
};

/**
 * One endpoint: the agent's own parts over a simulated disk, clock and network. What the agent's main file does to put
 * them together is done here in its place; what is not here at all is the socket to the PAM module.
 */
export class EndpointMachine {
  readonly name: string;
  readonly site: string;
  readonly disk: MachineDisk;
  readonly clock: MachineClock;
  readonly #parts: Parts;
  #boots = 0;
  #process: Process;
  #endpoint: Endpoint | null = null;
  #linkHint: () => void = () => undefined;
  /** Of the enrolment; it never changes. */
  endpointId = "";

  constructor(parts: Parts, name: string, site: string) {
    this.#parts = parts;
    this.name = name;
    this.site = site;
    this.clock = new MachineClock(parts.kernel, name);
    this.disk = new MachineDisk(parts.kernel, parts.random.fork(), () => this.kill());
    this.#process = this.#newProcess();
    this.#process.alive = false;
  }

  get process(): Process {
    return this.#process;
  }

  /** Null while the machine is down. */
  get endpoint(): Endpoint | null {
    return this.#process.alive ? this.#endpoint : null;
  }

  /** Runs code as the agent's; null where it died before the end. */
  async run<T>(code: () => Promise<T>, limitMs = 300_000): Promise<T | null> {
    const process = this.#process;
    let result: { value: T } | null = null;
    let fault: unknown = null;
    if (!process.alive) return null;
    this.#parts.kernel
      .enter(process, code)
      .then((value) => {
        result = { value };
      })
      .catch((error: unknown) => {
        fault = error ?? new Error("rejected with nothing");
      });
    await this.#parts.kernel.runUntil(() => result !== null || fault !== null || !process.alive, limitMs);
    if (fault !== null) throw fault;
    return (result as { value: T } | null)?.value ?? null;
  }

  /** Enrols as `holdfast enroll` does; the pinned handshake has no counterpart here. */
  async enrol(server: string, code: EnrolmentCode, profile: ClientProfile): Promise<void> {
    this.#process = this.#newProcess();
    const process = this.#process;
    await this.run(async () => {
      const files = this.disk.files(process, "agent");
      const keys = await keysForEnrolment(files, async () => ({
        deviceKey: await generateDeviceKey("sign-requests"),
        encryptionKey: await generateDeviceKey("decrypt"),
      }));
      const client = new ServerClient(keys.deviceKey, [], this.clock.wallMs, this.#connections(process));
      const answer = await client.call(
        server,
        serverApi.enrol({
          enrolmentId: code.enrolmentId,
          secret: code.secret,
          hostName: this.name,
          agentVersion,
          profile,
          keyProtection: "file",
          deviceKey: keys.deviceKey.publicKey,
          encryptionKey: keys.encryptionKey.publicKey,
        }),
      );
      client.close();
      if (answer.kind !== "answered") throw new Error(`enrolment failed: ${JSON.stringify(answer)}`);
      const { endpointId, name, site, rootKey, manifest, nonce, chainKey } = answer.value;
      this.endpointId = endpointId;
      await Enterprise.write(files, {
        authorities: ["-"],
        manifest,
        servers: [],
        enrolledAt: server,
        failoverBetweenSites: false,
        nonce,
        contactNumber: 0,
        lastContactMs: null,
        headSignature: null,
      });
      const identity = { endpointId, name, site, rootKey, ...keys };
      await this.#openStore(process, identity, await Enterprise.read(files, rootKey), chainKey);
      await writeIdentity(files, { endpointId, name, site, rootKey });
    });
    this.kill();
  }

  /** Starts the agent on what the disk holds. */
  async start(): Promise<void> {
    if (this.#process.alive) return;
    this.disk.restart();
    this.#process = this.#newProcess();
    const process = this.#process;
    const { log, sessionsLocked } = this.#parts;
    await this.run(async () => {
      const files = this.disk.files(process, "agent");
      const identity = await readIdentity(files);
      if (identity === null) throw new Error(`${this.name} is not enrolled`);
      const enterprise = await Enterprise.read(files, identity.rootKey);
      const store = await this.#openStore(process, identity, enterprise);
      const endpoint = new Endpoint(
        identity,
        enterprise,
        store,
        { stateDirectory: "-", offline: localRules, contactIntervalMs: 300_000, contactSpreadMs: 2000 },
        {
          log: log(process.name),
          clocks: this.clock,
          kdf: { derive: fastKdf(this.#parts.kernel, process) },
          lockSessions: async (userNames) => sessionsLocked(this, userNames),
          connections: this.#connections(process),
          watchLink: (hint) => {
            this.#linkHint = hint;
            return () => undefined;
          },
        },
      );
      this.#endpoint = endpoint;
      await endpoint.start();
    });
  }

  /** As kill -9 of the agent, or of the whole machine. */
  kill(): void {
    if (!this.#process.alive) return;
    this.#parts.kernel.kill(this.#process);
    this.#parts.network.endpointGone(this.name);
    this.#endpoint = null;
  }

  linkChanged(): void {
    if (this.#process.alive) this.#parts.kernel.enter(this.#process, () => this.#linkHint());
  }

  /** A person before this machine. Null: it died before it answered. */
  async signIn(conversation: Conversation): Promise<ConversationEnd | null> {
    const { endpoint } = this;
    if (!endpoint) return null;
    return authenticate(conversation, endpoint, {
      accounts: { minimumUid: 1000, allowedSystemAccounts: [] },
      offline: localRules,
    });
  }

  #newProcess(): Process {
    this.#boots += 1;
    return this.#parts.kernel.spawn(`${this.name} #${this.#boots}`, this.clock.wallMs);
  }

  async #openStore(
    process: Process,
    identity: Pick<Identity, "endpointId" | "encryptionKey">,
    enterprise: Enterprise,
    chainKey?: string,
  ): Promise<OfflineStore> {
    let store: OfflineStore | null = null;
    const nowMs = () => store?.effectiveTime().nowMs ?? this.clock.wallMs();
    store = await openOfflineStore({
      files: this.disk.files(process, "store"),
      device: simulatedDevice(this.name),
      counter: this.disk.counter(process),
      kdf: { derive: fastKdf(this.#parts.kernel, process) },
      clocks: this.clock,
      random: this.#parts.random.bytes,
      trust: envelopeTrust({
        decryptionKey: identity.encryptionKey.privateKey,
        trustedKeys: () => enterprise.trusted(nowMs()),
      }),
      endpointId: identity.endpointId,
      agentVersion,
      ...(chainKey === undefined ? {} : { chainKey }),
    });
    return store;
  }

  #connections(process: Process): () => Agent {
    return () => new SimulatedAgent((host) => this.#parts.network.connect(this.name, host, process));
  }
}

/** Node's own connection pool, over simulated sockets. */
class SimulatedAgent extends Agent {
  readonly #connect: (host: string) => Duplex;

  constructor(connect: (host: string) => Duplex) {
    super({
      keepAlive: true,
      keepAliveMsecs: 1000,
      timeout: 4000,
      maxSockets: 64,
      maxFreeSockets: 4,
      scheduling: "lifo",
    });
    this.#connect = connect;
  }

  override createConnection(options: { host?: string | undefined }): Duplex {
    return this.#connect(options.host ?? "");
  }
}
