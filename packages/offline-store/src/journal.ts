import type { EffectiveTime, TimeState } from "@holdfast/core/lease/effective-time";
import { advance, effectiveTime, initialTime, setFromServer } from "@holdfast/core/lease/effective-time";
import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { StoreState } from "@holdfast/protocol/stored-files";
import { storeState } from "@holdfast/protocol/stored-files";
import type { Chain } from "./event-log.ts";
import {
  deliver,
  encodeLog,
  eventLogName,
  link,
  maxUndelivered,
  newChain,
  readLog,
  undeliveredWithRefusals,
} from "./event-log.ts";
import { decodeState, encodeState, stateFileName } from "./state-file.ts";
import type { Clocks, OfflineStoreOptions } from "./types.ts";

type Ports = Pick<OfflineStoreOptions, "files" | "device" | "counter" | "clocks" | "endpointId" | "chainKey">;

/** What a change may touch; generation, time and chain are the journal's. */
export type StateDraft = Partial<Pick<StoreState, "users" | "revoked" | "rolledBack">>;

export type OpenedJournal =
  | { readonly kind: "open"; readonly journal: Journal }
  | { readonly kind: "tampered"; readonly file: string; readonly why: string };

/** Events that a state may carry for a log that takes none. */
const maxTail = 512;
/** Half of them are for what must not be lost. */
const tailWithRefusals = maxTail / 2;

/**
 * The state file, its counter and the event log, in their one order (SECURITY §1, State): the state with the next
 * generation and its events, durable in one write; then the counter; then, after the answer, the log. What is in
 * memory is what is on disk, whatever a write does.
 */
export class Journal {
  readonly #ports: Ports;
  #state: StoreState;
  #time: TimeState;
  #undelivered: ChainedEvent[];
  /** Links in the state's tail that the log may lack. */
  #unflushed: readonly ChainedEvent[];
  #logDirty: boolean;
  #tickDue: boolean;

  private constructor(
    ports: Ports,
    state: StoreState,
    log: { undelivered: readonly ChainedEvent[]; repair: boolean },
    tickDue: boolean,
  ) {
    this.#ports = ports;
    this.#state = state;
    this.#time = state.time;
    this.#undelivered = [...log.undelivered];
    // Until the log is repaired the state must go on carrying what the log may lack.
    this.#unflushed = log.repair
      ? state.tail.filter((event) => event.sequence > state.chain.deliveredThrough)
      : [];
    this.#logDirty = log.repair;
    this.#tickDue = tickDue;
  }

  /** Reads what is there and judges it; makes a store where there is none and a chain key is given. */
  static async open(ports: Ports): Promise<OpenedJournal> {
    let bytes: Uint8Array | null;
    let logBytes: Uint8Array | null;
    let counter: number;
    try {
      bytes = await ports.files.read(stateFileName);
      logBytes = await ports.files.read(eventLogName);
      counter = await ports.counter.read();
    } catch {
      return { kind: "tampered", file: stateFileName, why: "unreadable" };
    }
    if (bytes === null) {
      if (counter > 0 || ports.chainKey === undefined)
        return { kind: "tampered", file: stateFileName, why: "missing" };
      return { kind: "open", journal: await Journal.#make(ports, ports.chainKey) };
    }
    const decoded = await decodeState(bytes, ports.endpointId, ports.device);
    if (decoded.kind === "refused") return { kind: "tampered", file: stateFileName, why: decoded.why };
    return Journal.#judge(ports, decoded.state, logBytes, counter);
  }

  static async #make(ports: Ports, chainKey: string): Promise<Journal> {
    const state = storeState.parse({
      version: 1,
      endpointId: ports.endpointId,
      generation: 1,
      time: initialTime(readings(ports.clocks)),
      revoked: false,
      rolledBack: null,
      chain: newChain(chainKey),
      tail: [],
      users: [],
    } satisfies StoreState);
    await ports.files.write(stateFileName, await encodeState(state, ports.device));
    await ports.counter.increment();
    return new Journal(ports, state, { undelivered: [], repair: false }, false);
  }

