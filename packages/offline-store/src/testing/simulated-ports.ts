import { hmac } from "@noble/hashes/hmac.js";
import { concatBytes, sha256, utf8ToBytes } from "../bytes.ts";
import type { Clocks, DeviceHmac, PasswordKdf } from "../types.ts";

/** Ports of the offline store for tests and the simulation: everything comes from a seed, and nothing takes time. */

/** Numbers in [0, 1) and bytes that a seed decides. */
export class SeededRandom {
  #state: Uint8Array;

  constructor(seed: string | number) {
    this.#state = sha256(utf8ToBytes(`seed ${seed}`));
  }

  readonly bytes = (length: number): Uint8Array => {
    const blocks: Uint8Array[] = [];
    for (let made = 0; made < length; made += 32) {
      blocks.push(sha256(concatBytes(utf8ToBytes("out"), this.#state)));
      this.#state = sha256(concatBytes(utf8ToBytes("next"), this.#state));
    }
    return concatBytes(...blocks).slice(0, length);
  };

  readonly number = (): number => {
    const bytes = this.bytes(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
  };
}

/** A machine with its own key; another name is another machine. */
export function simulatedDevice(machine: string): DeviceHmac {
  const key = sha256(utf8ToBytes(`device key of ${machine}`));
  return { protection: "file", hmac: async (message) => hmac(sha256, key, message) };
}

/** One SHA-256 in place of Argon2id: of no worth outside of tests. Counts what it was asked for. */
export class FastTestKdf implements PasswordKdf {
  derivations = 0;

  async derive(password: string, salt: Uint8Array): Promise<Uint8Array> {
    this.derivations += 1;
    return sha256(concatBytes(utf8ToBytes("only for tests"), salt, utf8ToBytes(password.normalize("NFKC"))));
  }
}

export class SimulatedClocks implements Clocks {
  #wallMs: number;
  #sinceBootMs = 60_000;
  #boot = 1;

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  sinceBootMs(): number {
    return this.#sinceBootMs;
  }

  bootId(): string {
    return `boot-${this.#boot}`;
  }

  pass(ms: number): void {
    this.#wallMs += ms;
    this.#sinceBootMs += ms;
  }

  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  reboot(offMs = 0): void {
    this.#wallMs += offMs;
    this.#sinceBootMs = 0;
    this.#boot += 1;
  }
}
