import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { askAgent } from "@holdfast/cli/transport/control-socket";
import type { EnrolmentCreation } from "@holdfast/protocol/admin-api";
import type { AgentStatus, ControlAnswer } from "@holdfast/protocol/control";
import type { Account } from "../../rig/accounts.ts";
import { createMachine, type Machine } from "../../rig/machine.ts";
import { connectNetwork, type Network } from "../../rig/network.ts";
import { type PamOperation, type PamtesterResult, pamtester } from "../../rig/pamtester.ts";
import type { Child } from "../../rig/process.ts";
import type { Answer } from "../../rig/pty.ts";
import { type Sshd, type SshOptions, type SshResult, ssh, startSshd } from "../../rig/ssh.ts";
import { documentedService, installPamModule } from "../pam-module/packaged-stack.ts";
import type { Administrator } from "./administrator.ts";
import type { Person } from "./person.ts";

export interface WorkstationOptions {
  /** A network of its own (rig/network.ts) instead of the system's. */
  readonly ownNetwork?: boolean;
  /** /etc/holdfast/agent.toml. */
  readonly configuration?: string;
  /** Of the agent's process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keeps the agent's state where the path is the same inside and outside, as crash control needs it. */
  readonly stateSeenOutside?: boolean;
}

export const localPassword = "the password in /etc/shadow";

/**
 * A Linux machine with the packaged PAM stack and a real agent, both at their default paths. Services `login`, `sshd`,
 * `su`, `su-l` and `sudo` are as docs/reference/pam-module.md writes them.
 */
export class Workstation implements AsyncDisposable {
  readonly machine: Machine;
  /** Where the agent's state directory is found from outside. */
  readonly stateDirectory: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #stateSeenOutside: boolean;
  readonly #resources: AsyncDisposableStack;
  readonly #accounts = new Map<string, Account>();
  #network: Network | null = null;
  #agent: Child | null = null;
  #sshd: Sshd | null = null;

  private constructor(machine: Machine, options: WorkstationOptions, resources: AsyncDisposableStack) {
    this.machine = machine;
    this.#stateSeenOutside = options.stateSeenOutside ?? false;
    this.stateDirectory = this.#stateSeenOutside
      ? join(machine.directory, "agent-state")
      : `/proc/${machine.pid}/root${stateDirectory}`;
    this.#env = options.env ?? {};
    this.#resources = resources;
  }

  static async create(options: WorkstationOptions = {}): Promise<Workstation> {
    await using stack = new AsyncDisposableStack();
    const ownNetwork = options.ownNetwork ?? false;
    const machine = stack.use(await createMachine({ ownNetwork, privateDirectories: [stateDirectory] }));
    const network = ownNetwork ? stack.use(await connectNetwork(machine)) : null;
    await machine.addGroup({ name: "holdfast-breakglass", gid: 900 });
    await machine.addUser({
      name: "emergency",
      password: localPassword,
      groups: ["holdfast-breakglass"],
    });
    await installPamModule(machine);
    await machine.writePamService("common-account", commonAccount);
    for (const [service, page] of services)
      await machine.writePamService(service, await documentedService(page));
    const workstation = new Workstation(machine, options, stack.move());
    await workstation.configure(options.configuration ?? "");
    workstation.#network = network;
    return workstation;
  }

