import type { Algorithm, Version } from "@node-rs/argon2";
import { hashRaw } from "@node-rs/argon2";

/** S_pw = Argon2id(NFKC(password), salt): 64 MiB, t = 3, p = 1, 32 bytes (SECURITY §1). */
export type PasswordKdf = (password: string, salt: Uint8Array) => Promise<Uint8Array>;

// The package declares ambient const enums, which cannot be imported where types are stripped.
const argon2idNumber = 2 as Algorithm;
const version13 = 1 as Version;

export const argon2id: PasswordKdf = (password, salt) =>
  hashRaw(password.normalize("NFKC"), {
    algorithm: argon2idNumber,
    version: version13,
    memoryCost: 65_536,
    timeCost: 3,
    parallelism: 1,
    outputLen: 32,
    salt,
  });

/**
 * Argon2id is the server's most expensive work: about 27 a second on two cores. It runs as many at a time as there are
 * cores, and a bounded number wait; whoever comes then is told to come back rather than kept waiting beyond hope.
 */
export type PasswordQueue = {
  /** A place in the queue, or null where it is full. The place is held until `leave`. */
  enter(): PasswordPlace | null;
  /** Seconds after which a new try is likely to find a place. */
  retryAfterSeconds(): number;
  readonly waiting: () => number;
};
export type PasswordPlace = {
  derive(password: string, salt: Uint8Array): Promise<Uint8Array>;
  leave(): void;
};

export function createPasswordQueue(
  kdf: PasswordKdf,
  limits: { atOnce: number; places: number },
): PasswordQueue {
  let inside = 0;
  let running = 0;
  let lastDurationMs = 80;
  const waiters: (() => void)[] = [];

  const derive: PasswordPlace["derive"] = async (password, salt) => {
    if (running >= limits.atOnce) await new Promise<void>((resolve) => waiters.push(resolve));
    else running++;
    const startedMs = performance.now();
    try {
      return await kdf(password, salt);
    } finally {
      lastDurationMs = performance.now() - startedMs;
      // The next in line takes over this one's turn, so that `running` never exceeds the limit.
      const next = waiters.shift();
      if (next) next();
      else running--;
    }
  };

  return {
    enter() {
      if (inside >= limits.places) return null;
      inside++;
      let left = false;
      return {
        derive,
        leave() {
          if (!left) inside--;
          left = true;
        },
      };
    },
    retryAfterSeconds: () => Math.max(1, Math.ceil((inside * lastDurationMs) / limits.atOnce / 1000)),
    waiting: () => inside,
  };
}
