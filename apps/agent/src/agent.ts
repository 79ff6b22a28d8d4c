import { chmod, mkdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { directoryFiles } from "@holdfast/offline-store/node/durable-files";
import type { DurableFiles, LocalRules } from "@holdfast/offline-store/types";
import type { ControlAnswer, ControlRequest } from "@holdfast/protocol/control";
import type { ClientProfile } from "@holdfast/protocol/policy";
import { ControlSocket } from "./control/control-socket.ts";
import { agentStatus } from "./control/status.ts";
import { Endpoint, type EndpointPorts, openStore } from "./endpoint.ts";
import { enrol } from "./identity/enrolment.ts";
import { Enterprise } from "./identity/enterprise.ts";
import { type Identity, readIdentity, removeIdentity } from "./identity/identity.ts";
import { MalformedInput } from "./malformed-input.ts";
import type { Conversation, ConversationEnd } from "./pam/conversation.ts";
import { PamSocket } from "./pam/pam-socket.ts";
import { type AccountRules, checkAccount } from "./sign-in/accounts.ts";
import { authenticate } from "./sign-in/sign-in.ts";
import { listenPrivately } from "./system/listen.ts";

export type AgentConfig = {
  readonly stateDirectory: string;
  readonly runDirectory: string;
  readonly offline: LocalRules;
  readonly accounts: AccountRules;
  readonly profile: ClientProfile;
  readonly contactIntervalMs: number;
  readonly contactSpreadMs: number;
};
export type AgentPorts = EndpointPorts;

export interface Agent {
  /** Resolves when the sockets are there; sign-ins are answered from then on, whether a server is there or not. */
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly pamSocketPath: string;
  readonly controlSocketPath: string;
  /** Null: not enrolled. */
  readonly endpoint: Endpoint | null;
  /** Conversations with the PAM module that are under way. */
  readonly conversations: number;
  control(request: ControlRequest, progress?: (text: string) => void): Promise<ControlAnswer>;
}

/** The endpoint's daemon: two sockets in front of one endpoint. */
export async function createAgent(config: AgentConfig, ports: AgentPorts): Promise<Agent> {
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 });
  // Made by somebody else, it may be open to everybody.
  if (((await stat(config.stateDirectory)).mode & 0o077) !== 0) await chmod(config.stateDirectory, 0o700);
  await mkdir(config.runDirectory, { recursive: true, mode: 0o755 });
  return new RunningAgent(config, ports, await directoryFiles(config.stateDirectory));
}

class RunningAgent implements Agent {
  readonly pamSocketPath: string;
  readonly controlSocketPath: string;
  readonly #config: AgentConfig;
  readonly #ports: AgentPorts;
  readonly #files: DurableFiles;
  readonly #pam: PamSocket;
  readonly #control: ControlSocket;
  readonly #malformed: MalformedInput;
  /** Held as long as this agent lives: Node has no file locks, and a socket that answers has somebody behind it. */
  readonly #lock = createServer((socket) => socket.destroy());
  #endpoint: Endpoint | null = null;
  /** Why an enrolled endpoint cannot work: its files are damaged. */
  #damage: string | null = null;
  #enrolling = false;

