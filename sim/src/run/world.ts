import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import { parseEnrolmentCode } from "@holdfast/protocol/enrolment-code";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import { newMasterKey } from "@holdfast/server/keys/master-key";
import type { AuditDraft } from "@holdfast/server/store/audit-rows";
import { enterWorld, leaveWorld } from "../kernel/globals.ts";
import { Kernel } from "../kernel/kernel.ts";
import { Random } from "../kernel/random.ts";
import { HelpDesk } from "../model/help-desk.ts";
import type { Finding } from "../model/ledger.ts";
import { Ledger } from "../model/ledger.ts";
import { HardToken, Person } from "../model/people.ts";
import { Tries } from "../model/tries.ts";
import { Console } from "../system/console.ts";
import { Database } from "../system/database.ts";
import { EndpointMachine } from "../system/endpoint-machine.ts";
import { Logs } from "../system/logs.ts";
import { Network } from "../system/network.ts";
import { answerWithRubbish } from "../system/proxy.ts";
import { ServerMachine } from "../system/server-machine.ts";

/** An answer that brings the time is as old as it took. */
const answerMayTakeMs = 30_000;
const startMs = Date.UTC(2026, 0, 5, 8);

/** What of an endpoint the model keeps, beside the machine itself. */
export type EndpointNotes = {
  /** True times at which its disk was set back to an older copy: what it says before is no proof of anything. */
  setBack: { readonly atMs: number; readonly withCounter: boolean }[];
  /** Since the last time it has not met a server with which it agrees. */
  suspect: boolean;
  revoked: boolean;
  /** Its disk has refused writes since the last time that everything was well. */
  diskRefused: boolean;
  /** Sessions that the server put in doubt and the agent locked. */
  locked: Set<string>;
};

