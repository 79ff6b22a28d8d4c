import type { KdfParameters, PasswordKdf } from "@holdfast/offline-store/types";
import type { Algorithm, Version } from "@node-rs/argon2";
import { hashRaw } from "@node-rs/argon2";

// The package declares ambient const enums, which cannot be imported where types are stripped.
const argon2idNumber = 2 as Algorithm;
const version13 = 1 as Version;

/** S_pw = Argon2id(NFKC(password), salt), 32 bytes (SECURITY §1, The password's slot). The store queues the calls. */
export const argon2id: PasswordKdf = {
  derive: (password: string, salt: Uint8Array, parameters: KdfParameters) =>
    hashRaw(password.normalize("NFKC"), {
      algorithm: argon2idNumber,
      version: version13,
      memoryCost: parameters.memoryKiB,
      timeCost: parameters.iterations,
      parallelism: parameters.parallelism,
      outputLen: 32,
      salt,
    }),
};
