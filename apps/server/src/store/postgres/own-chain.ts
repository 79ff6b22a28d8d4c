import { type ChainHead, emptyChain } from "../audit-chain.ts";
import { createSerial } from "../serial.ts";

/**
 * This process's audit chain. Batches of sign-ins and transactions commit on several connections, so whoever appends
 * takes a turn from reading the head until its COMMIT. Such a turn comes last, when every row lock is held already,
 * so that nobody waits for a turn while somebody within one waits for his locks.
 */
export type OwnChain = {
  /**
   * `append` gets the head and returns the new one once it is committed. `readHead` reads it on the caller's own
   * connection: to wait for another one within a turn could wait for ever.
   */
  take<T>(
    readHead: () => Promise<ChainHead | null>,
    append: (head: ChainHead) => Promise<{ head: ChainHead; value: T }>,
  ): Promise<T>;
};

export function createOwnChain(): OwnChain {
  const turns = createSerial();
  let known: ChainHead | null = null;
  return {
    take: (readHead, append) =>
      turns.run(async () => {
        const before = known ?? (await readHead()) ?? emptyChain;
        // After any failure it is read again: the COMMIT may or may not have landed.
        known = null;
        const { head, value } = await append(before);
        known = { sequence: head.sequence, hash: head.hash };
        return value;
      }),
  };
}
