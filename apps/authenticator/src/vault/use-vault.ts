import { useSyncExternalStore } from "react";
import type { Profile } from "../profiles/profile.ts";
import type { VaultState } from "./memory.ts";
import { vault } from "./vault.ts";

export function useVaultState(): VaultState {
  return useSyncExternalStore(vault.subscribe, vault.state);
}

/** While the app is unlocked, by issuer and account; otherwise none. */
export function useProfiles(): readonly Profile[] {
  return useSyncExternalStore(vault.subscribe, vault.profiles);
}

export function useProfile(profileId: string): Profile | null {
  return useProfiles().find(({ id }) => id === profileId) ?? null;
}