  constructor(config: AgentConfig, ports: AgentPorts, files: DurableFiles) {
    const { log } = ports;
    this.#config = config;
    this.#ports = ports;
    this.#files = files;
    this.pamSocketPath = join(config.runDirectory, "pam.sock");
    this.controlSocketPath = join(config.runDirectory, "control.sock");
    this.#malformed = new MalformedInput((body) => {
      log.warn(body, "malformed input");
      void this.#endpoint?.store.appendEvent(body).catch(() => undefined);
    });
    const fault = (error: unknown) => log.error({ err: error }, "a fault in the agent");
    this.#pam = new PamSocket((conversation) => this.#converse(conversation), {
      malformed: (why) => this.#malformed.report("pam", why),
      fault,
    });
    this.#control = new ControlSocket((request, progress) => this.control(request, progress), {
      malformed: (why) => this.#malformed.report("control", why),
      fault,
    });
  }

  get endpoint(): Endpoint | null {
    return this.#endpoint;
  }

  get conversations(): number {
    return this.#pam.conversations;
  }

  async start(): Promise<void> {
    // Before anything is read: two agents on one store would undo each other's writes.
    await listenPrivately(this.#lock, join(this.#config.stateDirectory, "agent.lock"));
    await this.#openEndpoint();
    await this.#pam.listen(this.pamSocketPath);
    await this.#control.listen(this.controlSocketPath);
  }

  async stop(): Promise<void> {
    await this.#control.stop();
    await this.#pam.stop();
    await this.#endpoint?.stop();
    await new Promise((resolve) => this.#lock.close(resolve));
  }

  async control(
    request: ControlRequest,
    progress: (text: string) => void = () => undefined,
  ): Promise<ControlAnswer> {
    switch (request.do) {
      case "status":
        return {
          kind: "status",
          status: await agentStatus(this.#endpoint, this.#config.offline, this.#damage),
        };
      case "contact":
        return this.#contact();
      case "enroll":
        return this.#enrol(request.server, request.code, progress);
    }
  }

  async #converse(conversation: Conversation): Promise<ConversationEnd> {
    const { accounts, offline } = this.#config;
    if (this.#endpoint === null) {
      conversation.tell(
        "error",
        "This computer is not enrolled for sign-in. Tell your administrator: holdfast enroll.",
      );
      return { code: "unavailable", reason: "not-enrolled" };
    }
    return conversation.begin.action === "account"
      ? checkAccount(conversation, this.#endpoint, accounts)
      : authenticate(conversation, this.#endpoint, { accounts, offline });
  }

  async #contact(): Promise<ControlAnswer> {
    const endpoint = this.#endpoint;
    if (endpoint === null) return { kind: "refused", why: "This computer is not enrolled.", next: enrolNext };
    const outcome = await endpoint.contacts.now();
    if (outcome.kind === "level")
      return { kind: "contacted", online: true, detail: "Endpoint and server are level." };
    return outcome.kind === "refused"
      ? { kind: "contacted", online: true, detail: outcome.detail }
      : { kind: "contacted", online: false, detail: outcome.why };
  }

  async #enrol(server: string, code: string, progress: (text: string) => void): Promise<ControlAnswer> {
    if (this.#enrolling) return { kind: "refused", why: "An enrolment is under way.", next: null };
    this.#enrolling = true;
    try {
      const before = this.#endpoint;
      if (before !== null && !(await isRevoked(before, this.#config.offline))) {
        const { name, endpointId } = before.identity;
        return {
          kind: "refused",
          why: `This computer is enrolled already, as ${name}.`,
          next: `To enrol it anew, revoke it first: holdfast admin endpoints revoke ${endpointId}`,
        };
      }
      const outcome = await enrol({
        server,
        code,
        progress,
        profile: this.#config.profile,
        files: this.#files,
        nowMs: this.#ports.clocks.wallMs,
        makeStore: (identity, enterprise, chainKey) => this.#makeStore(identity, enterprise, chainKey),
      });
      if (outcome.kind === "refused") return outcome;
      await this.#openEndpoint();
      const { endpointId, name, site } = outcome.identity;
      this.#ports.log.info({ endpointId, name, site }, "enrolled");
      return { kind: "enrolled", endpointId, name, site };
    } finally {
      this.#enrolling = false;
    }
  }

  /** Whatever an earlier endpoint left goes: its server has revoked it, or never finished enrolling it. */
  async #makeStore(identity: Identity, enterprise: Enterprise, chainKey: string): Promise<void> {
    await this.#endpoint?.stop();
    this.#endpoint = null;
    await removeIdentity(this.#files);
    const { stateDirectory } = this.#config;
    for (const name of ["store", "counter"])
      await rm(join(stateDirectory, name), { recursive: true, force: true });
    const store = await openStore(stateDirectory, identity, enterprise, this.#ports, chainKey);
    await store.close();
  }

  async #openEndpoint(): Promise<void> {
    const { log } = this.#ports;
    try {
      const identity = await readIdentity(this.#files);
      if (identity === null) return log.info("not enrolled");
      const enterprise = await Enterprise.read(this.#files, identity.rootKey);
      const store = await openStore(this.#config.stateDirectory, identity, enterprise, this.#ports);
      this.#endpoint = new Endpoint(identity, enterprise, store, this.#config, this.#ports);
      this.#damage = null;
      this.#endpoint.start();
    } catch (error) {
      this.#damage = error instanceof Error ? error.message : "the state directory cannot be read";
      log.error({ err: error }, "this endpoint cannot work: its state is damaged");
    }
  }
}

const enrolNext = "holdfast enroll --server URL --code CODE";

async function isRevoked({ store }: Endpoint, rules: LocalRules): Promise<boolean> {
  return (await store.facts("", rules)).barred.includes("endpoint-revoked");
}
