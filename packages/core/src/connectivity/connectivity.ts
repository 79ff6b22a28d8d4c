import type { Candidate, ConnectivitySettings } from "./candidates.ts";
import { DECISION_MS, eligibleServers, staggered } from "./candidates.ts";

/**
 * Whether a server can be reached, known before anybody signs in (MDA-10 to MDA-13, OTP-30).
 *
 * The endpoint keeps one event stream to one server. A broken or silent stream is news: all eligible servers are tried
 * at once, a little apart, and within `DECISION_MS` the endpoint is online again or offline. Offline it goes on trying
 * with growing, jittered pauses, and is online again by itself the moment a stream opens.
 *
 * The shell opens and closes streams, keeps one timer (the last `set-timer` counts) and reports what happens. A stream
 * counts as opened only once the server's `hello` has come over the pinned connection.
 */
export type ConnectivityState = {
  readonly settings: ConnectivitySettings;
  readonly nextStream: number;
  /** Servers of this round not tried yet. */
  readonly queue: readonly { readonly server: string; readonly startAtMs: number }[];
  /** Streams that are being opened. */
  readonly opening: readonly {
    readonly stream: number;
    readonly server: string;
    readonly giveUpAtMs: number;
  }[];
} & (
  | {
      readonly at: "connecting";
      readonly sinceMs: number;
      readonly decideAtMs: number;
      /** What came of each server that was tried and failed since. */
      readonly failed: Readonly<Record<string, string>>;
    }
  | {
      readonly at: "online";
      readonly sinceMs: number;
      readonly server: string;
      readonly stream: number;
      readonly heartbeatMs: number;
      readonly lastHeardMs: number;
    }
  | {
      readonly at: "offline";
      readonly sinceMs: number;
      readonly why: string;
      /** Rounds of tries since going offline, or since a hint that the network is back. */
      readonly rounds: number;
      readonly lastRoundAtMs: number;
      readonly nextProbeAtMs: number;
    }
);

export type ConnectivityInput =
  | { readonly in: "stream-opened"; readonly stream: number; readonly heartbeatMs: number }
  /** Could not be opened, or ended. */
  | { readonly in: "stream-broken"; readonly stream: number; readonly why: string }
  /** A heartbeat or anything else on the stream. */
  | { readonly in: "heard"; readonly stream: number }
  /** A request got the server's word (see `classifyAnswer`). */
  | { readonly in: "request-answered"; readonly server: string }
  /** A request failed, or got anything but the server's word. */
  | { readonly in: "request-unreachable"; readonly server: string; readonly why: string }
  | { readonly in: "servers-changed"; readonly settings: ConnectivitySettings }
  /** A hint that trying is worth while: the link came up, or somebody was refused for want of a server. */
  | { readonly in: "hint" }
  | { readonly in: "tick" };

export type ConnectivityEffect =
  | { readonly do: "open-stream"; readonly stream: number; readonly server: string }
  | { readonly do: "close-stream"; readonly stream: number }
  /** Send `tick` at this time; replaces the timer before. */
  | { readonly do: "set-timer"; readonly atMs: number }
  /** A server is there: make contact. */
  | { readonly do: "came-online"; readonly server: string }
  | { readonly do: "went-offline"; readonly why: string };

export type ConnectivityStep = {
  readonly state: ConnectivityState;
  readonly effects: readonly ConnectivityEffect[];
};

/** A stream that says nothing for this many heartbeats, and a fifth of one, is broken. */
export const MISSED_HEARTBEATS = 2;
/** An attempt to open a stream may outlast the decision, for slow links, but not this. */
export const OPEN_STREAM_MS = 10_000;
export const FIRST_PAUSE_MS = 1000;
export const LONGEST_PAUSE_MS = 30_000;
/** Hints start no more than one round in this time. */
export const HINT_GAP_MS = 1000;

/** The first decision after the agent has started. */
export function startConnectivity(
  settings: ConnectivitySettings,
  nowMs: number,
  entropy: number,
): ConnectivityStep {
  const draft = new Draft(nowMs, entropy);
  return draft.done(draft.connect({ settings, nextStream: 1, queue: [], opening: [] }, {}));
}

/** `entropy` is a fresh random number, 0 ≤ entropy < 1; it spreads returning endpoints over time. */
export function connectivity(
  state: ConnectivityState,
  input: ConnectivityInput,
  nowMs: number,
  entropy: number,
): ConnectivityStep {
  const draft = new Draft(nowMs, entropy);
  return draft.done(draft.take(state, input));
}

/**
 * Whom to ask now, for a request that somebody waits for. Empty offline: that is already known, nothing is waited for
 * (the probing goes on beside). Online the stream's server comes first.
 */
