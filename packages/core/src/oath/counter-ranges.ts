/**
 * Sets of HOTP counters, kept as half-open ranges.
 *
 * Everything about codes in this folder speaks of counters `from <= counter < to`, so that a range's length is
 * `to - from` and neighbours share a border.
 */

/** Counters `from <= counter < to`. */
export interface CounterRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The first counter that no range reaches: counters stay below 2^53 - 1, so that the counter after any usable
 * one is still an integer that a number and JSON carry exactly. At one code a second that is 285 million years.
 */
export const END_OF_COUNTERS = Number.MAX_SAFE_INTEGER;

/**
 * The same set of counters as sorted ranges that neither overlap nor touch; empty ranges vanish. What lies
 * below `notBelow` is cut off (a token that has moved past a range needs it no longer).
 */
export function mergeRanges(ranges: readonly CounterRange[], notBelow = 0): CounterRange[] {
  const merged: { from: number; to: number }[] = [];
  const sorted = ranges
    .map(({ from, to }) => ({ from: Math.max(asCounter(from), notBelow), to: asCounter(to) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && range.from <= last.to) last.to = Math.max(last.to, range.to);
    else merged.push(range);
  }
  return merged;
}

/** The range from one counter through another, the last one counted in, as messages and stores write it. */
export function rangeThrough({ from, through }: { from: number; through: number }): CounterRange {
  return { from, to: through + 1 };
}

/** Whether one of the ranges holds the counter. */
export function rangesHold(ranges: readonly CounterRange[], counter: number): boolean {
  return ranges.some(({ from, to }) => from <= counter && counter < to);
}

/** The counter itself; throws a RangeError where it is none (a fault of the caller, never of a user). */
export function asCounter(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("not a HOTP counter");
  return value;
}
