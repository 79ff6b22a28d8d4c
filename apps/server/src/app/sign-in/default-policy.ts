import type { UserPolicy } from "@holdfast/protocol/policy";
import type { AppPorts } from "../ports.ts";

/**
 * The Default policy for names that belong to nobody. Kept for some seconds, so that an unknown name costs the same one
 * read as a known one; a change of it shows that much later to strangers only.
 */
export type DefaultPolicy = { get(): Promise<UserPolicy> };

const staleAfterMs = 5_000;

export function createDefaultPolicy(ports: Pick<AppPorts, "store" | "clock">): DefaultPolicy {
  let kept: { policy: UserPolicy; readAtMs: number } | null = null;
  let reading: Promise<UserPolicy> | null = null;
  const read = () => {
    reading ??= ports.store
      .read((tx) => tx.policies.default())
      .then((row) => {
        kept = { policy: row.document, readAtMs: ports.clock.now() };
        return row.document;
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  return {
    get: async () => {
      if (kept === null) return read();
      // A stale one still answers; the fresh one is for the next.
      if (ports.clock.now() - kept.readAtMs > staleAfterMs) read().catch(() => undefined);
      return kept.policy;
    },
  };
}
