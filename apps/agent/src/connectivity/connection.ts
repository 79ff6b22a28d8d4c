import type { Candidate, ConnectivitySettings } from "@holdfast/core/connectivity/candidates";
import type {
  ConnectivityEffect,
  ConnectivityInput,
  ConnectivityState,
} from "@holdfast/core/connectivity/connectivity";
import { candidates, connectivity, startConnectivity } from "@holdfast/core/connectivity/connectivity";
import type { ProblemCode } from "@holdfast/protocol/problem";
import { isUntrusted } from "../contact/adopt-authority.ts";
import { openEventStream } from "../transport/event-stream.ts";
import { NOT_VALID_NOW } from "../transport/pinned-agent.ts";
import type { ServerClient } from "../transport/server-client.ts";

export type ConnectionEvents = {
  online(server: string): void;
  offline(why: string): void;
  /** The server has news for this endpoint. */
  contactWanted(why: string): void;
  /** A server that can be reached refuses this endpoint its stream, by its own word. */
  refused(server: string, code: ProblemCode): void;
  /** A server's certificate is right in everything but the time; either of the two clocks is wrong. */
  timeDoubted(server: string): void;
  /** Its certificate leads to an authority that is not trusted here, or not yet. */
  authorityDoubted(server: string): void;
};

/** Runs core's connectivity machine: keeps the event stream and the one timer, and tells who is there (MDA-10 to 13). */
export class Connection {
  readonly #client: ServerClient;
  readonly #events: ConnectionEvents;
  readonly #streams = new Map<number, () => void>();
  #state: ConnectivityState | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #reachable = new AbortController();
  /** Of the wall clock, for people; the machine itself runs on the monotonic one. */
  #sinceWallMs: number | null = null;

  constructor(client: ServerClient, events: ConnectionEvents) {
    this.#client = client;
    this.#events = events;
  }

  start(settings: ConnectivitySettings): void {
    this.#take(startConnectivity(settings, performance.now(), Math.random()));
    this.#sinceWallMs = Date.now();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const close of this.#streams.values()) close();
    this.#streams.clear();
  }

  /** Whom to ask for somebody who waits; nobody while offline, which is known already. */
  candidates(): { readonly servers: readonly Candidate[]; readonly totalMs: number } {
    return this.#state === null ? { servers: [], totalMs: 0 } : candidates(this.#state);
  }

  /** Aborts when it becomes known that nobody is there: who waits for an answer need not wait on. */
  get reachable(): AbortSignal {
    return this.#reachable.signal;
  }

  /** What requests found out. */
  answered(server: string): void {
    this.#give({ in: "request-answered", server });
  }
  unreachable(server: string, why: string): void {
    this.#give({ in: "request-unreachable", server, why });
  }

  /** Trying is worth while: the link came up, or somebody was refused for want of a server. */
  hint(): void {
    this.#give({ in: "hint" });
  }

  serversChanged(settings: ConnectivitySettings): void {
    this.#give({ in: "servers-changed", settings });
  }

  get state(): ConnectivityState | null {
    return this.#state;
  }
  get sinceWallMs(): number | null {
    return this.#sinceWallMs;
  }

  #give(input: ConnectivityInput): void {
    if (this.#stopped || this.#state === null) return;
    this.#take(connectivity(this.#state, input, performance.now(), Math.random()));
  }

  #take(step: { readonly state: ConnectivityState; readonly effects: readonly ConnectivityEffect[] }): void {
    if (this.#state?.at !== step.state.at) this.#sinceWallMs = Date.now();
    this.#state = step.state;
    const offline = step.state.at === "offline";
    // Aborting once more would make an exception with its stack for nobody.
    if (offline !== this.#reachable.signal.aborted) {
      if (offline) this.#reachable.abort();
      else this.#reachable = new AbortController();
    }
    for (const effect of step.effects) this.#perform(effect);
  }

  #perform(effect: ConnectivityEffect): void {
    switch (effect.do) {
      case "open-stream":
        this.#streams.set(effect.stream, this.#open(effect.stream, effect.server));
        return;
      case "close-stream":
        this.#streams.get(effect.stream)?.();
        this.#streams.delete(effect.stream);
        return;
      case "set-timer":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(
          () => this.#give({ in: "tick" }),
          Math.max(0, Math.ceil(effect.atMs - performance.now())),
        );
        return;
      case "came-online":
        this.#events.online(effect.server);
        return;
      case "went-offline":
        this.#events.offline(effect.why);
        return;
    }
  }

  #open(stream: number, server: string): () => void {
    return openEventStream(this.#client, server, {
      opened: (heartbeatMs) => this.#give({ in: "stream-opened", stream, heartbeatMs }),
      message: (message) => {
        this.#give({ in: "heard", stream });
        if (message.type === "contact-now") this.#events.contactWanted(message.why);
      },
      broken: (why, refusal) => {
        this.#streams.delete(stream);
        this.#give({ in: "stream-broken", stream, why });
        if (this.#stopped) return;
        if (refusal !== null) this.#events.refused(server, refusal);
        else if (why === NOT_VALID_NOW) this.#events.timeDoubted(server);
        else if (isUntrusted(why)) this.#events.authorityDoubted(server);
      },
    });
  }
}
