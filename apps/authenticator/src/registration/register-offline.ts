import { toBase64url } from "@holdfast/core/encoding/base64url";
import { deviceIdOf, drawnBytes } from "@holdfast/core/registration/device-id";
import type { OfflineLink } from "@holdfast/core/registration/link";
import { offlineKey, offlineSecret, shownDeviceId } from "@holdfast/core/registration/offline-keys";
import type { CodeSource, Profile } from "../profiles/profile.ts";
import { vault } from "../vault/vault.ts";
import { profileToReplace, type Rescan } from "./rescan.ts";

/**
 * Registers this phone without any network (REG-2): it draws, and derives with what the QR code carried. A code that this
 * phone has scanned before gives the Device ID of then: another draw would make other keys than those the server made.
 */
export async function registerOffline(link: OfflineLink): Promise<Profile> {
  const known = vault.profiles().find(({ id }) => id === link.registrationId);
  if (known) return known;
  const { seed, registrationId, algorithm } = link;
  const old = profileToReplace(link, vault.profiles());
  const rescan: Rescan | null = old && { replaces: old.id, scannedAtMs: Date.now() };
  const drawn = crypto.getRandomValues(new Uint8Array(drawnBytes));
  const made = await offlineSecret(seed, registrationId, drawn);
  // The key first: a profile that is there is whole.
  const challengeKey = link.types.includes("qr-challenge")
    ? await importKey(registrationId, offlineKey(made, "qr challenge", algorithm))
    : null;
  const profile: Profile = {
    id: registrationId,
    kind: "offline",
    issuer: link.enterprise,
    account: link.account,
    label: old?.label ?? "",
    deviceId: shownDeviceId(made),
    types: challengeKey === null ? link.types.filter((type) => type !== "qr-challenge") : link.types,
    codes: (["totp", "hotp"] as const)
      .filter((kind) => link.types.includes(kind))
      .map((kind): CodeSource => {
        const secret = offlineKey(made, kind, algorithm);
        return {
          tokenId: `${registrationId}.${kind}`,
          kind,
          secret: toBase64url(secret),
          digits: link.digits,
          algorithm,
          periodSeconds: kind === "totp" ? link.periodSeconds : null,
          counter: 0,
        };
      }),
    challengeKey,
    lastSyncMs: null,
    clockDriftMs: null,
    staged: { of: "device-id", typed: deviceIdOf(seed, registrationId, drawn), rescan } satisfies ToType,
    notice:
      challengeKey === null && link.types.includes("qr-challenge")
        ? "This browser is too old to answer endpoints that have no network. Its codes work; after an update, rescan this phone."
        : null,
    server: null,
  };
  await vault.put(profile);
  made.fill(0);
  return profile;
}

type ToType = { readonly of: "device-id"; readonly typed: string; readonly rescan: Rescan | null };

/** What is to be typed where the QR code was shown; nowhere else is it seen again, because it holds the draw. */
export function deviceIdToType({ staged }: Profile): string | null {
  const kept = staged as Partial<ToType> | null;
  return kept?.of === "device-id" ? (kept.typed ?? null) : null;
}

/** Null: the browser has no X25519 (Web Cryptography Level 2), as those before 2025. */
async function importKey(profileId: string, key: Uint8Array): Promise<string | null> {
  try {
    return await vault.importChallengeKey(profileId, key);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return null;
    throw error;
  } finally {
    key.fill(0);
  }
}
