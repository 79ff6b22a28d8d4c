import { randomBytes } from "node:crypto";
import type { Algorithm } from "@node-rs/argon2";
import { hashRaw } from "@node-rs/argon2";

// The package's enum is ambient and const, so it cannot be imported where types are stripped.
const argon2idNumber = 2 as Algorithm;

/** One Argon2id at the product's parameters (64 MiB, t = 3, p = 1), in milliseconds. */
export async function timeArgon2id(password: string): Promise<number> {
  const salt = randomBytes(16);
  const startedMs = performance.now();
  await hashRaw(password, {
    algorithm: argon2idNumber,
    memoryCost: 65_536,
    timeCost: 3,
    parallelism: 1,
    outputLen: 32,
    salt,
  });
  return performance.now() - startedMs;
}
