/**
 * Remembers request names for at least as long as a proof is fresh, in bounded memory: two generations, of which the
 * older is dropped when the younger is old or full. Only names from proofs of enrolled endpoints get here; what a flood
 * by one of them pushes out could be replayed only by somebody inside the TLS connection.
 */
export type ReplayGuard = { /** True for the first use of a name. */ first(name: string): boolean };

export function createReplayGuard(options: {
  now(): number;
  keepMs: number;
  mostPerGeneration: number;
}): ReplayGuard {
  let young = new Set<string>();
  let old = new Set<string>();
  let turnedAtMs = options.now();
  return {
    first(name) {
      const nowMs = options.now();
      if (nowMs - turnedAtMs >= options.keepMs || young.size >= options.mostPerGeneration) {
        [old, young, turnedAtMs] = [young, new Set(), nowMs];
      }
      if (young.has(name) || old.has(name)) return false;
      young.add(name);
      return true;
    },
  };
}
