import { LONGEST_HOLD_MS } from "@holdfast/core/lockout/lockout";
import type { Attempt } from "./attempt.ts";

/** Wrong tries in a row about one person at one verifier, without a success of his or a lock's length in between. */
export class Tries {
  readonly #streaks = new Map<string, { count: number; sinceMs: number; lastMs: number }>();

  /**
   * How many in a row this makes, and since what true time. `verifierMs` is the verifier's own time: that is what its
   * locks run by.
   */
  wrong(
    { person, startedMs }: Attempt,
    verifier: string,
    verifierMs: number,
    lockMs: number,
  ): { readonly count: number; readonly sinceMs: number } {
    const key = `${person.userName} ${verifier}`;
    const before = this.#streaks.get(key);
    // A lock runs from the moment the try was made; the verdict came after the wait that tries are held for.
    const goesOn = before !== undefined && verifierMs - before.lastMs < lockMs - LONGEST_HOLD_MS - 1000;
    const streak = goesOn
      ? { count: before.count + 1, sinceMs: before.sinceMs }
      : { count: 1, sinceMs: startedMs };
    this.#streaks.set(key, { ...streak, lastMs: verifierMs });
    return streak;
  }

  /** A success anywhere may become known anywhere. */
  succeeded({ person }: Attempt): void {
    this.#forget((key) => key.startsWith(`${person.userName} `));
  }

  /** An administrator unlocked him. */
  unlocked(userName: string): void {
    this.#forget((key) => key.startsWith(`${userName} `));
  }

  /** This machine's disk was set back. */
  setBack(verifier: string): void {
    this.#forget((key) => key.endsWith(` ${verifier}`));
  }

  #forget(which: (key: string) => boolean): void {
    for (const key of [...this.#streaks.keys()]) if (which(key)) this.#streaks.delete(key);
  }
}
