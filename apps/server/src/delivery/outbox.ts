import { setTimeout } from "node:timers/promises";
import type { Logger } from "pino";

/** What is sent in the background, so that nobody's wait tells whether there was anything to send. */
export type Outbox = {
  add(what: string, work: () => Promise<void>): void;
  /** How many nobody has begun to send. */
  waiting(): number;
  /** Until nothing is under way: for tests. */
  idle(): Promise<void>;
  /** What waits is dropped, what is under way gets this long. */
  stop(graceMs: number): Promise<void>;
};

/** Of messages, which others carry. */
const usual = { atOnce: 4, mostWaiting: 1000 };

export function createOutbox(log: Logger, { atOnce, mostWaiting } = usual): Outbox {
  const waiting: { what: string; work: () => Promise<void> }[] = [];
  const running = new Set<Promise<void>>();

  const next = () => {
    while (running.size < atOnce) {
      const job = waiting.shift();
      if (!job) return;
      const done = job
        .work()
        .catch((err) => log.error({ err }, `${job.what} could not be sent`))
        .finally(() => {
          running.delete(done);
          next();
        });
      running.add(done);
    }
  };

  return {
    add(what, work) {
      // A server that cannot send fast enough must not grow without end; people ask again.
      if (waiting.length >= mostWaiting) return log.warn(`too many messages wait; ${what} was dropped`);
      waiting.push({ what, work });
      setImmediate(next);
    },
    waiting: () => waiting.length,
    async idle() {
      while (waiting.length > 0 || running.size > 0) {
        next();
        await Promise.all(running);
      }
    },
    async stop(graceMs) {
      waiting.length = 0;
      const grace = setTimeout(graceMs, undefined, { ref: false });
      await Promise.race([Promise.all(running), grace]);
    },
  };
}
