/** What may come in a burst, and how fast the room for it comes back. */
export type Rate = { readonly burst: number; readonly perMinute: number };

export type TokenBuckets = {
  /** Null where there was room; else the seconds after which there is some again. */
  take(key: string, nowMs: number): number | null;
  /** What was taken last turned out to be nothing that is counted. */
  giveBack(key: string): void;
  readonly size: () => number;
};

/**
 * A bucket for each key, in bounded memory: the one that was used longest ago gives way. Who makes room for himself by
 * using very many keys needs as many sources or names, which each have a limit of their own.
 */
export function createTokenBuckets({ burst, perMinute }: Rate, most: number): TokenBuckets {
  const buckets = new Map<string, { room: number; atMs: number }>();
  const perMs = perMinute / 60_000;
  return {
    take(key, nowMs) {
      const known = buckets.get(key);
      buckets.delete(key);
      // A clock set back gives nothing and takes nothing.
      const grown = known ? known.room + Math.max(0, nowMs - known.atMs) * perMs : burst;
      const room = Math.min(burst, grown);
      const taken = room >= 1;
      buckets.set(key, { room: taken ? room - 1 : room, atMs: nowMs });
      for (const oldest of buckets.keys()) {
        if (buckets.size <= most) break;
        buckets.delete(oldest);
      }
      return taken ? null : Math.max(1, Math.ceil((1 - room) / perMs / 1000));
    },
    giveBack(key) {
      const known = buckets.get(key);
      if (known) known.room = Math.min(burst, known.room + 1);
    },
    size: () => buckets.size,
  };
}
