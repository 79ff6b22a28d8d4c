import { durationSeconds } from "@holdfast/protocol/primitives";
import { auditDraft } from "../store/audit-draft.ts";
import type { Transaction } from "../store/store.ts";
import type { KeyActor } from "./kept-keys.ts";
import { bundleKeys, bundleSetting, type KeptKey, writeSetting } from "./kept-keys.ts";

/**
 * A bundle key's successor is announced one maximum lease ahead (SECURITY §7): an endpoint that still has a lease when
 * the new key begins to sign has had the time to hear of it. The old key is trusted for as long again, because what it
 * signed last may be on its way.
 */
export type BundleKeyRotation =
  | { readonly kind: "announced"; readonly kid: string; readonly signsFromMs: number }
  | { readonly kind: "refused"; readonly why: string };

/** Endpoints trust a key this much earlier than servers use it: clocks differ, and servers look hourly. */
const usedLaterMs = 2 * 3_600_000;
const shortestLeadMs = 86_400_000;

export async function rotateBundleKey(
  tx: Transaction,
  actor: KeyActor,
  fresh: Pick<KeptKey, "kid" | "key" | "sealed">,
): Promise<BundleKeyRotation> {
  const nowMs = tx.now();
  // A key that nobody trusts any more goes, its private half with it.
  const kept = (await bundleKeys(tx)).filter(({ notAfterMs }) => notAfterMs === null || nowMs < notAfterMs);
  const announced = kept.find(({ notBeforeMs }) => nowMs < notBeforeMs + usedLaterMs && notBeforeMs > 0);
  if (announced) {
    const from = new Date(announced.notBeforeMs + usedLaterMs).toISOString();
    return { kind: "refused", why: `A successor is announced already; it signs from ${from} on.` };
  }
  const leadMs = await longestLeaseMs(tx);
  const notBeforeMs = nowMs + leadMs;
  const ending = kept.map((key) => ({
    ...key,
    notAfterMs: key.notAfterMs ?? notBeforeMs + usedLaterMs + leadMs,
  }));
  await writeSetting<KeptKey[]>(tx, bundleSetting, [...ending, { ...fresh, notBeforeMs, notAfterMs: null }]);
  const signsFromMs = notBeforeMs + usedLaterMs;
  await tx.audit(
    auditDraft(tx.now(), actor, "bundle-key-announced", { detail: { kid: fresh.kid, signsFromMs } }),
  );
  return { kind: "announced", kid: fresh.kid, signsFromMs };
}

/** The newest key that endpoints have had the time to trust. */
export function signsNow<T>(keys: readonly T[], keptOf: (key: T) => KeptKey, nowMs: number): T | null {
  const usable = keys.filter((key) => {
    const { notBeforeMs, notAfterMs } = keptOf(key);
    return (
      (notBeforeMs === 0 || notBeforeMs + usedLaterMs <= nowMs) && (notAfterMs === null || nowMs < notAfterMs)
    );
  });
  return usable.sort((a, b) => keptOf(b).notBeforeMs - keptOf(a).notBeforeMs)[0] ?? null;
}

/** An endpoint that has a lease makes contact within this time, or its lease is over. */
export async function longestLeaseMs(tx: Transaction): Promise<number> {
  const policies = await tx.policies.list();
  const ages = policies.map(({ document }) => (durationSeconds(document.offline.maxAge) ?? 0) * 1000);
  return Math.max(shortestLeadMs, ...ages);
}
