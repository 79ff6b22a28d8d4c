import { subscriberNetwork } from "../subscriber-network.ts";

/**
 * How often one source may be wrong before it has to wait: ahead of any user's lockout, so that a stranger on the VPN
 * runs out of tries before a ward runs out of users (SECURITY §3). It counts in this process; the lockout counts for all
 * servers.
 */
export type SourceLimits = {
  /** Null: go on, and call `leave`. Else the seconds to wait. */
  enter(source: Source, nowMs: number): number | null;
  leave(source: Source, failed: boolean, nowMs: number): void;
  /** What was held against it before its verdict was right after all. `answer` names it: once is enough. */
  giveBack(source: Source, answer: string, nowMs: number): void;
  readonly size: () => number;
};

/** `station`: where the person's own machine is (Calling-Station-Id); null where the client does not tell. */
export type Source = { readonly clientId: string; readonly station: string | null };

/** Of a station. One room comes back each six seconds. */
const byStation = { most: 10, perMinute: 10 };
/** Of all stations that a client does not tell apart: they are many people. */
const byClient = { most: 200, perMinute: 200 };
const mostKept = 50_000;
/** Of a source that nothing is held against: people behind one address sign in at one moment, but not a list of names. */
const mostAtOnce = (most: number) => 2 * most;

export function createSourceLimits(): SourceLimits {
  const sources = new Map<string, { failures: number; underWay: number; atMs: number }>();
  const givenBack = new Set<string>();

  const now = (source: Source, nowMs: number) => {
    const key = JSON.stringify([source.clientId, source.station && subscriberNetwork(source.station)]);
    const { perMinute } = limitOf(source);
    const known = sources.get(key) ?? { failures: 0, underWay: 0, atMs: nowMs };
    sources.delete(key);
    const forgotten = (Math.max(0, nowMs - known.atMs) / 60_000) * perMinute;
    const state = { ...known, failures: Math.max(0, known.failures - forgotten), atMs: nowMs };
    sources.set(key, state);
    for (const oldest of sources.keys()) {
      if (sources.size <= mostKept) break;
      sources.delete(oldest);
    }
    return state;
  };

  return {
    enter(source, nowMs) {
      const state = now(source, nowMs);
      const { most, perMinute } = limitOf(source);
      // Who was wrong before gets no further by trying many at once.
      const counted = state.failures + (state.failures > 0 ? state.underWay : 0);
      if (state.underWay >= mostAtOnce(most)) return 1;
      if (counted > most - 1) return Math.max(1, Math.ceil(((counted - most + 1) / perMinute) * 60));
      state.underWay++;
      return null;
    },
    leave(source, failed, nowMs) {
      const state = now(source, nowMs);
      state.underWay = Math.max(0, state.underWay - 1);
      if (failed) state.failures++;
    },
    giveBack(source, answer, nowMs) {
      if (givenBack.has(answer)) return;
      givenBack.add(answer);
      for (const oldest of givenBack) {
        if (givenBack.size <= mostKept) break;
        givenBack.delete(oldest);
      }
      const state = now(source, nowMs);
      state.failures = Math.max(0, state.failures - 1);
    },
    size: () => sources.size,
  };
}

function limitOf({ station }: Source) {
  return station === null ? byClient : byStation;
}
