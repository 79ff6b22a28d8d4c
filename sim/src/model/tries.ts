import { LONGEST_HOLD_MS } from "@holdfast/core/lockout/lockout";
import type { Attempt } from "./attempt.ts";

/** Wrong tries in a row about one person at one verifier, without a success of his or a lock's length in between. */
export class Tries {
  readonly #streaks = new Map<string, { count: number; lastMs: number }>();

  /** How many in a row this makes. Times are the verifier's own: that is what its locks run by. */
  wrong(
    { person }: Attempt,
    verifier: string,
    { triedMs, toldMs }: { readonly triedMs: number; readonly toldMs: number },
    lockMs: number,
  ): number {
    const key = `${person.userName} ${verifier}`;
    const before = this.#streaks.get(key);
    // A lock runs from the moment the try was made; the verdict came after the wait that tries are held for. A server's
    // word may set a verifier's time back by days; what the server knows of tries comes with it.
    const goesOn =
      before !== undefined && Math.abs(triedMs - before.lastMs) < lockMs - LONGEST_HOLD_MS - 1000;
    const count = goesOn ? before.count + 1 : 1;
    this.#streaks.set(key, { count, lastMs: toldMs });
    return count;
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
