import type { EndpointEventBody, RefusalCount } from "@holdfast/protocol/endpoint-events";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import type { Held } from "./facts.ts";
import type { Journal, StateDraft } from "./journal.ts";
import { KdfQueue } from "./kdf-queue.ts";
import { addCount, closingEvents, countRefusals, isRowFull, withCount } from "./refusal-counts.ts";
import type { SealedFiles } from "./sealed-files.ts";
import type { Binding } from "./sealing.ts";
import { Serial } from "./serial.ts";
import type { OfflineStore, OfflineStoreOptions } from "./types.ts";

/** Users whose counts one endpoint keeps; the server caches at most a hundred at a time. */
const maxUsers = 1000;

/** Whose counted refusals one call puts into the chain at most: what one exchange with a server takes. */
const mostClosed = 200;

/** What the parts of the store share: the journal, the sealed files, and the one queue in which changes are made. */
export class Records {
  readonly options: OfflineStoreOptions;
  readonly journal: Journal;
  readonly sealed: SealedFiles;
  readonly serial = new Serial();
  readonly kdf: KdfQueue;
  #clockReported = false;
  #heard: (() => void) | null = null;
  /** Refusals without a failure that are counted and not written yet: they go along with the next write. */
  #unwritten = new Map<string, RefusalCount[]>();

  constructor(options: OfflineStoreOptions, journal: Journal, sealed: SealedFiles) {
    this.options = options;
    this.journal = journal;
    this.sealed = sealed;
    this.kdf = new KdfQueue(options.kdf);
  }

  onNews(heard: () => void): void {
    this.#heard = heard;
  }

  binding(userId: string): Binding {
    return { endpointId: this.options.endpointId, userId };
  }

  get users(): readonly StoredUser[] {
    return this.journal.state.users;
  }

  user(userId: string): StoredUser | null {
    return this.users.find((user) => user.userId === userId) ?? null;
  }

  held(userId: string): Held | null {
    const user = this.user(userId);
    return user && { user, sealed: this.sealed.get(user) };
  }

  /** Of several records under one name (a user deleted and made anew) the one that holds something counts. */
  heldByName(userName: string): Held | null {
    const same = this.users.filter((user) => user.userName === userName);
    const user = same.find((one) => one.sealed) ?? same.at(-1);
    return user ? { user, sealed: this.sealed.get(user) } : null;
  }

  /** Reasons against any offline sign-in here, strictest first. */
  barred(): RefusalReason[] {
    const { revoked, rolledBack } = this.journal.state;
    return [
      ...(revoked ? (["endpoint-revoked"] as const) : []),
      ...(rolledBack ? (["store-rolled-back"] as const) : []),
    ];
  }

  condition(): ReturnType<OfflineStore["condition"]> {
    const { rolledBack } = this.journal.state;
    if (rolledBack) {
      const { fileGeneration, counter, healable } = rolledBack;
      const why = healable
        ? `state: generation ${fileGeneration}, counter ${counter}`
        : "state: the server holds later events than this store";
      return { kind: "rolled-back", why };
    }
    const damaged = this.users.find((user) => user.sealed && !this.sealed.get(user));
    return damaged?.sealed
      ? { kind: "tampered", why: `${damaged.sealed.file}: changed or missing` }
      : { kind: "sound" };
  }

