import type { Clocks } from "@holdfast/offline-store/types";
import type { Kernel } from "../kernel/kernel.ts";

/** The clocks of one machine: a wall clock that may be wrong, and one that counts since boot. */
export class MachineClock implements Clocks {
  readonly #kernel: Kernel;
  readonly #name: string;
  #offsetMs = 0;
  #driftPerMillion = 0;
  #driftSinceMs: number;
  #bootedAtMs: number;
  #boot = 1;

  constructor(kernel: Kernel, name: string) {
    this.#kernel = kernel;
    this.#name = name;
    this.#driftSinceMs = kernel.nowMs;
    this.#bootedAtMs = kernel.nowMs - 30_000;
  }

  readonly wallMs = (): number => Math.max(0, Math.round(this.#kernel.nowMs + this.#offset()));
  readonly sinceBootMs = (): number => this.#kernel.nowMs - this.#bootedAtMs;
  readonly bootId = (): string => `${this.#name}-boot-${this.#boot}`;

  /** How far the wall clock is from true time. */
  get errorMs(): number {
    return this.#offset();
  }

  jump(ms: number): void {
    this.#offsetMs = this.#offset() + ms;
    this.#driftSinceMs = this.#kernel.nowMs;
  }

  drift(partsPerMillion: number): void {
    this.jump(0);
    this.#driftPerMillion = partsPerMillion;
  }

  /** As a time service does. */
  correct(): void {
    this.jump(-this.#offset());
  }

  reboot(): void {
    this.#boot += 1;
    this.#bootedAtMs = this.#kernel.nowMs;
  }

  #offset(): number {
    return this.#offsetMs + ((this.#kernel.nowMs - this.#driftSinceMs) * this.#driftPerMillion) / 1e6;
  }
}