export function candidates(state: ConnectivityState): { servers: Candidate[]; totalMs: number } {
  if (state.at === "offline") return { servers: [], totalMs: 0 };
  const eligible = eligibleServers(state.settings);
  const order =
    state.at === "online" ? [state.server, ...eligible.filter((url) => url !== state.server)] : eligible;
  return { servers: staggered(order), totalMs: DECISION_MS };
}

/** When the state wants its next `tick`. */
export function wakeAtMs(state: ConnectivityState): number {
  const due = [
    ...state.queue.map(({ startAtMs }) => startAtMs),
    ...state.opening.map(({ giveUpAtMs }) => giveUpAtMs),
  ];
  if (state.at === "connecting") due.push(state.decideAtMs);
  else if (state.at === "online") due.push(silentAtMs(state));
  else due.push(state.nextProbeAtMs);
  return Math.min(...due);
}

function silentAtMs(online: { readonly lastHeardMs: number; readonly heartbeatMs: number }): number {
  return online.lastHeardMs + Math.ceil(online.heartbeatMs * (MISSED_HEARTBEATS + 0.2));
}

type Common = Pick<ConnectivityState, "settings" | "nextStream" | "queue" | "opening">;

/** One step under way: the time it happens at, and the effects gathered so far. */
class Draft {
  readonly #nowMs: number;
  readonly #entropy: number;
  readonly #effects: ConnectivityEffect[] = [];

  constructor(nowMs: number, entropy: number) {
    this.#nowMs = nowMs;
    this.#entropy = entropy;
  }

