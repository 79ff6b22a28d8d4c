import { AsyncLocalStorage } from "node:async_hooks";
import { EventQueue } from "./event-queue.ts";

/**
 * One simulated operating-system process. What it waits for (timers, cryptography, disk, network, database) comes back
 * only as long as it lives; so killing it stops it between any two steps, as kill -9 does.
 */
export type Process = {
  readonly name: string;
  alive: boolean;
  readonly startedAtMs: number;
  /** What its machine's wall clock shows. */
  readonly wallMs: () => number;
};

export type TimerHandle = { cancelled: boolean };

type Ready = { readonly process: Process; readonly run: () => void | Promise<void> };

const running = new AsyncLocalStorage<Process>();
const realSetImmediate = globalThis.setImmediate;

/** The process whose code is running; undefined outside of the simulated world. */
export function currentProcess(): Process | undefined {
  return running.getStore();
}

/**
 * Virtual time and the order of everything. One event happens at a time; whatever it sets off runs to its end before
 * the next. Work that a thread pool would finish in any order (WebCrypto) is done here one piece after another, so that
 * the same seed gives the same run on every machine.
 */
export class Kernel {
  /** True time, in epoch milliseconds. No machine's clock has to agree with it. */
  nowMs: number;
  readonly #events = new EventQueue<{ process: Process; run: () => void; handle: TimerHandle }>();
  readonly #ready: Ready[] = [];
  readonly faults: { readonly process: string; readonly error: unknown }[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  spawn(name: string, wallMs: () => number = () => this.nowMs): Process {
    return { name, alive: true, startedAtMs: this.nowMs, wallMs };
  }

  kill(process: Process): void {
    process.alive = false;
  }

  /** Runs code as this process's. */
  enter<T>(process: Process, code: () => T): T {
    return running.run(process, code);
  }

  /** Code outside of every process, such as the harness's own callbacks. */
  leave<T>(code: () => T): T {
    return running.exit(code);
  }

  /** Calls back after so much virtual time, if the process still lives. */
  after(process: Process, ms: number, run: () => void): TimerHandle {
    const handle = { cancelled: false };
    this.#events.push(this.nowMs + Math.max(0, ms), { process, run, handle });
    return handle;
  }

  /** Does a piece of work when everything that is running now has come to rest; after what was asked for before. */
  whenQuiet(process: Process, run: () => void | Promise<void>): void {
    this.#ready.push({ process, run });
  }

  /** Resolves only if the process still lives by then; otherwise never. */
  hold<T>(process: Process, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(
        (value) => process.alive && resolve(value),
        (error: unknown) => process.alive && reject(error),
      );
    });
  }

  /** Lets everything that happens now happen, without time passing. */
  async settle(): Promise<void> {
    for (;;) {
      await turn();
      let next = this.#ready.shift();
      if (next === undefined) {
        // Streams of the platform may take a turn of their own.
        await turn();
        next = this.#ready.shift();
        if (next === undefined) return;
      }
      const { process, run } = next;
      if (!process.alive) continue;
      await this.#guarded(process, () => this.enter(process, run));
    }
  }

  /** Lets time pass until something has happened, at most so long. False: it did not. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const untilMs = this.nowMs + limitMs;
    await this.settle();
    while (!done()) {
      const dueMs = this.#events.nextMs();
      if (dueMs === null || dueMs > untilMs) {
        this.nowMs = untilMs;
        return done();
      }
      this.nowMs = Math.max(this.nowMs, dueMs);
      const { process, run, handle } = this.#events.pop();
      if (handle.cancelled || !process.alive) continue;
      await this.#guarded(process, () => this.enter(process, run));
      await this.settle();
    }
    return true;
  }

  async pass(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }

  /** Time in which nothing runs, as when every machine sleeps: what was due meanwhile comes late. */
  async sleep(ms: number): Promise<void> {
    await this.settle();
    this.nowMs += ms;
    await this.pass(0);
  }

  /** An error that nobody catches ends a real process; here it is a finding. */
  async #guarded(process: Process, run: () => void | Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.faults.push({ process: process.name, error });
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}
