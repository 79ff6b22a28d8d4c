import { Crash, SimulatedDisk } from "@holdfast/offline-store/testing/simulated-disk";
import type { DurableFiles, MonotonicCounter } from "@holdfast/offline-store/types";
import type { Kernel, Process } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";

export type DiskCopy = { readonly files: Map<string, Uint8Array>; readonly counter: number };

/**
 * One machine's disk. It outlives its processes; a crash that was armed kills the process that writes, between any two
 * steps of a durable write, and nothing comes back to it.
 */
export class MachineDisk {
  readonly #kernel: Kernel;
  readonly #disk: SimulatedDisk;
  readonly #onCrash: (process: Process) => void;
  #crashesSoon = false;

  constructor(kernel: Kernel, random: Random, onCrash: (process: Process) => void) {
    this.#kernel = kernel;
    this.#disk = new SimulatedDisk(random.number);
    this.#onCrash = onCrash;
  }

  /** The files as one process sees them, in a folder of their own. */
  files(process: Process, folder: string): DurableFiles {
    const { files } = this.#disk;
    const inFolder = (name: string) => `${folder}.${name}`;
    const writeMs = 1;
    return {
      read: (name) => this.#call(process, 0, () => files.read(inFolder(name))),
      write: (name, content) => {
        const copy = new Uint8Array(content);
        return this.#call(process, writeMs, () => files.write(inFolder(name), copy));
      },
      append: (name, content) => {
        const copy = new Uint8Array(content);
        return this.#call(process, writeMs, () => files.append(inFolder(name), copy));
      },
      remove: (name) => this.#call(process, 0, () => files.remove(inFolder(name))),
      list: () =>
        this.#call(process, 0, async () =>
          (await files.list())
            .filter((name) => name.startsWith(`${folder}.`))
            .map((name) => name.slice(folder.length + 1)),
        ),
    };
  }

  counter(process: Process): MonotonicCounter {
    const { counter } = this.#disk;
    return {
      protection: counter.protection,
      read: () => this.#call(process, 0, () => counter.read()),
      increment: () => this.#call(process, 0, () => counter.increment()),
    };
  }

  /** The process that writes dies in place of the step after so many more. */
  crashAfter(steps: number, kind: "kill" | "power-cut"): void {
    this.#crashesSoon = true;
    this.#disk.crashAfter(steps, kind);
  }

  get crashesSoon(): boolean {
    return this.#crashesSoon;
  }

  get refusesWrites(): "ENOSPC" | "EROFS" | null {
    return this.#disk.refusesWrites;
  }
  set refusesWrites(why: "ENOSPC" | "EROFS" | null) {
    this.#disk.refusesWrites = why;
  }

  /** What the crash left is what there is from now on. Also calls off a crash that was armed and did not happen. */
  restart(): void {
    this.#crashesSoon = false;
    this.#disk.restart();
  }

  copy(): DiskCopy {
    return { files: this.#disk.copyFiles(), counter: this.#disk.counterValue };
  }

  /** Somebody puts an older copy back; with its counter, if that is a file like the others. */
  restore(copy: DiskCopy, withCounter: boolean): void {
    this.#disk.putFiles(copy.files);
    if (withCounter) this.#disk.setCounter(copy.counter);
  }

  #call<T>(process: Process, takesMs: number, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!process.alive) return;
      const settle = (settled: () => void) => {
        if (takesMs > 0) this.#kernel.after(process, takesMs, settled);
        else if (process.alive) settled();
      };
      work().then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => {
          if (error instanceof Crash) this.#onCrash(process);
          else settle(() => reject(error));
        },
      );
    });
  }
}
