import type { OfflineLink } from "@holdfast/core/registration/link";
import type { Profile } from "../profiles/profile.ts";
import { vault } from "../vault/vault.ts";

/**
 * A rescan without any network. This phone cannot know when, or whether, its new Device ID is typed where the QR code was
 * shown: up to then the old codes work, and from then on the new ones. So it keeps both, says of each what it is, and its
 * person, who saw what the portal said, has one of them removed. Interrupted anywhere there is one that works (REG-22).
 */
export type Rescan = { readonly replaces: string; readonly scannedAtMs: number };

/** The profile that gets new keys by this link; null: none that is on this phone. */
export function profileToReplace(
  { replaces, registrationId }: Pick<OfflineLink, "replaces" | "registrationId">,
  profiles: readonly Profile[],
): Profile | null {
  if (replaces === null) return null;
  const known = ({ id, server }: Profile) => id === replaces || server?.phoneId === replaces;
  return profiles.find((profile) => profile.id !== registrationId && known(profile)) ?? null;
}

/** What this profile's keys are to take the place of; null: of none that is still here. */
export function rescanOf(profile: Profile, profiles: readonly Profile[]): Rescan | null {
  const rescan = (profile.staged as { readonly rescan?: Rescan | null } | null)?.rescan ?? null;
  return rescan !== null && profiles.some(({ id }) => id === rescan.replaces) ? rescan : null;
}

/** The newest rescan that is to end this profile; null: none. */
export function rescannedAs(profile: Profile, profiles: readonly Profile[]): Rescan | null {
  const rescans = profiles.flatMap((one) => rescanOf(one, profiles) ?? []);
  const own = rescans.filter(({ replaces }) => replaces === profile.id);
  return own.sort((a, b) => b.scannedAtMs - a.scannedAtMs)[0] ?? null;
}

/** All other sets of keys of the same phone: those that this one is to replace, or that replace it. */
export function othersOfPhone(profile: Profile, profiles: readonly Profile[]): readonly Profile[] {
  const pairs = profiles.flatMap((one) => {
    const rescan = rescanOf(one, profiles);
    return rescan === null ? [] : [[one.id, rescan.replaces] as const];
  });
  const same = new Set([profile.id]);
  for (let before = 0; before < same.size; ) {
    before = same.size;
    for (const [one, other] of pairs) if (same.has(one) || same.has(other)) same.add(one).add(other);
  }
  return profiles.filter(({ id }) => id !== profile.id && same.has(id));
}

/** The newest keys of a phone first, and those that they are to replace right after. */
export function newestFirst(profiles: readonly Profile[]): readonly Profile[] {
  const scanned = (profile: Profile) => rescanOf(profile, profiles)?.scannedAtMs ?? 0;
  const placed = new Set<string>();
  return profiles.flatMap((profile) => {
    const phone = [profile, ...othersOfPhone(profile, profiles)].sort((a, b) => scanned(b) - scanned(a));
    const next = phone.filter(({ id }) => !placed.has(id));
    for (const { id } of next) placed.add(id);
    return next;
  });
}

/** What the person saw at the portal decides which keys go. */
export async function endRescan(profile: Profile, outcome: "taken" | "not-taken"): Promise<void> {
  if (outcome === "not-taken") return vault.remove(profile.id);
  for (const { id } of othersOfPhone(profile, vault.profiles())) await vault.remove(id);
}
