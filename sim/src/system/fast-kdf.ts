import { createHash } from "node:crypto";
import type { Kernel, Process } from "../kernel/kernel.ts";

/** How long one Argon2id takes in virtual time. */
const takesMs = 60;

/**
 * One SHA-256 in place of Argon2id, which would be all that a run does. It takes its virtual time, so that what happens
 * during a derivation happens here too. Worth nothing outside of the simulation.
 */
export function fastKdf(
  kernel: Kernel,
  process: Process,
): (password: string, salt: Uint8Array) => Promise<Uint8Array> {
  return (password, salt) =>
    new Promise((resolve) => {
      const derived = createHash("sha256")
        .update("only for simulations")
        .update(salt)
        .update(password.normalize("NFKC"))
        .digest();
      kernel.after(process, takesMs, () => resolve(new Uint8Array(derived)));
    });
}