  static async #judge(
    ports: Ports,
    state: StoreState,
    logBytes: Uint8Array | null,
    counter: number,
  ): Promise<OpenedJournal> {
    if (state.generation > counter + 1)
      return { kind: "tampered", file: stateFileName, why: "ahead-of-counter" };
    const rolledBack = state.generation < counter;
    const log = readLog(logBytes, state, rolledBack);
    if (log.kind === "tampered") return { kind: "tampered", file: eventLogName, why: log.why };
    if (!rolledBack) {
      return { kind: "open", journal: new Journal(ports, state, log, state.generation === counter + 1) };
    }
    const found = { fileGeneration: state.generation, counter };
    // Marked in memory even where the disk refuses it: the next opening finds the same again.
    const marked = { ...state, generation: counter, rolledBack: { ...found, healable: true } };
    const journal = new Journal(ports, marked, log, false);
    await journal.write({}, [{ type: "rollback-detected", ...found }]);
    return { kind: "open", journal };
  }

  get state(): StoreState {
    return this.#state;
  }

  get undelivered(): readonly ChainedEvent[] {
    return this.#undelivered;
  }

  /** So much waits that only what must not be lost may still be added. */
  get crowded(): boolean {
    return this.#undelivered.length >= undeliveredWithRefusals || this.#unflushed.length >= tailWithRefusals;
  }

  /** Effective time now; every reading moves it on. */
  now(): EffectiveTime {
    const clocks = readings(this.#ports.clocks);
    this.#time = advance(this.#time, clocks);
    return effectiveTime(this.#time, clocks);
  }

  /** How much effective time a crash would leave to boot and wall clock to tell. */
  unkeptMs(): number {
    return Math.abs(this.now().nowMs - this.#state.time.persistedMs);
  }

  /** A signed server time that answered a nonce of ours; on disk with the next write. */
  setFromServer(signedMs: number): void {
    this.#time = setFromServer(this.#time, signedMs, readings(this.#ports.clocks));
  }

  /**
   * Writes the next state with its events. False: it is not promised to be durable, and the memory holds what the disk
   * holds, which may be the new state where only the last step failed.
   */
  async write(draft: StateDraft, bodies: readonly EndpointEventBody[]): Promise<boolean> {
    if (this.#undelivered.length + bodies.length > maxUndelivered) return false;
    const { nowMs } = this.now();
    const linked = link(this.#state.chain, nowMs, bodies);
    return this.#put({ ...this.#state, ...draft }, linked.chain, linked.events);
  }

  /** The server holds every event up to here: they leave the disk. */
  async deliver(through: number): Promise<boolean> {
    const chain = deliver(this.#state.chain, this.#undelivered, through);
    if (chain.deliveredThrough === this.#state.chain.deliveredThrough) return true;
    if (!(await this.#put(this.#state, chain, []))) return false;
    this.#undelivered = this.#undelivered.filter((event) => event.sequence > chain.deliveredThrough);
    this.#logDirty = true;
    await this.flush();
    return true;
  }

  /** What a crash left undone between state, counter and log. */
  async finishInterrupted(): Promise<void> {
    await this.#finishTick();
    await this.flush();
  }

  /** Brings the log up to the state. A failure costs nothing: the state's tail has what the log lacks. */
  async flush(): Promise<void> {
    const { files } = this.#ports;
    try {
      if (this.#logDirty) await files.write(eventLogName, encodeLog(this.#undelivered));
      else if (this.#unflushed.length > 0) await files.append(eventLogName, encodeLog(this.#unflushed));
      this.#logDirty = false;
      this.#unflushed = [];
    } catch {
      // A part of an append may be there: the next time the whole log is written.
      this.#logDirty = true;
    }
  }

  async #put(base: StoreState, chain: Chain, events: readonly ChainedEvent[]): Promise<boolean> {
    const tail = [...this.#unflushed, ...events].filter((event) => event.sequence > chain.deliveredThrough);
    if (tail.length > maxTail || !(await this.#finishTick())) return false;
    this.now();
    const next = storeState.parse({
      ...base,
      generation: base.generation + 1,
      time: this.#time,
      chain,
      tail,
    } satisfies StoreState);
    const { files, device } = this.#ports;
    let bytes: Uint8Array | null = null;
    try {
      bytes = await encodeState(next, device);
      await files.write(stateFileName, bytes);
    } catch {
      if (bytes !== null && (await this.#isOnDisk(bytes))) {
        this.#adopt(next, tail, events);
        this.#tickDue = true;
      }
      return false;
    }
    this.#adopt(next, tail, events);
    try {
      await this.#ports.counter.increment();
      return true;
    } catch {
      this.#tickDue = true;
      return false;
    }
  }

  #adopt(next: StoreState, tail: readonly ChainedEvent[], events: readonly ChainedEvent[]): void {
    this.#state = next;
    this.#unflushed = tail;
    this.#undelivered.push(...events);
  }

  async #finishTick(): Promise<boolean> {
    if (!this.#tickDue) return true;
    const { counter } = this.#ports;
    try {
      if ((await counter.read()) < this.#state.generation) await counter.increment();
      this.#tickDue = false;
      return true;
    } catch {
      return false;
    }
  }

  async #isOnDisk(bytes: Uint8Array): Promise<boolean> {
    try {
      const found = await this.#ports.files.read(stateFileName);
      return found !== null && found.length === bytes.length && found.every((byte, at) => byte === bytes[at]);
    } catch {
      return false;
    }
  }
}

function readings(clocks: Clocks) {
  return { wallMs: clocks.wallMs(), sinceBootMs: clocks.sinceBootMs(), bootId: clocks.bootId() };
}
