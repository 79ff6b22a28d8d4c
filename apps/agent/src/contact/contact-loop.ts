import type { OfflineStore } from "@holdfast/offline-store/types";
import type { ProblemCode } from "@holdfast/protocol/problem";
import type { Logger } from "pino";
import type { Connection } from "../connectivity/connection.ts";
import type { ContactOutcome } from "./contact.ts";
import { NewsBudget } from "./news-budget.ts";

export type ContactLoopPorts = {
  readonly make: (server: string) => Promise<ContactOutcome>;
  readonly connection: Pick<Connection, "candidates" | "answered" | "unreachable">;
  readonly store: Pick<OfflineStore, "events">;
  readonly log: Pick<Logger, "warn" | "error">;
  readonly intervalMs: number;
  /** The first contact of a connection comes at a random moment within this. */
  readonly spreadMs: number;
};

/** A server that declines a contact, or does not answer one while the event stream goes on, is asked again no sooner. */
const shortestRetryMs = 5000;

/**
 * When contact is made: soon after every connection, at once when the server has news, soon when this endpoint has, and
 * every few minutes. One at a time; what asks for one meanwhile gets one more after it.
 */
export class ContactLoop {
  readonly #ports: ContactLoopPorts;
  readonly #news = new NewsBudget(performance.now());
  #timer: NodeJS.Timeout | undefined;
  /** When the timer ends, by the monotonic clock; null: no contact is planned. */
  #dueAtMs: number | null = null;
  /** What is planned was brought forward for news; where it does not come about, the budget has its share back. */
  #forNews = false;
  /**
   * The last contact of this connection went well. Before that, the first one is planned already, at its random moment;
   * after a refusal the server has said when it wants to be asked again.
   */
  #inTouch = false;
  /** Something happened here while a contact was under way. */
  #newsMeanwhile = false;
  #running: Promise<ContactOutcome> | null = null;
  #again: string | null = null;
  #stopped = false;
  #declined: { readonly code: ProblemCode; readonly detail: string } | null = null;

  constructor(ports: ContactLoopPorts) {
    this.#ports = ports;
  }

  /** The server's word against the last contact, for status and health. */
  get declined(): { readonly code: ProblemCode; readonly detail: string } | null {
    return this.#declined;
  }

  cameOnline(): void {
    this.#inTouch = false;
    this.#in(Math.random() * this.#ports.spreadMs);
  }

  wentOffline(): void {
    this.#inTouch = false;
    this.#unplan();
  }

  /**
   * Something happened here that the server does not know yet. Its audit, its outlook and its word to other endpoints are
   * behind until it does, so the next contact is brought forward, but not for every event apart.
   */
  soon(): void {
    if (this.#running !== null) {
      this.#newsMeanwhile = true;
      return;
    }
    if (this.#stopped || !this.#inTouch) return;
    const nowMs = performance.now();
    const waitMs = this.#news.waitMs(nowMs, Math.random());
    if (this.#dueAtMs !== null && this.#dueAtMs <= nowMs + waitMs) return;
    this.#in(waitMs);
    this.#news.spend(nowMs);
    this.#forNews = true;
  }

  /** Makes contact with this server, or with the one there is; resolves when it is over. */
  now(server = this.#ports.connection.candidates().servers[0]?.server): Promise<ContactOutcome> {
    if (server === undefined)
      return Promise.resolve({ kind: "not-reachable", why: "no server can be reached" });
    if (this.#running !== null) {
      this.#again = server;
      return this.#running.then(() => this.#running ?? this.now(server));
    }
    this.#unplan();
    this.#newsMeanwhile = false;
    this.#running = this.#make(server).finally(() => {
      this.#running = null;
      const again = this.#again;
      this.#again = null;
      if (again !== null && !this.#stopped) void this.now(again);
      else if (this.#newsMeanwhile) this.soon();
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unplan();
    await this.#running;
  }

  async #make(server: string): Promise<ContactOutcome> {
    const { connection, intervalMs, log, store } = this.#ports;
    let outcome: ContactOutcome;
    try {
      outcome = await this.#ports.make(server);
    } catch (fault) {
      log.error({ err: fault }, "a contact failed");
      this.#inTouch = false;
      this.#in(Math.max(shortestRetryMs, intervalMs));
      return { kind: "not-reachable", why: "a fault in the agent" };
    }
    this.#declined = outcome.kind === "refused" ? outcome : null;
    this.#inTouch = outcome.kind === "level";
    if (outcome.kind === "not-reachable") connection.unreachable(server, outcome.why);
    else connection.answered(server);
    if (outcome.kind === "refused") {
      log.warn({ code: outcome.code, detail: outcome.detail }, "the server declined a contact");
      this.#in(Math.max(shortestRetryMs, outcome.retryAfterSeconds * 1000));
    } else this.#in(outcome.kind === "level" ? intervalMs : shortestRetryMs);
    // What a contact itself brings about, such as a revocation carried out, it mostly delivers itself.
    this.#newsMeanwhile &&= (await store.events(1)).events.length > 0;
    return outcome;
  }

  #in(ms: number): void {
    this.#unplan();
    if (this.#stopped) return;
    this.#dueAtMs = performance.now() + ms;
    this.#timer = setTimeout(() => {
      this.#forNews = false;
      void this.now();
    }, ms);
  }

  #unplan(): void {
    clearTimeout(this.#timer);
    this.#dueAtMs = null;
    if (this.#forNews) this.#news.giveBack(performance.now());
    this.#forNews = false;
  }
}