  get network(): Network {
    if (this.#network === null) throw new Error("the workstation has no network of its own");
    return this.#network;
  }

  get agent(): Child {
    if (this.#agent === null) throw new Error("the agent was not started yet");
    return this.#agent;
  }

  /** Writes /etc/holdfast/agent.toml; read at the next start. */
  async configure(configuration: string): Promise<void> {
    const state = this.#stateSeenOutside ? `state_dir = "${this.stateDirectory}"\n` : "";
    // Contact at once after an outage: the jitter is for thousands of endpoints.
    const contact = '[contact]\nspread = "PT0S"\n';
    await this.machine.writeEtc("holdfast/agent.toml", `${state}${configuration}\n${contact}`);
  }

  /** Starts the agent; resolves when its sockets are there. A killed one comes back with its state. */
  async startAgent(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const settings = { env: { ...this.#env, ...env } };
    const agent = await this.machine.start(process.execPath, [agentMain], settings);
    this.#agent = agent;
    await agent.waitForOutput(/"event":"ready"/, { timeoutMs: 30_000 });
  }

  /** Enrols as an administrator's code says, and gives the endpoint's id. */
  async enrol(administrator: Administrator, server: string, enrolment: EnrolmentCreation): Promise<string> {
    const code = await administrator.enrolmentCode(enrolment);
    const answer = await this.enrolByCode(server, code);
    if (answer.kind !== "enrolled") throw new Error(`not enrolled: ${JSON.stringify(answer)}`);
    return answer.endpointId;
  }

  async enrolByCode(server: string, code: string): Promise<ControlAnswer> {
    return await this.#ask({ do: "enroll", server, code });
  }

  async contact(): Promise<ControlAnswer> {
    return await this.#ask({ do: "contact" });
  }

  async status(): Promise<AgentStatus> {
    const answer = await this.#ask({ do: "status" });
    if (answer.kind !== "status") throw new Error(`no status: ${JSON.stringify(answer)}`);
    return answer.status;
  }

  /** Waits until the agent's own account of itself is as wanted. */
  async until(
    what: string,
    wanted: (status: AgentStatus) => boolean,
    timeoutMs = 15_000,
  ): Promise<AgentStatus> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const status = await this.status();
      if (wanted(status)) return status;
      if (performance.now() > endMs)
        throw new Error(
          `${what}: not within ${timeoutMs} ms\n${JSON.stringify(status, null, 1)}\n${this.agent.output.slice(-6000)}`,
        );
      await sleep(25);
    }
  }

  /** Until a stored bundle makes so many offline sign-ins possible. */
  untilCached({ userName }: Person, remaining: number): Promise<AgentStatus> {
    return this.until(
      `${userName} has ${remaining} offline sign-ins`,
      ({ users }) => users.some((user) => user.userName === userName && user.remaining === remaining),
      30_000,
    );
  }

  untilOffline(): Promise<AgentStatus> {
    return this.until("offline", ({ connection }) => connection.state === "offline");
  }

  /** Until the agent has found a server by itself and made contact. */
  untilContact(): Promise<AgentStatus> {
    return this.until(
      "online, contact made",
      ({ connection: { state, sinceMs, lastContactMs } }) =>
        state === "online" && sinceMs !== null && (lastContactMs ?? 0) >= sinceMs,
      30_000,
    );
  }

  /** The same, and then one contact more, so that what happened since is told as well. */
  async untilLevel(): Promise<void> {
    await this.untilContact();
    const answer = await this.contact();
    if (answer.kind !== "contacted" || !answer.online)
      throw new Error(`no contact: ${JSON.stringify(answer)}`);
  }

  async holding({ userName }: Person): Promise<AgentStatus["users"][number] | null> {
    return (await this.status()).users.find((user) => user.userName === userName) ?? null;
  }

  async addAccount(name: string): Promise<Account> {
    const account = await this.machine.addUser({ name, password: localPassword });
    this.#accounts.set(name, account);
    return account;
  }

  account(name: string): Account {
    const account = this.#accounts.get(name);
    if (account === undefined) throw new Error(`no account ${name}`);
    return account;
  }

  /** A sign-in at the machine by pamtester; `authenticate` and then `acct_mgmt` unless said otherwise. */
  async signIn(
    person: Person,
    code: string,
    options: {
      readonly service?: string;
      readonly password?: string;
      readonly operations?: readonly PamOperation[];
      readonly items?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<PamtesterResult> {
    return await pamtester(this.machine, {
      service: options.service ?? "login",
      user: person.userName,
      operations: options.operations ?? ["authenticate", "acct_mgmt"],
      answer: typing(options.password ?? person.password, code),
      ...(options.items === undefined ? {} : { items: options.items }),
    });
  }

  async ssh(person: Person, options: Omit<SshOptions, "user">): Promise<SshResult> {
    this.#sshd ??= this.#resources.use(
      await startSshd(this.machine, {
        password: true,
        publicKey: true,
        config: "AuthorizedKeysFile /etc/ssh/authorized_keys/%u\nStrictModes no",
      }),
    );
    return await ssh(this.#sshd, { user: person.userName, ...options });
  }

  /** Every file of the agent's state, by its path below the state directory. */
  async stateFiles(): Promise<Map<string, { readonly mode: number; readonly uid: number; content: Buffer }>> {
    const entries = await readdir(this.stateDirectory, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const read = files.map(async (path) => {
      try {
        const { mode, uid } = await stat(path);
        const name = path.slice(this.stateDirectory.length + 1);
        return [[name, { mode: mode & 0o777, uid, content: await readFile(path) }] as const];
      } catch (fault) {
        // It was being written, and has another name by now.
        if (path.endsWith(".tmp")) return [];
        throw fault;
      }
    });
    return new Map((await Promise.all(read)).flat());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent?.[Symbol.asyncDispose]();
    await this.#resources.disposeAsync();
  }

  async #ask(request: Parameters<typeof askAgent>[1]): Promise<Exclude<ControlAnswer, { kind: "progress" }>> {
    const socket = `/proc/${this.machine.pid}/root/run/holdfast/control.sock`;
    const answer = await askAgent(socket, request, 20_000);
    if (answer.kind === "unreachable")
      throw new Error(`the agent does not answer: ${answer.why}\n${this.agent.output.slice(-6000)}`);
    return answer;
  }
}

/** Password and code at the prompts for them; both in one line where that is asked for. A third prompt gets no answer. */
export function typing(password: string, code: string): Answer {
  return ({ text, index }) => {
    if (index > 1) return null;
    if (/followed by/i.test(text)) return password + code;
    return /code/i.test(text) ? code : password;
  };
}

/** An ssh key that sshd lets the account in with; its private half's path in the machine. */
export async function authoriseKey(workstation: Workstation, name: string): Promise<string> {
  const { machine } = workstation;
  const directory = join(machine.etc, "ssh", "authorized_keys");
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const identityFile = `/etc/ssh/key-${name}`;
  await machine.runOk("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", identityFile]);
  await machine.runOk("cp", [`${identityFile}.pub`, `/etc/ssh/authorized_keys/${name}`]);
  return identityFile;
}

const agentMain = fileURLToPath(import.meta.resolve("@holdfast/agent/main"));
const stateDirectory = "/var/lib/holdfast";
const services = [
  ["login", "sshd"],
  ["sshd", "sshd"],
  ["su", "su"],
  ["su-l", "su"],
  ["sudo", "sudo"],
] as const;

/** Debian 12's. */
const commonAccount = `
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
`;
