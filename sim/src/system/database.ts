import type { AuditDraft } from "@holdfast/server/store/audit-rows";
import type { SignInCommit } from "@holdfast/server/store/sign-in-commit";
import { openSqliteStore } from "@holdfast/server/store/sqlite/store";
import { StorageError } from "@holdfast/server/store/storage-error";
import type { Store, Transaction } from "@holdfast/server/store/store";
import type { Kernel, Process } from "../kernel/kernel.ts";

/** What may happen to a server while the database works for it. */
export type DatabaseFault =
  /** The server dies when its change has landed, before it hears so. */
  | "dies-after-commit"
  /** The server dies before its change lands. */
  | "dies-before-commit"
  /** The database says that it failed, and did. */
  | "fails"
  /** The database says that it failed, and the change has landed all the same. */
  | "fails-after-commit";

/** Hears of every change once it has landed, whoever else does. */
export type Landed = {
  signIn(commit: SignInCommit): void;
  endpointEvent(endpointId: string, sequence: number, draft: AuditDraft): void;
  audit(draft: AuditDraft): void;
};

type Armed = { readonly fault: DatabaseFault; changesUntil: number };

/** The one store of the enterprise, in a process of its own: servers come and go before it. */
export class Database {
  readonly store: Store;
  readonly process: Process;
  readonly #kernel: Kernel;
  readonly #armed = new Map<Process, Armed>();
  readonly #die: (process: Process) => void;
  readonly #landed: Landed;

  constructor(kernel: Kernel, die: (process: Process) => void, landed: Landed) {
    this.#kernel = kernel;
    this.#die = die;
    this.#landed = landed;
    this.process = kernel.spawn("database");
    this.store = kernel.enter(this.process, () =>
      openSqliteStore({ path: ":memory:", now: () => kernel.nowMs, serverId: "database" }),
    );
  }

  /** One of this server's next changes meets this fault. */
  arm(server: Process, fault: DatabaseFault, changesUntil: number): void {
    this.#armed.set(server, { fault, changesUntil });
  }

  disarm(server: Process): void {
    this.#armed.delete(server);
  }

  isArmed(server: Process): boolean {
    return this.#armed.has(server);
  }

  /** The store as one server sees it: what it asks for goes on without it, what comes back finds it alive or nobody. */
  connection(server: Process): Store {
    const { store } = this;
    const ask = <T>(work: () => Promise<T>) => this.#ask(server, work);
    const change = <T>(work: () => Promise<T>) => this.#change(server, work);
    return {
      dialect: store.dialect,
      chain: store.chain,
      signInFacts: (userName) => ask(() => store.signInFacts(userName)),
      attempt: (id, clientId) => ask(() => store.attempt(id, clientId)),
      commitSignIn: (commit) =>
        change(async () => {
          const result = await store.commitSignIn(commit);
          if (result === "committed") this.#landed.signIn(commit);
          return result;
        }),
      note: (drafts) => change(() => store.note(drafts)),
      transaction: (work) => change(() => this.#transaction(server, work)),
      read: (work) => ask(() => store.read((tx) => this.#inServer(server, work, tx))),
      audit: (filter) => ask(() => store.audit(filter)),
      chains: () => ask(() => store.chains()),
      verifyChain: (chain) => ask(() => store.verifyChain(chain)),
      changedEndpoints: (sinceMark) => ask(() => store.changedEndpoints(sinceMark)),
      changedPhones: (sinceMark) => ask(() => store.changedPhones(sinceMark)),
      forgetAttempts: (beforeMs) => ask(() => store.forgetAttempts(beforeMs)),
      // The database outlives its servers.
      close: async () => undefined,
    };
  }

  #ask<T>(server: Process, work: () => Promise<T>): Promise<T> {
    return this.#kernel.hold(server, this.#kernel.enter(this.process, work));
  }

  #change<T>(server: Process, work: () => Promise<T>): Promise<T> {
    const armed = this.#armed.get(server);
    if (!armed || armed.changesUntil > 0) {
      if (armed) armed.changesUntil -= 1;
      return this.#ask(server, work);
    }
    this.#armed.delete(server);
    switch (armed.fault) {
      case "dies-before-commit":
        this.#die(server);
        return new Promise(() => undefined);
      case "fails":
        return Promise.reject(new StorageError("storage-failed", "simulated fault of the database"));
      case "dies-after-commit":
        return this.#ask(server, async () => {
          const value = await work();
          this.#die(server);
          return value;
        });
      case "fails-after-commit":
        return this.#ask(server, async () => {
          await work();
          throw new StorageError("storage-failed", "simulated fault of the database after the commit");
        });
    }
  }

  async #transaction<T>(server: Process, work: (tx: Transaction) => Promise<T>): Promise<T> {
    let landing: (() => void)[] = [];
    const value = await this.store.transaction((tx) => {
      // It may run again.
      landing = [];
      const heard: Transaction = {
        ...tx,
        audit: (draft) => {
          landing.push(() => this.#landed.audit(draft));
          return tx.audit(draft);
        },
        endpointEvent: async (endpointId, sequence, draft, mac) => {
          const taken = await tx.endpointEvent(endpointId, sequence, draft, mac);
          if (taken) landing.push(() => this.#landed.endpointEvent(endpointId, sequence, draft));
          return taken;
        },
      };
      return this.#inServer(server, work, heard);
    });
    for (const land of landing) land();
    return value;
  }

  /** The part of a transaction that runs in the server. The database notices when the server dies in it. */
  #inServer<T>(server: Process, work: (tx: Transaction) => Promise<T>, tx: Transaction): Promise<T> {
    const guarded = this.#guarded(server, tx);
    return this.#kernel.enter(server, () => work(guarded));
  }

  #guarded(server: Process, tx: Transaction): Transaction {
    const inDatabase =
      (method: (...values: unknown[]) => unknown, self: object) =>
      (...values: unknown[]): unknown => {
        if (!server.alive) throw new StorageError("storage-failed", "the server's connection is gone");
        return this.#kernel.enter(this.process, () => method.apply(self, values));
      };
    const wrap = (target: object): object =>
      Object.fromEntries(
        Object.entries(target).map(([name, value]) => [
          name,
          typeof value === "function" ? inDatabase(value, target) : wrap(value as object),
        ]),
      );
    return wrap(tx) as Transaction;
  }
}
