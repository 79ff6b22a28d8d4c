/**
 * How soon an endpoint's news goes up: within two seconds as a rule, at a random moment so that endpoints woken by the
 * same cause do not come together. What happens in that time goes up with it: a sign-in, its refill, the notes about
 * them.
 *
 * A few contacts in a row may be brought forward like that, and one more in every half minute after them. So people who
 * come one after the other at a shared machine, or a refill that is refused at every contact and makes an event of it,
 * cost the server two contacts a minute and not thirty.
 */
export class NewsBudget {
  #savedMs = mostInARow * regainMs;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** Until the next contact for the sake of news; `entropy`: 0 ≤ entropy < 1. */
  waitMs(nowMs: number, entropy: number): number {
    return Math.max(
      regainMs - this.#savedAt(nowMs),
      shortestWaitMs + entropy * (longestWaitMs - shortestWaitMs),
    );
  }

  /** One contact is brought forward, by the wait that was told. */
  spend(nowMs: number): void {
    this.#savedMs = this.#savedAt(nowMs) - regainMs;
    this.#atMs = nowMs;
  }

  /** What was spent on a contact that did not come about: another one went first, and took the news with it. */
  giveBack(nowMs: number): void {
    this.#savedMs = this.#savedAt(nowMs) + regainMs;
    this.#atMs = nowMs;
  }

  #savedAt(nowMs: number): number {
    return Math.min(mostInARow * regainMs, this.#savedMs + nowMs - this.#atMs);
  }
}

const shortestWaitMs = 1000;
const longestWaitMs = 2000;
/** Contacts that may be brought forward without a longer wait. */
const mostInARow = 5;
const regainMs = 30_000;
