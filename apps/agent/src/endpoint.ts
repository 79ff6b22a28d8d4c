import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { envelopeTrust } from "@holdfast/offline-store/envelope-trust";
import { fileDeviceHmac } from "@holdfast/offline-store/node/device-key";
import { directoryFiles } from "@holdfast/offline-store/node/durable-files";
import { fileCounter } from "@holdfast/offline-store/node/file-counter";
import { openOfflineStore } from "@holdfast/offline-store/offline-store";
import type { Clocks, LocalRules, OfflineStore, PasswordKdf } from "@holdfast/offline-store/types";
import type { ClientProfile } from "@holdfast/protocol/policy";
import type { ProblemCode } from "@holdfast/protocol/problem";
import type { Logger } from "pino";
import { Connection } from "./connectivity/connection.ts";
import { watchLink } from "./connectivity/link-watch.ts";
import { adoptAuthority } from "./contact/adopt-authority.ts";
import { type ContactPorts, makeContact } from "./contact/contact.ts";
import { ContactLoop } from "./contact/contact-loop.ts";
import { correctTime } from "./contact/correct-time.ts";
import { Refills } from "./contact/refills.ts";
import { connectivitySettings, type Enterprise } from "./identity/enterprise.ts";
import type { Identity } from "./identity/identity.ts";
import { LocalSignIn } from "./sign-in/local-sign-in.ts";
import type { SessionLocker } from "./system/lock-sessions.ts";
import { ServerClient, type ServerConnections } from "./transport/server-client.ts";
import { agentVersion } from "./version.ts";

export type EndpointPorts = {
  readonly log: Logger;
  readonly clocks: Clocks;
  readonly kdf: PasswordKdf;
  readonly lockSessions: SessionLocker;
  /** Where connections to servers come from; by default from this machine's network. */
  readonly connections?: ServerConnections;
  /** Calls back when the network may have come back, until the function it returns is called. */
  readonly watchLink?: (hint: () => void) => () => void;
};
export type EndpointConfig = {
  readonly stateDirectory: string;
  readonly offline: LocalRules;
  /** Told to the server at every contact; absent: as at enrolment. */
  readonly profile?: ClientProfile;
  readonly contactIntervalMs: number;
  readonly contactSpreadMs: number;
};

export const diskProblem = "the disk is full or cannot be written";

/** Effective time is kept on disk at least so often (SECURITY §1, Time). */
const persistTimeMs = 60_000;

/** An enrolled endpoint at work: its store, its connection and what runs in the background. */
export class Endpoint {
  readonly identity: Identity;
  readonly enterprise: Enterprise;
  readonly store: OfflineStore;
  readonly client: ServerClient;
  readonly connection: Connection;
  readonly contacts: ContactLoop;
  readonly refills: Refills;
  readonly local: LocalSignIn;
  readonly log: Logger;
  #storageProblem: string | null = null;
  readonly #watchLink: (hint: () => void) => () => void;
  #endings: (() => void)[] = [];
  #wasOffline = false;
  #correctingTime = false;
  #renewingTime: Promise<unknown> | null = null;
  /** Users whose sessions were locked since the agent started, for as long as the doubt lasts. */
  #inDoubt: ReadonlySet<string> = new Set();

  constructor(
    identity: Identity,
    enterprise: Enterprise,
    store: OfflineStore,
    config: EndpointConfig,
    ports: EndpointPorts,
  ) {
    const { log } = ports;
    const rules = config.offline;
    this.identity = identity;
    this.enterprise = enterprise;
    this.store = store;
    this.log = log;
    this.client = new ServerClient(
      identity.deviceKey,
      enterprise.record.authorities,
      () => store.effectiveTime().nowMs,
      ports.connections,
      (server) => this.#renewTime(server),
    );
    this.#watchLink = ports.watchLink ?? watchLink;
    this.local = new LocalSignIn(store, rules, identity.name);
    this.connection = new Connection(this.client, {
      online: (server) => this.#cameOnline(server),
      offline: (why) => this.#wentOffline(why),
      contactWanted: () => void this.contacts.now(),
      refused: (server, code) => void this.#afterRefusal(server, code),
      timeDoubted: (server) => void this.#correctTime(server),
      authorityDoubted: (server) => void this.#adoptAuthority(server),
    });
    const trust = envelopeTrust({
      decryptionKey: identity.encryptionKey.privateKey,
      trustedKeys: () => enterprise.trusted(store.effectiveTime().nowMs),
      epoch: () => enterprise.manifest.epoch,
    });
    const shared = { client: this.client, connection: this.connection, store, rules, log };
    this.refills = new Refills({ ...shared, trust });
    const contact: ContactPorts = {
      ...shared,
      identity,
      enterprise,
      profile: config.profile ?? null,
      lockSessionsOf: (users) => this.#lockSessions(users, ports.lockSessions),
      refillsDue: (userNames, notBeforeSeconds) => this.#refillsDue(userNames, notBeforeSeconds),
      serversChanged: () => this.connection.serversChanged(connectivitySettings(identity, enterprise)),
    };
    this.contacts = new ContactLoop({
      ...shared,
      make: (server) => makeContact(contact, server),
      intervalMs: config.contactIntervalMs,
      spreadMs: config.contactSpreadMs,
    });
    store.onNews(() => this.contacts.soon());
  }

