import { Serial } from "./serial.ts";
import type { KdfParameters, PasswordKdf } from "./types.ts";

/** Sign-ins that may wait for their Argon2id; the next is told "busy" instead of piling up (SECURITY §1, Guessing). */
const maxWaiting = 16;

/** One Argon2id at a time: each takes 64 MiB and a core. */
export class KdfQueue {
  readonly #kdf: PasswordKdf;
  readonly #serial = new Serial();
  #waiting = 0;

  constructor(kdf: PasswordKdf) {
    this.#kdf = kdf;
  }

  async derive(password: string, salt: Uint8Array, parameters: KdfParameters): Promise<Uint8Array | "busy"> {
    if (this.#waiting >= maxWaiting) return "busy";
    this.#waiting += 1;
    try {
      return await this.#serial.run(() => this.#kdf.derive(password, salt, parameters));
    } finally {
      this.#waiting -= 1;
    }
  }

  /** For work behind a sign-in that already succeeded: waits its turn however long the queue is. */
  deriveInBackground(password: string, salt: Uint8Array, parameters: KdfParameters): Promise<Uint8Array> {
    return this.#serial.run(() => this.#kdf.derive(password, salt, parameters));
  }
}
