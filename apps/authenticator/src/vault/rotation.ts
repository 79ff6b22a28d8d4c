/** New keys for the whole vault: what another lock begins with. */

import type { Database } from "./database.ts";
import type { Keyring } from "./keys.ts";
import {
  newCodesKey,
  newSealingKeys,
  resealed,
  resealedTo,
  type Sealed,
  type SealedTo,
  seal,
  unseal,
} from "./sealing.ts";
import type { SlotKeys } from "./slot.ts";

/** Before their lock closes over them: extractable. */
export type VaultKeys = { readonly id: string; readonly slotKeys: SlotKeys; readonly sealTo: JsonWebKey };

export async function newVaultKeys(): Promise<VaultKeys> {
  const [codesKey, sealing] = await Promise.all([newCodesKey(), newSealingKeys()]);
  const sealTo = await crypto.subtle.exportKey("jwk", sealing.publicKey);
  return { id: crypto.randomUUID(), slotKeys: { codesKey, sealingKey: sealing.privateKey }, sealTo };
}

/**
 * Every record, sealed by the new keys and by no old one: to be written in one transaction together with the lock that
 * opens them, so that an app that is ended at any moment has one lock or the other, whole.
 */
export async function underNewKeys(
  database: Database,
  old: SlotKeys,
  next: VaultKeys,
): Promise<Readonly<Record<string, unknown>>> {
  const sealedRing = (await database.get("keyring")) as Sealed;
  const ring = (await unseal(old.codesKey, "keyring", sealedRing)) as Keyring;
  const changes: Record<string, unknown> = {};
  for (const [name, sealed] of await database.startingWith("profile/"))
    changes[name] = await resealed(old.codesKey, next.slotKeys.codesKey, name, sealed as Sealed);
  const keys = await database.startingWith("key/");
  const [requesting, asking] = recordNames(ring);
  for (const [name, sealed] of keys) {
    if (requesting.has(name))
      changes[name] = await resealed(old.codesKey, next.slotKeys.codesKey, name, sealed as Sealed);
    else if (asking.has(name))
      changes[name] = await resealedTo(old.sealingKey, next.sealTo, name, sealed as SealedTo);
    // Nobody's: no lock opens it afterwards.
    else changes[name] = null;
  }
  const nextRing: Keyring = { ...ring, sealTo: next.sealTo };
  return { ...changes, keyring: await seal(next.slotKeys.codesKey, "keyring", nextRing) };
}

/** Those of keys that sign by themselves, and those of keys that ask. */
function recordNames({ keys }: Keyring): readonly [ReadonlySet<string>, ReadonlySet<string>] {
  const requesting = new Set<string>();
  const asking = new Set<string>();
  for (const { request, approval, challenge } of Object.values(keys)) {
    if (request !== undefined) requesting.add(request);
    for (const name of [approval, challenge]) if (name !== undefined) asking.add(name);
  }
  return [requesting, asking];
}