  /**
   * One durable write: changed or new users, events, and what else of the state changes. Within the queue only. False:
   * not promised to be on disk. `knownAttempt`: of an attempt that a server may know.
   */
  async save(
    changed: readonly StoredUser[],
    events: readonly EndpointEventBody[],
    more: Omit<StateDraft, "users"> = {},
    knownAttempt: string | null = null,
  ): Promise<boolean> {
    const version = this.journal.state.generation + 1;
    const users = new Map(this.users.map((user) => [user.userId, user]));
    for (const user of changed) users.set(user.userId, { ...user, version });
    const unwritten = this.#takeUnwritten(users);
    const { crowded, undelivered } = this.journal;
    const counting = { crowded, undelivered, knownAttempt, nowMs: this.journal.now().nowMs };
    const told = countRefusals(events, users, (userId) => this.user(userId), counting);
    const all = [...users.values()];
    const kept = withinBound(all);
    const forgotten = kept === all ? [] : all.filter((user) => !kept.includes(user));
    const bodies = [...told, ...forgotten.flatMap((user) => closingEvents(user))];
    const written = await this.journal.write({ ...more, users: kept }, bodies);
    if (this.journal.state.generation !== version) this.#putBack(unwritten);
    else if (events.length > 0 || bodies.length > 0) this.#heard?.();
    if (written) this.inBackground(() => this.#tidy());
    return written;
  }

  /** Whether the next refusal of this user is only counted. */
  countsRefusalsOf(user: StoredUser): boolean {
    return (
      this.#unwritten.has(user.userId) ||
      user.refusals.length > 0 ||
      this.journal.crowded ||
      isRowFull(user.userId, this.journal.undelivered)
    );
  }

  /** Counts a refusal that changed nothing, without a write of its own. */
  countUnwritten(userId: string, refusal: RefusalCount): void {
    this.#count(userId, refusal);
    this.#heard?.();
  }

  /** Puts what is counted into the chain, as far as a contact could take it now. Within the queue only. */
  async closeCounts(): Promise<void> {
    const room = mostClosed - this.journal.undelivered.length;
    const counted = this.users.filter((user) => user.refusals.length > 0 || this.#unwritten.has(user.userId));
    const closing = counted.slice(0, Math.max(0, room));
    if (closing.length === 0) return;
    const unwritten = this.#takeUnwritten(new Map());
    const full = closing.map((user) => (unwritten.get(user.userId) ?? []).reduce(withCount, user));
    const closed = new Map(full.map((user) => [user.userId, { ...user, refusals: [] }]));
    const users = this.users.map((user) => closed.get(user.userId) ?? user);
    const before = this.journal.state.generation;
    const written = await this.journal.write(
      { users },
      full.flatMap((user) => closingEvents(user)),
    );
    if (this.journal.state.generation !== before)
      for (const userId of closed.keys()) unwritten.delete(userId);
    this.#putBack(unwritten);
    if (written) this.inBackground(() => this.#tidy());
  }

  /** Whether another user can be kept. */
  hasRoom(userId: string): boolean {
    return (
      this.user(userId) !== null || this.users.length < maxUsers || this.users.some((user) => !user.sealed)
    );
  }

  /** Work after the answer; its failures leave things as they are. */
  inBackground(job: () => Promise<unknown>): void {
    this.serial.run(job).catch(() => undefined);
  }

  /** A sealed content of a user, replaced or dropped along with his record; false where the disk refuses it. */
  async saveSealed(
    user: StoredUser,
    content: SealedUser,
    events: readonly EndpointEventBody[],
  ): Promise<boolean> {
    const sealed = await this.sealed.add(content);
    return sealed !== null && (await this.save([{ ...user, sealed }], events));
  }

  /** Told once per time that it happens. */
  clockEvents(): EndpointEventBody[] {
    const { behindMs } = this.journal.now();
    const news = behindMs > 0 && !this.#clockReported;
    this.#clockReported = behindMs > 0;
    return news ? [{ type: "clock-set-back", byMs: Math.ceil(behindMs) }] : [];
  }

  /** Adds what is not written yet to these records, and gives it back for the case that they cannot be written. */
  #takeUnwritten(users: Map<string, StoredUser>): Map<string, RefusalCount[]> {
    const taken = this.#unwritten;
    this.#unwritten = new Map();
    for (const [userId, counts] of taken) {
      const user = users.get(userId);
      if (user) users.set(userId, counts.reduce(withCount, user));
    }
    return taken;
  }

  #putBack(counts: ReadonlyMap<string, readonly RefusalCount[]>): void {
    for (const [userId, all] of counts) for (const one of all) this.#count(userId, one);
  }

  #count(userId: string, refusal: RefusalCount): void {
    this.#unwritten.set(userId, addCount(this.#unwritten.get(userId) ?? [], refusal));
  }

  async #tidy(): Promise<void> {
    await this.journal.flush();
    await this.sealed.removeAllBut(this.journal.state);
  }
}

/** The oldest records of users of whom nothing is held make room. */
function withinBound(users: StoredUser[]): StoredUser[] {
  let surplus = users.length - maxUsers;
  return surplus <= 0 ? users : users.filter((user) => user.sealed !== null || surplus-- <= 0);
}