  start(): void {
    this.#note({ type: "agent-started", agentVersion });
    this.connection.start(connectivitySettings(this.identity, this.enterprise));
    this.#endings.push(this.#watchLink(() => this.connection.hint()));
    const keeping = setInterval(() => void this.store.persistTime().catch(() => undefined), persistTimeMs);
    this.#endings.push(() => clearInterval(keeping));
  }

  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end();
    this.connection.stop();
    this.client.close();
    await this.contacts.stop();
    await this.refills.stop();
    await this.store.close();
  }

  /** Why the last durable write failed; null: it did not. */
  get storageProblem(): string | null {
    return this.#storageProblem;
  }

  noteStorage(problem: string | null): void {
    this.#storageProblem = problem;
    if (problem !== null) this.log.error({ problem }, "something could not be stored");
  }

  #cameOnline(server: string): void {
    this.log.info({ server }, "online");
    if (this.#wasOffline) this.#note({ type: "came-online" });
    this.#wasOffline = false;
    this.contacts.cameOnline();
  }

  #wentOffline(why: string): void {
    this.log.warn({ why }, "offline: no server can be reached");
    if (!this.#wasOffline) this.#note({ type: "went-offline", why });
    this.#wasOffline = true;
    this.contacts.wentOffline();
  }

  /** By contact, whose nonce proves it fresh whatever this clock says; one for all who wait for it. */
  #renewTime(server: string): Promise<unknown> {
    this.#renewingTime ??= this.contacts.now(server).finally(() => {
      this.#renewingTime = null;
    });
    return this.#renewingTime;
  }

  /** A revoked endpoint learns by contact what to delete, one whose clock is wrong what time it is. */
  async #afterRefusal(server: string, code: ProblemCode): Promise<void> {
    const contact = await this.contacts.now(server);
    if (code === "proof-invalid" && contact.kind === "level") this.connection.hint();
  }

  /** One at a time: until it is done, no server can be talked to but for this. */
  async #correctTime(server: string): Promise<void> {
    if (this.#correctingTime) return;
    this.#correctingTime = true;
    try {
      const { identity, enterprise, store, log } = this;
      const outcome = await correctTime({ identity, enterprise, store }, server);
      if (outcome.kind === "refused")
        return log.warn({ server, why: outcome.why }, "the time could not be corrected");
      log.warn({ server, byMs: outcome.byMs }, "the server corrected this endpoint's time");
      this.connection.hint();
    } catch (fault) {
      this.log.error({ err: fault }, "the time could not be corrected");
    } finally {
      this.#correctingTime = false;
    }
  }

  async #adoptAuthority(server: string): Promise<void> {
    try {
      if ((await adoptAuthority(this.enterprise, server)) === "unknown") return;
      this.log.warn(
        { server },
        "the server presents an authority that the key manifest announced; it is trusted",
      );
      this.client.trustAuthorities(this.enterprise.record.authorities);
      this.connection.hint();
    } catch (fault) {
      this.log.error({ err: fault }, "an announced authority could not be taken");
    }
  }

  /** Once for each time that a user comes into doubt; the server repeats it until he has signed in online. */
  async #lockSessions(
    users: readonly { readonly userId: string; readonly userName: string }[],
    lock: SessionLocker,
  ): Promise<void> {
    const before = this.#inDoubt;
    this.#inDoubt = new Set(users.map(({ userId }) => userId));
    for (const { userId, userName } of users) {
      if (before.has(userId)) continue;
      const outcome = await lock([userName]).then(
        () => "locked" as const,
        () => "not-possible" as const,
      );
      this.log.warn({ userId, outcome }, "a user's open sessions are in doubt");
      this.#note({ type: "sessions-locked", userId, outcome });
    }
  }

  #refillsDue(userNames: readonly string[], notBeforeSeconds: number): void {
    const timer = setTimeout(() => {
      for (const userName of userNames) this.refills.due(userName);
    }, notBeforeSeconds * 1000);
    this.#endings.push(() => clearTimeout(timer));
  }

  #note(body: Parameters<OfflineStore["appendEvent"]>[0]): void {
    this.store.appendEvent(body).then(
      (result) => this.noteStorage(result === "stored" ? null : diskProblem),
      (fault: unknown) => this.noteStorage(String(fault)),
    );
  }
}

/** Opens the sealed store of this endpoint; makes it where the chain key is given. */
export async function openStore(
  stateDirectory: string,
  identity: Pick<Identity, "endpointId" | "encryptionKey">,
  enterprise: Pick<Enterprise, "trusted"> & { readonly manifest: Pick<Enterprise["manifest"], "epoch"> },
  ports: Pick<EndpointPorts, "clocks" | "kdf">,
  chainKey?: string,
): Promise<OfflineStore> {
  let store: OfflineStore | null = null;
  const nowMs = () => store?.effectiveTime().nowMs ?? ports.clocks.wallMs();
  store = await openOfflineStore({
    files: await directoryFiles(join(stateDirectory, "store")),
    device: await fileDeviceHmac(join(stateDirectory, "device-hmac.key")),
    counter: await fileCounter(join(stateDirectory, "counter")),
    kdf: ports.kdf,
    clocks: ports.clocks,
    random: (bytes) => randomBytes(bytes),
    trust: envelopeTrust({
      decryptionKey: identity.encryptionKey.privateKey,
      trustedKeys: () => enterprise.trusted(nowMs()),
      epoch: () => enterprise.manifest.epoch,
    }),
    endpointId: identity.endpointId,
    agentVersion,
    ...(chainKey === undefined ? {} : { chainKey }),
  });
  return store;
}
