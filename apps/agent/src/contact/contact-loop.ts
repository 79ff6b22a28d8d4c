import type { ProblemCode } from "@holdfast/protocol/problem";
import type { Connection } from "../connectivity/connection.ts";
import type { ContactOutcome } from "./contact.ts";
import { type ContactPorts, makeContact } from "./contact.ts";

export type ContactLoopPorts = ContactPorts & {
  readonly connection: Connection;
  readonly intervalMs: number;
  /** The first contact of a connection comes at a random moment within this. */
  readonly spreadMs: number;
};

/** A server that declines a contact is asked again no sooner. */
const shortestRetryMs = 5000;

/**
 * When contact is made: soon after every connection, at once when the server has news, and every few minutes. One at a
 * time; what asks for one meanwhile gets one more after it.
 */
export class ContactLoop {
  readonly #ports: ContactLoopPorts;
  #timer: NodeJS.Timeout | undefined;
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
    this.#in(Math.random() * this.#ports.spreadMs);
  }

  wentOffline(): void {
    clearTimeout(this.#timer);
  }

  /** Makes contact with this server, or with the one there is; resolves when it is over. */
  now(server = this.#ports.connection.candidates().servers[0]?.server): Promise<ContactOutcome> {
    if (server === undefined)
      return Promise.resolve({ kind: "not-reachable", why: "no server can be reached" });
    if (this.#running !== null) {
      this.#again = server;
      return this.#running.then(() => this.#running ?? this.now(server));
    }
    clearTimeout(this.#timer);
    this.#running = this.#make(server).finally(() => {
      this.#running = null;
      const again = this.#again;
      this.#again = null;
      if (again !== null && !this.#stopped) void this.now(again);
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #make(server: string): Promise<ContactOutcome> {
    const { connection, intervalMs, log } = this.#ports;
    let outcome: ContactOutcome;
    try {
      outcome = await makeContact(this.#ports, server);
    } catch (fault) {
      log.error({ err: fault }, "a contact failed");
      this.#in(Math.max(shortestRetryMs, intervalMs));
      return { kind: "not-reachable", why: "a fault in the agent" };
    }
    this.#declined = outcome.kind === "refused" ? outcome : null;
    if (outcome.kind === "not-reachable") connection.unreachable(server, outcome.why);
    else connection.answered(server);
    if (outcome.kind === "refused") {
      log.warn({ code: outcome.code, detail: outcome.detail }, "the server declined a contact");
      this.#in(Math.max(shortestRetryMs, outcome.retryAfterSeconds * 1000));
    } else this.#in(intervalMs);
    return outcome;
  }

  #in(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.now(), ms);
  }
}
