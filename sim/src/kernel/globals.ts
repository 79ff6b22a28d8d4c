import { createRequire, syncBuiltinESMExports } from "node:module";
import { inPlace, rememberImports } from "./cryptography.ts";
import type { Kernel, Process, TimerHandle } from "./kernel.ts";
import { currentProcess } from "./kernel.ts";
import type { Random } from "./random.ts";

/**
 * Puts the world's time, chance and order behind the platform's own functions, for code that runs in a simulated
 * process. Everything else (the harness, the test runner) goes on with the real ones. So the parts run as they ship:
 * their timers, their clock and their jitter are simulated without their knowing.
 */
export type World = { readonly kernel: Kernel; readonly random: Random };

let world: World | null = null;
let patched = false;

export function enterWorld(next: World): void {
  world = next;
  if (!patched) patch();
  patched = true;
}

export function leaveWorld(): void {
  world = null;
}

function inside(): { kernel: Kernel; random: Random; process: Process } | null {
  const process = currentProcess();
  return world && process ? { ...world, process } : null;
}

type Callback = (...values: unknown[]) => void;

/** As much of a platform's timer as the parts use. */
class SimulatedTimer {
  readonly #arm: () => TimerHandle;
  handle: TimerHandle;

  constructor(arm: () => TimerHandle) {
    this.#arm = arm;
    this.handle = arm();
  }

  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return false;
  }
  refresh(): this {
    this.handle.cancelled = true;
    this.handle = this.#arm();
    return this;
  }
  close(): this {
    this.handle.cancelled = true;
    return this;
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

function patch(): void {
  const real = {
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    setImmediate: globalThis.setImmediate,
    clearTimeout: globalThis.clearTimeout,
    clearInterval: globalThis.clearInterval,
    clearImmediate: globalThis.clearImmediate,
    dateNow: Date.now,
    performanceNow: performance.now.bind(performance),
    random: Math.random,
  };

  const setTimer = (callback: Callback, ms: number | undefined, values: unknown[], repeat: boolean) => {
    const here = inside();
    if (!here) return null;
    const { kernel, process } = here;
    // As the platform has it: at least a millisecond, and whole ones.
    const delayMs = Math.max(1, Math.trunc(Number(ms) || 0));
    const arm = (): TimerHandle =>
      kernel.after(process, delayMs, () => {
        if (repeat) timer.handle = arm();
        callback(...values);
      });
    const timer = new SimulatedTimer(arm);
    return timer;
  };
  const clear = (timer: unknown): boolean => {
    if (!(timer instanceof SimulatedTimer)) return false;
    timer.close();
    return true;
  };

  const replaced: Partial<Record<keyof typeof globalThis, unknown>> = {
    setTimeout: Object.assign(
      (callback: Callback, ms?: number, ...values: unknown[]) =>
        setTimer(callback, ms, values, false) ?? real.setTimeout(callback, ms, ...values),
      real.setTimeout,
    ),
    setInterval: Object.assign(
      (callback: Callback, ms?: number, ...values: unknown[]) =>
        setTimer(callback, ms, values, true) ?? real.setInterval(callback, ms, ...values),
      real.setInterval,
    ),
    setImmediate: Object.assign((callback: Callback, ...values: unknown[]) => {
      const here = inside();
      if (!here) return real.setImmediate(callback, ...values);
      const handle = { cancelled: false };
      here.kernel.whenQuiet(here.process, () => {
        if (!handle.cancelled) callback(...values);
      });
      return new SimulatedTimer(() => handle);
    }, real.setImmediate),
    clearTimeout: (timer: unknown) => clear(timer) || real.clearTimeout(timer as NodeJS.Timeout),
    clearInterval: (timer: unknown) => clear(timer) || real.clearInterval(timer as NodeJS.Timeout),
    clearImmediate: (timer: unknown) => clear(timer) || real.clearImmediate(timer as NodeJS.Immediate),
  };
  Object.assign(globalThis, replaced);
  Date.now = () => inside()?.process.wallMs() ?? real.dateNow();
  Math.random = () => inside()?.random.number() ?? real.random();
  Object.defineProperty(performance, "now", {
    configurable: true,
    writable: true,
    value: () => {
      const here = inside();
      return here ? here.kernel.nowMs - here.process.startedAtMs : real.performanceNow();
    },
  });
  patchTimerPromises();
  patchCryptography();
}

/** `import { setTimeout } from "node:timers/promises"` sees it too: the bindings of built-in modules are live. */
function patchTimerPromises(): void {
  const promises = createRequire(import.meta.url)("node:timers/promises") as {
    setTimeout: typeof import("node:timers/promises").setTimeout;
  };
  const real = promises.setTimeout;
  promises.setTimeout = (ms, value, options) => {
    const here = inside();
    if (!here) return real(ms, value, options);
    const { kernel, process } = here;
    return new Promise((resolve, reject) => {
      const signal = options?.signal;
      if (signal?.aborted) return reject(abortError(signal));
      const handle = kernel.after(process, Math.max(1, Math.trunc(ms ?? 0)), () => resolve(value as never));
      signal?.addEventListener("abort", () => {
        handle.cancelled = true;
        reject(abortError(signal));
      });
    });
  };
  syncBuiltinESMExports();
}

function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error("The operation was aborted", { cause: signal.reason }), {
    name: "AbortError",
    code: "ABORT_ERR",
  });
}

/** All but importing a key, which takes place on the spot. */
const asynchronousOperations = [
  "sign",
  "verify",
  "encrypt",
  "decrypt",
  "digest",
  "generateKey",
  "exportKey",
  "deriveBits",
  "deriveKey",
  "wrapKey",
  "unwrapKey",
] as const;

/** WebCrypto works on a thread pool, which finishes in any order: here one after another, in the order of the calls. */
function patchCryptography(): void {
  const prototype = Object.getPrototypeOf(crypto.subtle) as Record<
    string,
    (...values: unknown[]) => Promise<unknown>
  >;
  const realImport = prototype.importKey;
  if (!realImport) throw new Error("this platform's WebCrypto has no importKey");
  const remembered = rememberImports(realImport);
  prototype.importKey = function (this: unknown, ...values: unknown[]): Promise<unknown> {
    return inside() ? remembered(this, values) : realImport.apply(this, values);
  };
  for (const name of asynchronousOperations) {
    const real = prototype[name];
    if (!real) throw new Error(`this platform's WebCrypto has no ${name}`);
    prototype[name] = function (this: unknown, ...values: unknown[]): Promise<unknown> {
      const here = inside();
      if (!here) return real.apply(this, values);
      const { kernel, process } = here;
      const done = inPlace(name, values);
      if (done) return Promise.resolve(done.value);
      return new Promise((resolve, reject) => {
        kernel.whenQuiet(process, async () => {
          const settled = await real.apply(this, values).then(
            (value) => () => resolve(value),
            (error: unknown) => () => reject(error),
          );
          if (process.alive) settled();
        });
      });
    };
  }
}
