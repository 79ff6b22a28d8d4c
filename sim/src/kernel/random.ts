import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** The one source of chance: everything that a run decides, it decides by this and by its seed. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
    // The first numbers of near seeds are near each other.
    for (let at = 0; at < 8; at += 1) this.#generator.next();
  }

  /** A source of its own for one part, so that one part's draws do not shift another's. */
  fork(): Random {
    return new Random(this.#generator.next());
  }

  /** 0 ≤ number < 1. */
  readonly number = (): number => (this.#generator.next() >>> 0) / 2 ** 32;

  /** Both ends included. */
  integer(from: number, through: number): number {
    return from + Math.floor(this.number() * (through - from + 1));
  }

  chance(probability: number): boolean {
    return this.number() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.number() * list.length)];
    if (one === undefined) throw new RangeError("nothing to pick from");
    return one;
  }

  /** A key, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.number() * total;
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return this.pick(entries)[0];
  }

  readonly bytes = (length: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 1) bytes[at] = this.#generator.next() >>> 24;
    return bytes;
  };
}