/** One enterprise out of one seed: everything that is simulated, and the ledger beside it. */
export class World {
  readonly kernel = new Kernel(startMs);
  readonly startedMs = startMs;
  readonly random: Random;
  readonly logs = new Logs();
  readonly network: Network;
  readonly database: Database;
  readonly servers: readonly ServerMachine[];
  readonly endpoints: EndpointMachine[] = [];
  readonly notes = new Map<string, EndpointNotes>();
  readonly console: Console;
  readonly ledger: Ledger;
  readonly findings: Finding[] = [];
  readonly failoverBetweenSites: boolean;
  readonly policyIds: string[] = [];
  readonly tries = new Tries();
  /** Machines whose wall clock was ever wrong. */
  readonly clocksTurned = new Set<string>();
  /** Tokens some of whose codes a revoked endpoint may know. */
  readonly exposedEver = new Set<string>();
  readonly helpDesk = new HelpDesk();
  /** QR codes whose answers have let somebody in. */
  readonly usedQrCodes = new Set<string>();
  readonly #slotPasswords = new Map<string, Set<string>>();
  readonly #signIns = new Map<string, number>();
  readonly #knownTime = new Map<string, { readonly trueMs: number; readonly bootId: string }>();
  #names = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    const { kernel, random } = this;
    enterWorld({ kernel, random: random.fork() });
    const rubbish = random.fork();
    this.network = new Network(kernel, random.fork(), (kind, socket) =>
      answerWithRubbish(kind, socket, rubbish),
    );
    this.ledger = new Ledger(
      () => kernel.nowMs,
      (finding) => this.findings.push(finding),
    );
    this.database = new Database(kernel, (process) => this.#serverDies(process), {
      signIn: (commit) => {
        for (const attempt of this.ledger.serverDecided(commit)) this.tries.succeeded(attempt);
      },
      endpointEvent: (endpointId, sequence, draft) => {
        const name = this.endpoints.find((one) => one.endpointId === endpointId)?.name ?? endpointId;
        this.ledger.eventMerged(endpointId, name, sequence, draft);
      },
      audit: (draft) => this.#heardAudit(draft),
    });
    this.failoverBetweenSites = random.chance(0.5);
    const places = random.chance(0.5)
      ? [{ host: "one.test", site: "north" }]
      : [
          { host: "one.test", site: "north" },
          { host: "two.test", site: random.chance(0.5) ? "north" : "south" },
        ];
    const masterKeys = [newMasterKey()] as const;
    const { network, database, failoverBetweenSites, logs } = this;
    this.servers = places.map(
      (place) =>
        new ServerMachine(
          {
            kernel,
            random: random.fork(),
            database,
            network,
            masterKeys,
            failoverBetweenSites,
            log: logs.logger,
          },
          place,
        ),
    );
    this.console = new Console(kernel, this.servers);
  }

  async setUp(): Promise<void> {
    for (const server of this.servers) {
      await server.start();
      const [fault] = this.kernel.faults;
      if (!server.running) throw new Error(`${server.place.host} does not start`, { cause: fault?.error });
    }
    await this.console.setUp();
    const { random } = this;
    for (let at = 0; at < 2; at += 1) await this.#newPolicy(at);
    for (let at = 0; at < random.integer(2, 4); at += 1) await this.#newPerson(at);
    for (let at = 0; at < random.integer(2, 4); at += 1) await this.newEndpoint();
    await this.kernel.pass(5000);
  }

  /** Somebody to sign in now and then is without a token; the help desk sees to that first. */
  withoutToken(): Person[] {
    return this.ledger.people.filter(
      (person) => person.token === null && this.policyAsksForCode(person) && person.status === "active",
    );
  }

  policyAsksForCode(person: Person): boolean {
    return needsCodeOffline(this.ledger.policyOf(person), "workstation");
  }

  /** Ends every process, so that nothing of this world goes on. */
  tearDown(): void {
    for (const endpoint of this.endpoints) endpoint.kill();
    for (const server of this.servers) server.kill();
    this.kernel.kill(this.database.process);
    leaveWorld();
  }

  report(promise: string, what: string): void {
    this.findings.push({ promise, what });
  }

  notesOf(machine: EndpointMachine): EndpointNotes {
    let notes = this.notes.get(machine.name);
    if (!notes) {
      notes = { setBack: [], suspect: false, revoked: false, diskRefused: false, locked: new Set() };
      this.notes.set(machine.name, notes);
    }
    return notes;
  }

  serversFor(machine: EndpointMachine): readonly ServerMachine[] {
    const { site } = machine;
    return this.failoverBetweenSites ? this.servers : this.servers.filter(({ place }) => place.site === site);
  }

  /** One of this machine's next steps meets a fault that is prepared already. */
  isDisturbed(machine: EndpointMachine): boolean {
    return (
      machine.disk.crashesSoon ||
      this.servers.some(
        ({ place, running }) =>
          this.network.losesAnswers(machine.name, place.host) ||
          (running !== null && this.database.isArmed(running.process)),
      )
    );
  }

  /** A password that has opened the door online at a machine may open it offline later. */
  signedInOnline(machine: EndpointMachine, person: Person, password: string): void {
    this.everSlotPasswords(machine, person).add(password);
  }

  everSlotPasswords(machine: EndpointMachine, person: Person): Set<string> {
    const key = `${machine.name} ${person.userName}`;
    const known = this.#slotPasswords.get(key) ?? new Set();
    this.#slotPasswords.set(key, known);
    return known;
  }

  /** The password that opens this person's slot at this machine, where that is certain. */
  slotPassword(_machine: EndpointMachine, person: Person): string | null {
    return person.passwords.length === 1 ? person.password : null;
  }

  /** One more offline sign-in from this bundle; how many that makes. */
  countSignIn(machine: EndpointMachine, person: Person, epoch: number, sequence: number): number {
    const key = `${machine.name} ${person.userName} ${epoch} ${sequence}`;
    const count = (this.#signIns.get(key) ?? 0) + 1;
    this.#signIns.set(key, count);
    return count;
  }

  forgetSignIns(machine: EndpointMachine): void {
    for (const key of [...this.#signIns.keys()])
      if (key.startsWith(`${machine.name} `)) this.#signIns.delete(key);
  }

  /** The machine took the server's time, which was then true. */
  toldTime(machine: EndpointMachine, trueMs: number): void {
    const known = this.#knownTime.get(machine.name);
    if (!known || known.trueMs < trueMs)
      this.#knownTime.set(machine.name, { trueMs, bootId: machine.clock.bootId() });
  }

  forgetTime(machine: EndpointMachine): void {
    this.#knownTime.delete(machine.name);
  }

  /** A time that this machine must know to have passed, whatever its wall clock shows. */
  certainTime(machine: EndpointMachine): number {
    const known = this.#knownTime.get(machine.name);
    if (!known) return 0;
    const sameBoot = known.bootId === machine.clock.bootId();
    const sinceMs = sameBoot ? this.kernel.nowMs - known.trueMs : machine.clock.sinceBootMs();
    return known.trueMs + sinceMs - answerMayTakeMs;
  }

  async newEndpoint(): Promise<EndpointMachine> {
    this.#names += 1;
    const { kernel, random, network, logs } = this;
    const server = random.pick(this.servers);
    const parts = {
      kernel,
      random: random.fork(),
      network,
      log: logs.logger,
      sessionsLocked: (machine: EndpointMachine, userNames: readonly string[]) => {
        for (const userName of userNames) this.notesOf(machine).locked.add(userName);
      },
    };
    const machine = new EndpointMachine(parts, `ws${this.#names}`, server.place.site);
    const issued = await this.console.must<{ code: string }>("POST", "/endpoint-enrolments", {
      name: machine.name,
      site: server.place.site,
    });
    const code = parseEnrolmentCode(issued.code);
    if (!code) throw new Error("the server issued no enrolment code");
    await machine.enrol(server.url, code, { name: "pam", buffer: 5 });
    this.endpoints.push(machine);
    await machine.start();
    return machine;
  }

  async newToken(person: Person): Promise<void> {
    const { random } = this;
    const algorithm = random.pick<HotpAlgorithm>(["SHA-1", "SHA-256", "SHA-512"]);
    const digits = random.pick<HotpDigits>([6, 6, 6, 8]);
    const secret = random.bytes(20);
    const counter = random.chance(0.8) ? 0 : random.integer(1, 5000);
    const answer = await this.console.ask("POST", `/users/${person.userId}/tokens`, {
      secret: base32(secret),
      algorithm,
      digits,
      counter,
    });
    if (answer?.status === 201) {
      const { token } = answer.body as { token: { id: string } };
      person.tokens.push(new HardToken({ id: token.id, secret, digits, algorithm, next: counter }));
      return;
    }
    // Nobody heard the answer: perhaps it is there.
    const rows = await this.database.store.read((tx) => tx.tokens.ofUser(person.userId));
    for (const row of rows)
      if (!person.tokens.some(({ id }) => id === row.id))
        person.tokens.push(new HardToken({ id: row.id, secret, digits, algorithm, next: counter }));
  }

  notePolicy(id: string, document: UserPolicy): void {
    const versions = this.ledger.policies.get(id) ?? [];
    const last = versions.at(-1);
    if (last && JSON.stringify(last.document) === JSON.stringify(document)) return;
    this.ledger.policies.set(id, [...versions, { document, sinceMs: this.kernel.nowMs }]);
  }

  async #newPolicy(at: number): Promise<void> {
    const { random } = this;
    const changes = {
      lockout: { failures: random.integer(3, 6), duration: random.pick(["PT2M", "PT5M", "PT10M"]) },
      offline: {
        enabled: true,
        maxAge: random.pick(["PT6H", "P1D", "P3D", "P7D"]),
        maxSignIns: random.pick([null, null, 5, 12]),
        cacheSize: random.pick([null, null, 8, 15]),
        destroyAfterFailures: random.pick([null, null, null, 12]),
      },
      hotp: { windowSize: random.pick([10, 20, 30]) },
      ...(at === 1 && random.chance(0.3) ? { workflows: { workstation: [["password"]] } } : {}),
    };
    const policy = await this.console.must<{ id: string; document: UserPolicy }>("POST", "/policies", {
      name: `Policy ${at}`,
      changes,
    });
    this.policyIds.push(policy.id);
    this.notePolicy(policy.id, policy.document);
  }

  async #newPerson(at: number): Promise<void> {
    const userName = ["ada", "bo", "cy", "dee"][at] ?? `user${at}`;
    const password = this.newPassword();
    const policyId = this.random.pick(this.policyIds);
    const user = await this.console.must<{ id: string }>("POST", "/users", { userName, password, policyId });
    const person = new Person({ userId: user.id, userName, policyId, password, nowMs: this.kernel.nowMs });
    this.ledger.people.push(person);
    await this.newToken(person);
  }

  newPassword(): string {
    return `pass ${this.random.integer(1e8, 1e9)}`;
  }

  #serverDies(process: { name: string }): void {
    for (const server of this.servers) if (server.running?.process === process) server.kill();
  }

  #heardAudit(draft: AuditDraft): void {
    if (draft.type !== "bundle-issued" || draft.outcome === "refused") return;
    const { endpointId, subjectUserId, detail } = draft;
    if (endpointId === null || subjectUserId === null) return;
    this.ledger.bundleIssued(endpointId, subjectUserId, {
      epoch: Number(detail.epoch),
      sequence: Number(detail.sequence),
      issuedAtMs: this.kernel.nowMs,
      notAfterMs: Number(detail.notAfterMs),
      maxSignIns: Number(detail.codes),
    });
  }
}

function base32(bytes: Uint8Array): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += alphabet[(held >>> (bits - 5)) & 31];
      bits -= 5;
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}