  done(state: ConnectivityState): ConnectivityStep {
    return { state, effects: [...this.#effects, { do: "set-timer", atMs: wakeAtMs(state) }] };
  }

  take(state: ConnectivityState, input: ConnectivityInput): ConnectivityState {
    switch (input.in) {
      case "stream-opened":
        return this.#opened(state, input.stream, input.heartbeatMs);
      case "stream-broken":
        return this.#broken(state, input.stream, input.why);
      case "heard":
        return state.at === "online" && state.stream === input.stream
          ? { ...state, lastHeardMs: this.#nowMs }
          : state;
      case "request-answered":
        if (state.at === "offline") return this.#hinted(state);
        return state.at === "online" && state.server === input.server
          ? { ...state, lastHeardMs: this.#nowMs }
          : state;
      case "request-unreachable":
        return this.#unreachable(state, input.server, input.why);
      case "servers-changed":
        return this.#changed(state, input.settings);
      case "hint":
        return state.at === "offline" ? this.#hinted(state) : state;
      case "tick":
        return this.#ticked(state);
    }
  }

  /** A new decision: every eligible server is tried from now on. */
  connect(common: Common, failed: Readonly<Record<string, string>>): ConnectivityState {
    const fresh = this.#round(common);
    return this.#settle({
      ...fresh,
      at: "connecting",
      sinceMs: this.#nowMs,
      decideAtMs: this.#nowMs + DECISION_MS,
      failed,
    });
  }

  #opened(state: ConnectivityState, stream: number, heartbeatMs: number): ConnectivityState {
    const opened = state.opening.find((attempt) => attempt.stream === stream);
    if (!opened) {
      if (state.at !== "online" || state.stream !== stream)
        this.#effects.push({ do: "close-stream", stream });
      return state;
    }
    for (const other of state.opening) {
      if (other.stream !== stream) this.#effects.push({ do: "close-stream", stream: other.stream });
    }
    this.#effects.push({ do: "came-online", server: opened.server });
    return {
      settings: state.settings,
      nextStream: state.nextStream,
      queue: [],
      opening: [],
      at: "online",
      sinceMs: this.#nowMs,
      server: opened.server,
      stream,
      heartbeatMs,
      lastHeardMs: this.#nowMs,
    };
  }

  #broken(state: ConnectivityState, stream: number, why: string): ConnectivityState {
    if (state.at === "online") return state.stream === stream ? this.connect(state, {}) : state;
    const attempt = state.opening.find((one) => one.stream === stream);
    if (!attempt) return state;
    const opening = state.opening.filter((one) => one !== attempt);
    // The next in line need not wait for its turn.
    const queue = state.queue.map((one, index) => (index === 0 ? { ...one, startAtMs: this.#nowMs } : one));
    const rest = this.#startDue({ ...state, opening, queue });
    if (rest.at !== "connecting") return rest;
    return this.#settle({ ...rest, failed: { ...rest.failed, [attempt.server]: why } });
  }

  #unreachable(state: ConnectivityState, server: string, why: string): ConnectivityState {
    if (state.at === "connecting")
      return this.#settle({ ...state, failed: { ...state.failed, [server]: why } });
    if (state.at === "offline" || state.server !== server) return state;
    this.#effects.push({ do: "close-stream", stream: state.stream });
    return this.connect(state, { [server]: why });
  }

  #changed(state: ConnectivityState, settings: ConnectivitySettings): ConnectivityState {
    const eligible = eligibleServers(settings);
    if (state.at === "online") {
      if (eligible.includes(state.server)) return { ...state, settings };
      this.#effects.push({ do: "close-stream", stream: state.stream });
      return this.connect({ ...state, settings }, {});
    }
    if (eligible.join(" ") === eligibleServers(state.settings).join(" ")) return { ...state, settings };
    if (state.at === "connecting") return this.connect({ ...state, settings }, {});
    return this.#probe({ ...state, settings, rounds: 0 });
  }

  #hinted(state: ConnectivityState & { at: "offline" }): ConnectivityState {
    const soonestMs = state.lastRoundAtMs + HINT_GAP_MS;
    if (soonestMs <= this.#nowMs) return this.#probe({ ...state, rounds: 0 });
    return { ...state, rounds: 0, nextProbeAtMs: Math.min(state.nextProbeAtMs, soonestMs) };
  }

  #ticked(state: ConnectivityState): ConnectivityState {
    if (state.at === "online") {
      if (this.#nowMs < silentAtMs(state)) return state;
      this.#effects.push({ do: "close-stream", stream: state.stream });
      return this.connect(state, {});
    }
    if (state.at === "offline" && this.#nowMs >= state.nextProbeAtMs) return this.#probe(state);
    const late = state.opening.filter(({ giveUpAtMs }) => giveUpAtMs <= this.#nowMs);
    for (const { stream } of late) this.#effects.push({ do: "close-stream", stream });
    const opening = state.opening.filter((attempt) => !late.includes(attempt));
    return this.#settle(this.#startDue({ ...state, opening }));
  }

  /** Decides, where there is something to decide on: all failed, or the time is over. */
  #settle(state: ConnectivityState): ConnectivityState {
    if (state.at !== "connecting") return state;
    const untried = eligibleServers(state.settings).filter((server) => !Object.hasOwn(state.failed, server));
    if (untried.length > 0 && this.#nowMs < state.decideAtMs) return state;
    const why = whyOffline(state.failed, untried);
    this.#effects.push({ do: "went-offline", why });
    return {
      settings: state.settings,
      nextStream: state.nextStream,
      queue: state.queue,
      opening: state.opening,
      at: "offline",
      sinceMs: this.#nowMs,
      why,
      rounds: 0,
      lastRoundAtMs: this.#nowMs,
      nextProbeAtMs: this.#nowMs + this.#pauseMs(0),
    };
  }

  #probe(state: ConnectivityState & { at: "offline" }): ConnectivityState {
    const fresh = this.#round(state);
    const rounds = state.rounds + 1;
    return {
      ...state,
      ...fresh,
      rounds,
      lastRoundAtMs: this.#nowMs,
      nextProbeAtMs: this.#nowMs + DECISION_MS + this.#pauseMs(rounds),
    };
  }

  /** Lets go of what is being opened and queues every eligible server again. */
  #round(common: Common): Common {
    for (const { stream } of common.opening) this.#effects.push({ do: "close-stream", stream });
    const queue = staggered(eligibleServers(common.settings)).map(({ server, startAfterMs }) => ({
      server,
      startAtMs: this.#nowMs + startAfterMs,
    }));
    return this.#startDue({
      settings: common.settings,
      nextStream: common.nextStream,
      queue,
      opening: [],
    });
  }

  #startDue<S extends Common>(state: S): S {
    const due = state.queue.filter(({ startAtMs }) => startAtMs <= this.#nowMs);
    if (due.length === 0) return state;
    const opening = due.map(({ server }, index) => ({
      stream: state.nextStream + index,
      server,
      giveUpAtMs: this.#nowMs + OPEN_STREAM_MS,
    }));
    for (const { stream, server } of opening) this.#effects.push({ do: "open-stream", stream, server });
    return {
      ...state,
      queue: state.queue.filter((one) => !due.includes(one)),
      opening: [...state.opening, ...opening],
      nextStream: state.nextStream + opening.length,
    };
  }

  /** Half fixed, half random: doubling from a second to half a minute. */
  #pauseMs(rounds: number): number {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(rounds, 10));
    return Math.round(pauseMs / 2 + (pauseMs / 2) * this.#entropy);
  }
}

/** Short enough for an event (200 characters). */
function whyOffline(failed: Readonly<Record<string, string>>, silent: readonly string[]): string {
  const parts = Object.entries(failed).map(([server, why]) => `${server}: ${why}`);
  if (silent.length > 0) parts.push(`${silent.join(", ")}: no answer`);
  return parts.length === 0 ? "no server is known" : parts.join("; ").slice(0, 200);
}
