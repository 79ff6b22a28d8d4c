import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import type { SealedUser, StoredUser } from "@holdfast/protocol/stored-files";
import type { Held } from "./facts.ts";
import type { Journal, StateDraft } from "./journal.ts";
import { KdfQueue } from "./kdf-queue.ts";
import type { SealedFiles } from "./sealed-files.ts";
import type { Binding } from "./sealing.ts";
import { Serial } from "./serial.ts";
import type { OfflineStore, OfflineStoreOptions } from "./types.ts";

/** Users whose counts one endpoint keeps; the server caches at most a hundred at a time. */
const maxUsers = 1000;

/** What the parts of the store share: the journal, the sealed files, and the one queue in which changes are made. */
export class Records {
  readonly options: OfflineStoreOptions;
  readonly journal: Journal;
  readonly sealed: SealedFiles;
  readonly serial = new Serial();
  readonly kdf: KdfQueue;
  #clockReported = false;

  constructor(options: OfflineStoreOptions, journal: Journal, sealed: SealedFiles) {
    this.options = options;
    this.journal = journal;
    this.sealed = sealed;
    this.kdf = new KdfQueue(options.kdf);
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
   * not promised to be on disk.
   */
  async save(
    changed: readonly StoredUser[],
    events: readonly EndpointEventBody[],
    more: Omit<StateDraft, "users"> = {},
  ): Promise<boolean> {
    const version = this.journal.state.generation + 1;
    const byId = new Map(changed.map((user) => [user.userId, { ...user, version }]));
    const users = this.users.map((user) => byId.get(user.userId) ?? user);
    const added = [...byId.values()].filter((user) => this.user(user.userId) === null);
    const written = await this.journal.write({ ...more, users: withinBound([...users, ...added]) }, events);
    if (written) this.inBackground(() => this.#tidy());
    return written;
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
