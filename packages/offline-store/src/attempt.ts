import type { SecretRef } from "@holdfast/core/sign-in/types";
import type { Attempt } from "./types.ts";

/** An opened store key leaves with its attempt; `onEnd` may use it before it is overwritten. */
type OnEnd = (
  attemptId: string,
  opened: { readonly userId: string; readonly storeKey: Uint8Array } | null,
) => void;

/** The only place where typed passwords and codes are, and only until `end`. */
export class OpenAttempt implements Attempt {
  readonly id: string;
  readonly #onEnd: OnEnd;
  readonly #typed = new Map<string, string>();
  #opened: { userId: string; storeKey: Uint8Array } | null = null;
  #ended = false;

  constructor(id: string, onEnd: OnEnd) {
    this.id = id;
    this.#onEnd = onEnd;
  }

  keep(value: string): SecretRef {
    const secret = `${this.id}.${this.#typed.size}`;
    if (!this.#ended) this.#typed.set(secret, value);
    return { secret };
  }

  sameSecret(a: SecretRef, b: SecretRef): boolean {
    const first = this.#typed.get(a.secret);
    return first !== undefined && first === this.#typed.get(b.secret);
  }

  reveal(ref: SecretRef): string {
    const value = this.#typed.get(ref.secret);
    if (value === undefined)
      throw new Error("offline store: this attempt has ended or never held that value");
    return value;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#typed.clear();
    this.#onEnd(this.id, this.#opened);
    this.#opened?.storeKey.fill(0);
    this.#opened = null;
  }

  /** Takes the key over. */
  hold(userId: string, storeKey: Uint8Array): void {
    this.#opened?.storeKey.fill(0);
    this.#opened = null;
    if (this.#ended) storeKey.fill(0);
    else this.#opened = { userId, storeKey };
  }

  storeKeyOf(userId: string): Uint8Array | null {
    return this.#opened?.userId === userId ? this.#opened.storeKey : null;
  }
}
