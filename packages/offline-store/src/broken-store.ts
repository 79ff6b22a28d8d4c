import { OpenAttempt } from "./attempt.ts";
import { factsOf } from "./facts.ts";
import { KdfQueue } from "./kdf-queue.ts";
import { currentKdf } from "./sealing.ts";
import type { OfflineStore, OfflineStoreOptions, PreparedSlot } from "./types.ts";

/**
 * The store where state or event log are not what this machine wrote: it holds nothing, takes nothing and says why.
 * Typed values are still kept for the online path. Nothing on disk is touched: an administrator may want to look, and a
 * new enrolment begins anew.
 */
export function brokenStore(options: OfflineStoreOptions, file: string, why: string): OfflineStore {
  const kdf = new KdfQueue(options.kdf);
  const refused = { kind: "refused", why: "store-damaged" } as const;
  const unusable = { check: "unusable", reason: "store-damaged" } as const;
  return {
    facts: async (_userName, rules, workflow = "workstation") =>
      factsOf(null, ["store-damaged"], rules, workflow, 0),
    newAttempt: (attemptId) => new OpenAttempt(attemptId, () => undefined),
    commit: async () => "storage-failed",
    note: () => undefined,
    openSlot: async () => unusable,
    checkCode: async () => unusable,
    checkBypass: async () => unusable,
    challenge: async () => null,
    showQrChallenge: async () => null,
    checkQrAnswer: async () => unusable,
    burnTime: async (password) => {
      await kdf.derive(password, options.random(16), currentKdf);
    },
    preparePasswordSlot: async ({ userId }): Promise<PreparedSlot> => {
      const { publicKey, privateKey } = await options.trust.newRefillKey();
      privateKey.fill(0);
      return { userId, refillKey: publicKey, discard: () => undefined };
    },
    storeBundle: async () => refused,
    onlineSuccess: async () => "storage-failed",
    applyContact: async () => ({ lockSessionsOf: [], refillsDue: [] }),
    revoke: async () => refused,
    appendEvent: async () => "storage-failed",
    events: async () => ({ events: [], more: false }),
    onNews: () => undefined,
    contactBegins: async () => undefined,
    eventsDelivered: async () => "storage-failed",
    holdings: async () => [],
    memory: async () => ({ revoked: false, users: [] }),
    accountStatus: async () => "unknown",
    effectiveTime: () => ({ nowMs: options.clocks.wallMs(), behindMs: 0 }),
    persistTime: async () => undefined,
    close: async () => undefined,
    condition: () => ({ kind: "tampered", why: `${file}: ${why}`, lost: { file, why } }),
    protection: options.device.protection,
  };
}
