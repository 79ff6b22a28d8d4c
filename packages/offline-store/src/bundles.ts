import { needsPasswordOffline } from "@holdfast/core/policy/workflows";
import type { Bundle, BundleInner } from "@holdfast/protocol/bundle";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { SealedUser, StoredSlot, StoredUser } from "@holdfast/protocol/stored-files";
import type { Binding, Codes, Random, Refill } from "./sealing.ts";
import { openRefillKey, sealBypass, sealCodes } from "./sealing.ts";
import type { BundleTrust } from "./types.ts";

/** Which bundles are taken, and what is sealed of them. */

export type BundleRefusal =
  | "other-endpoint"
  | "other-user"
  | "not-newer"
  | "agent-too-old"
  | "no-slot"
  | "slot-outdated"
  | "inner-refused"
  | "too-many-users";

/** A slot that was opened or made by a sign-in that just succeeded online; in memory only. */
export type Preparation = {
  readonly userId: string;
  readonly slot: StoredSlot;
  readonly storeKey: Uint8Array;
  readonly refill: Refill;
};

/** Audience, order and age (DESIGN §6); the signature was checked before. */
export function refuseBundle(
  bundle: Bundle,
  here: { readonly endpointId: string; readonly agentVersion: string },
  taken: StoredUser["taken"] | null,
): BundleRefusal | null {
  if (bundle.endpointId !== here.endpointId) return "other-endpoint";
  if (compareVersions(here.agentVersion, bundle.minimumAgentVersion) < 0) return "agent-too-old";
  if (taken && !isNewer(bundle, taken)) return "not-newer";
  return null;
}

export type Sealed =
  | { readonly kind: "ok"; readonly content: SealedUser }
  | { readonly kind: "refused"; readonly why: BundleRefusal };

/** After an online sign-in: the slot is the one just used, and the inner document is opened at once. */
export async function sealPrepared(
  binding: Binding,
  bundle: Bundle,
  prepared: Preparation,
  held: SealedUser | null,
  trust: BundleTrust,
  random: Random,
): Promise<Sealed> {
  const { slot, refill, storeKey } = prepared;
  if (prepared.userId !== bundle.userId) return { kind: "refused", why: "other-user" };
  if (slot.salt !== bundle.offlineSalt || slot.credentialEpoch !== bundle.credentialEpoch) {
    return { kind: "refused", why: "slot-outdated" };
  }
  const { inner, outer } = partsOf(bundle);
  const base: Omit<SealedUser, "codes" | "bypass"> = {
    version: 1,
    userId: bundle.userId,
    bundle: outer,
    slots: [slot],
    refill,
    waiting: null,
  };
  if (inner === null) return { kind: "ok", content: { ...base, ...kept(bundle, refill.publicKey, held) } };
  const opened = await openInnerOf(binding, bundle, inner, storeKey, refill, trust);
  if (opened === null) return { kind: "refused", why: "inner-refused" };
  const codes = await sealCodes(binding, storeKey, opened, opened.codes, random);
  const bypass = await sealBypass(binding, storeKey, opened.bypass, random);
  return { kind: "ok", content: { ...base, codes, bypass } };
}

/** A background refill: its inner document stays closed until the user's next sign-in. */
export function sealUnattended(bundle: Bundle, held: SealedUser | null): Sealed {
  // A signed newer credential epoch deletes the slots of older ones (SECURITY §1).
  const slots = (held?.slots ?? []).filter((slot) => slot.credentialEpoch >= bundle.credentialEpoch);
  const { inner, outer } = partsOf(bundle);
  const base = { version: 1, userId: bundle.userId, bundle: outer, slots } as const;
  if (held?.refill && slots.length > 0) {
    const before = kept(bundle, held.refill.publicKey, held);
    return { kind: "ok", content: { ...base, ...before, refill: held.refill, waiting: inner } };
  }
  // Without a password no slot can be; what was taken tells the user why he cannot sign in offline.
  if (needsPasswordOffline(bundle.policy, "workstation")) return { kind: "refused", why: "no-slot" };
  return { kind: "ok", content: { ...base, refill: null, codes: null, bypass: null, waiting: null } };
}

/** The codes of a refill that waited, or null where it does not open or is another's. */
export async function openInnerOf(
  binding: Binding,
  bundle: Pick<Bundle, "epoch" | "sequence" | "token">,
  document: string,
  storeKey: Uint8Array,
  refill: Refill,
  trust: Pick<BundleTrust, "openInner">,
): Promise<BundleInner | null> {
  const privateKey = await openRefillKey(binding, storeKey, refill);
  if (privateKey === null) return null;
  const opened = await trust.openInner(document, privateKey);
  privateKey.fill(0);
  if (opened.kind === "refused") return null;
  const { inner } = opened;
  const fits =
    inner.endpointId === binding.endpointId &&
    inner.userId === binding.userId &&
    inner.epoch === bundle.epoch &&
    inner.sequence === bundle.sequence &&
    inner.tokenId === bundle.token?.id;
  return fits ? inner : null;
}

/** Without a token there is nothing that an inner document could bring. */
function partsOf(bundle: Bundle): { inner: string | null; outer: SealedUser["bundle"] } {
  const { inner, ...outer } = bundle;
  return { inner: bundle.token ? inner : null, outer };
}

/** Codes go on being good where a bundle brings none for the same token and the store key is the same. */
function kept(
  bundle: Bundle,
  refillKey: PublicKey,
  held: SealedUser | null,
): { codes: Codes | null; bypass: SealedUser["bypass"] } {
  const sameStoreKey = held?.refill?.publicKey.x === refillKey.x && held.refill.publicKey.y === refillKey.y;
  if (!held || !sameStoreKey) return { codes: null, bypass: null };
  const { codes, bypass } = held;
  return { codes: codes !== null && codes.tokenId === bundle.token?.id ? codes : null, bypass };
}

function isNewer(bundle: Pick<Bundle, "epoch" | "sequence">, than: StoredUser["taken"]): boolean {
  return bundle.epoch > than.epoch || (bundle.epoch === than.epoch && bundle.sequence > than.sequence);
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
