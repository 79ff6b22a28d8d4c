import { toBase64url } from "@holdfast/core/encoding/base64url";
import { deviceIdOf, drawnBytes } from "@holdfast/core/registration/device-id";
import type { OfflineLink } from "@holdfast/core/registration/link";
import { offlineKey } from "@holdfast/core/registration/offline-keys";
import type { CodeSource, Profile } from "../profiles/profile.ts";
import { vault } from "../vault/vault.ts";

/**
 * Registers this phone without any network (REG-2): it draws, and derives with what the QR code carried. A code that this
 * phone has scanned before gives the Device ID of then: another draw would make other keys than those the server made.
 */
export async function registerOffline(link: OfflineLink): Promise<Profile> {
  const known = vault.profiles().find(({ id }) => id === link.registrationId);
  if (known) return known;
  const { seed, registrationId, algorithm } = link;
  const drawn = crypto.getRandomValues(new Uint8Array(drawnBytes));
  // The key first: a profile that is there is whole.
  const challengeKey = link.types.includes("qr-challenge")
    ? await importKey(registrationId, offlineKey(seed, drawn, "qr challenge", algorithm))
    : null;
  const profile: Profile = {
    id: registrationId,
    kind: "offline",
    issuer: link.enterprise,
    account: link.account,
    label: "",
    deviceId: deviceIdOf(seed, registrationId, drawn),
    types: link.types,
    codes: (["totp", "hotp"] as const)
      .filter((kind) => link.types.includes(kind))
      .map((kind): CodeSource => {
        const secret = offlineKey(seed, drawn, kind, algorithm);
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
    staged: null,
    notice: null,
    server: null,
  };
  await vault.put(profile);
  return profile;
}

function importKey(profileId: string, key: Uint8Array): Promise<string> {
  return vault.importChallengeKey(profileId, key).finally(() => key.fill(0));
}
