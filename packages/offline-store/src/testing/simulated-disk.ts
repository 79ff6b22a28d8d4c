import type { DurableFiles, MonotonicCounter } from "../types.ts";

/** The machine lost power or the process was killed: every call after it fails, too, until `restart`. */
export class Crash extends Error {
  constructor() {
    super("simulated crash");
  }
}

export type CrashKind =
  /** The page cache survives. */
  | "kill"
  /** What was not fsynced may be lost, or be there in part. */
  | "power-cut";

type Pending =
  | {
      readonly was: "replace" | "remove";
      readonly name: string;
      readonly before: Uint8Array | undefined;
      readonly after: Uint8Array | undefined;
    }
  | {
      readonly was: "append";
      readonly name: string;
      readonly before: Uint8Array;
      readonly added: Uint8Array;
    };

/**
 * A folder and a counter in memory that can crash between any two of the steps that real ones are made of (temporary
 * file, fsync, rename, fsync of the folder; append, fsync; tick), and that can refuse writes.
 */
export class SimulatedDisk {
  readonly #choose: () => number;
  #content = new Map<string, Uint8Array>();
  #counter = 0;
  #pending: Pending | null = null;
  #stepsLeft: number | null = null;
  #crashKind: CrashKind = "power-cut";
  #crashed = false;
  /** Set to make every write fail, as a full or read-only disk does. Steps that fail leave no trace. */
  refusesWrites: "ENOSPC" | "EROFS" | null = null;
  /** Set to have the next append fail with half of it written, as a disk that fills up does. */
  tearsNextAppend = false;
  stepsTaken = 0;

  /** `choose` gives numbers in [0, 1): what a power cut leaves of what was not fsynced. */
  constructor(choose: () => number) {
    this.#choose = choose;
  }

  readonly files: DurableFiles = {
    read: async (name) => {
      this.#alive();
      return this.#content.get(name)?.slice() ?? null;
    },
    list: async () => {
      this.#alive();
      return [...this.#content.keys()].toSorted();
    },
    write: async (name, content) => {
      this.#writable();
      this.#step();
      this.#step();
      const before = this.#content.get(name);
      const after = content.slice();
      this.#content.set(name, after);
      this.#settle({ was: "replace", name, before, after });
    },
    append: async (name, content) => {
      this.#writable();
      this.#step();
      const before = this.#content.get(name) ?? new Uint8Array();
      const added = content.slice();
      if (this.tearsNextAppend) {
        this.tearsNextAppend = false;
        this.#content.set(name, joined(before, added.subarray(0, Math.ceil(added.length / 2))));
        throw Object.assign(new Error("simulated ENOSPC"), { code: "ENOSPC" });
      }
      this.#content.set(name, joined(before, added));
      this.#settle({ was: "append", name, before, added });
    },
    remove: async (name) => {
      this.#writable();
      this.#step();
      const before = this.#content.get(name);
      this.#content.delete(name);
      this.#settle({ was: "remove", name, before, after: undefined });
    },
  };

  readonly counter: MonotonicCounter = {
    protection: "file",
    read: async () => {
      this.#alive();
      return this.#counter;
    },
    increment: async () => {
      this.#writable();
      this.#step();
      this.#counter += 1;
      this.#step();
      return this.#counter;
    },
  };

  /** Crashes in place of the step after so many more. */
  crashAfter(steps: number, kind: CrashKind): void {
    this.#stepsLeft = steps;
    this.#crashKind = kind;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** The machine comes up again with what the crash left. Also the way to call off a crash that did not happen. */
  restart(): void {
    if (this.#crashed && this.#pending && this.#crashKind === "power-cut") this.#lose(this.#pending);
    this.#pending = null;
    this.#crashed = false;
    this.#stepsLeft = null;
  }

  /** A copy of the folder, for thieves and for those who put it back. The counter is not in it. */
  copyFiles(): Map<string, Uint8Array> {
    return new Map([...this.#content].map(([name, content]) => [name, content.slice()]));
  }

  putFiles(files: ReadonlyMap<string, Uint8Array>): void {
    this.#content = new Map([...files].map(([name, content]) => [name, content.slice()]));
  }

  get counterValue(): number {
    return this.#counter;
  }

  setCounter(value: number): void {
    this.#counter = value;
  }

  #settle(pending: Pending): void {
    this.#pending = pending;
    this.#step();
    this.#pending = null;
    this.#step();
  }

  #lose(pending: Pending): void {
    if (pending.was === "append") {
      const kept = Math.floor(this.#choose() * (pending.added.length + 1));
      this.#content.set(pending.name, joined(pending.before, pending.added.subarray(0, kept)));
      return;
    }
    const left = this.#choose() < 0.5 ? pending.before : pending.after;
    if (left) this.#content.set(pending.name, left);
    else this.#content.delete(pending.name);
  }

  #step(): void {
    this.#alive();
    if (this.#stepsLeft === 0) {
      this.#crashed = true;
      throw new Crash();
    }
    if (this.#stepsLeft !== null) this.#stepsLeft -= 1;
    this.stepsTaken += 1;
  }

  #writable(): void {
    this.#alive();
    if (this.refusesWrites)
      throw Object.assign(new Error(`simulated ${this.refusesWrites}`), { code: this.refusesWrites });
  }

  #alive(): void {
    if (this.#crashed) throw new Crash();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
