export type Samples = { readonly median: number; readonly low: number; readonly high: number };
export type Sides<Name extends string> = Readonly<Record<Name, () => Promise<number>>>;
export type Rounds<Name extends string> = {
  readonly sides: Readonly<Record<Name, Samples>>;
  readonly values: Readonly<Record<Name, readonly number[]>>;
  readonly rounds: number;
};

/**
 * Runs the sides in turn, round after round, so that whatever else the machine does meets them alike. Stops early
 * when the time is used up, after at least three rounds.
 */
export async function interleaved<Name extends string>(
  sides: Sides<Name>,
  limits: { readonly rounds: number; readonly atMostMs: number },
): Promise<Rounds<Name>> {
  const names = Object.keys(sides) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const startedMs = performance.now();
  let rounds = 0;
  while (rounds < limits.rounds) {
    if (rounds >= 3 && performance.now() - startedMs > limits.atMostMs) break;
    // Every second round backwards: neither side always follows the other.
    const order = rounds % 2 === 0 ? names : names.toReversed();
    for (const name of order) values[name].push(await sides[name]());
    rounds++;
  }
  const summaries = Object.fromEntries(names.map((name) => [name, samples(values[name])]));
  return { sides: summaries as Record<Name, Samples>, values, rounds };
}

export function samples(values: readonly number[]): Samples {
  return {
    median: median(values),
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

/**
 * One side over the other, round by round: what slows the machine down for longer than a round slows both, and falls
 * out.
 */
export function ratios(over: readonly number[], under: readonly number[]): Samples {
  return samples(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("the median of no values");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** For `--json`: numbers that a person can read. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function described({ median: middle, low, high }: Samples): Record<"median" | "low" | "high", number> {
  return { median: rounded(middle), low: rounded(low), high: rounded(high) };
}
