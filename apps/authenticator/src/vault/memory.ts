/** What of the vault is in memory, and whose turn it is to write: all that a lock takes away is here and nowhere else. */

import type { Profile } from "../profiles/profile.ts";
import type { Database } from "./database.ts";
import { keepMark } from "./kept-mark.ts";
import type { Keyring } from "./keys.ts";
import type { Slot } from "./slot.ts";

export type VaultState =
  | { readonly at: "opening" | "absent" | "damaged" }
  /** There was one since then, and the browser cleared it. */
  | { readonly at: "cleared"; readonly sinceMs: number; readonly profiles: number }
  /** The browser keeps nothing here, as in some private windows. */
  | { readonly at: "unavailable" }
  | { readonly at: "locked" | "unlocked"; readonly by: Slot["kind"] };

export type Header = {
  readonly version: 1;
  readonly createdAtMs: number;
  /** Of the two keys under which everything is sealed: another lock brings others (rotation.ts). */
  readonly keysId: string;
  readonly slot: Slot;
};

export const memory: {
  database: Database | null;
  header: Header | null;
  state: VaultState;
  codesKey: CryptoKey | null;
  keyring: Keyring | null;
  profiles: readonly Profile[];
  /** By the PIN alone, for a minute. */
  sealingKey: { readonly key: CryptoKey; readonly untilMs: number } | null;
  readonly requestKeys: Map<string, CryptoKey>;
} = {
  database: null,
  header: null,
  state: { at: "opening" },
  codesKey: null,
  keyring: null,
  profiles: [],
  sealingKey: null,
  requestKeys: new Map(),
};

const listeners = new Set<() => void>();
export const otherTabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("holdfast-vault") : null;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function become(next: VaultState): void {
  memory.state = next;
  tell();
}

export function hold(profiles: readonly Profile[]): void {
  memory.profiles = [...profiles].sort(
    (a, b) =>
      a.issuer.localeCompare(b.issuer) || a.account.localeCompare(b.account) || (a.id < b.id ? -1 : 1),
  );
  keepMark({ sinceMs: present(memory.header).createdAtMs, profiles: memory.profiles.length });
  tell();
}

export function forgetKeys(): void {
  memory.codesKey = null;
  memory.keyring = null;
  memory.sealingKey = null;
  memory.requestKeys.clear();
  memory.profiles = [];
}

/** One after the other, over all tabs of this app. */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request("holdfast-vault", work) as Promise<T>;
}

/** What is written needs the app unlocked when its turn comes. */
export function writing<T>(work: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    unlockedKey();
    await keysAreInForce();
    return work();
  });
}

/** A window that slept through a change of the lock has keys that open nothing any more, and must seal nothing by them. */
export async function keysAreInForce(): Promise<void> {
  const found = (await opened().get("header")) as Header | undefined;
  if (found?.keysId === present(memory.header).keysId) return;
  location.reload();
  throw new Error("the lock was changed in another window");
}

export function unlockedKey(): CryptoKey {
  if (memory.codesKey === null) throw new Error("the app is locked");
  return memory.codesKey;
}

export function opened(): Database {
  if (memory.database === null) throw new Error("the vault is not open");
  return memory.database;
}

export function present<T>(value: T | null): T {
  if (value === null) throw new Error("there is no vault");
  return value;
}

function tell(): void {
  for (const listener of listeners) listener();
}
