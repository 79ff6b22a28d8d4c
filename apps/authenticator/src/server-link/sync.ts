import type { PhoneConfiguration, PhoneSyncAnswer } from "@holdfast/protocol/phone-api";
import type { CodeSource, Profile } from "../profiles/profile.ts";
import { vault } from "../vault/vault.ts";
import { appVersion } from "./about-phone.ts";
import { callServer, signerOf } from "./call.ts";

export type Synced = "synced" | "revoked" | "unreachable";

/** Makes the profile what the server says it is (REG-21). A seed that comes is stored first, and only then told to count. */
export async function syncProfile(profileId: string): Promise<Synced> {
  for (let round = 0; round < mostRounds; round++) {
    const profile = vault.profiles().find(({ id }) => id === profileId);
    const signer = profile && signerOf(profile);
    if (!signer) return "revoked";
    const have = profile.codes.map(({ tokenId }) => tokenId);
    const answer = await callServer<PhoneSyncAnswer>(signer, "POST", "/api/v1/phone/sync", {
      have,
      appVersion,
    });
    if (answer.kind === "unreachable") return "unreachable";
    if (answer.kind === "refused") {
      if (answer.code !== "phone-revoked") return "unreachable";
      await vault.change(profileId, (now) => ({ ...now, notice: revokedText }));
      return "revoked";
    }
    const { value } = answer;
    await vault.change(profileId, (now) => configured(now, value, Date.now(), value.serverTimeMs));
    if (value.codes.every(({ secret }) => secret === null)) return "synced";
  }
  return "synced";
}

/** One to get seeds, one to say that they are kept, and one for what changed in between. */
const mostRounds = 3;

export const revokedText =
  "The server no longer knows this phone: it was removed, or registered again elsewhere. Register it again at the portal, then remove this profile.";

/** `serverTimeMs` null: not told. */
export function configured(
  profile: Profile,
  configuration: PhoneConfiguration,
  nowMs: number,
  serverTimeMs: number | null,
): Profile {
  const { enterprise, account, deviceId, types, codes, status } = configuration;
  const kept = codes.flatMap((code): CodeSource[] => {
    const known = profile.codes.find(({ tokenId }) => tokenId === code.tokenId);
    const secret = code.secret ?? known?.secret;
    if (secret === undefined) return [];
    const { tokenId, kind, digits, algorithm, periodSeconds } = code;
    // What was shown here and not used yet is above what the server has seen.
    const counter = kind === "hotp" ? Math.max(known?.counter ?? 0, code.counter) : 0;
    return [{ tokenId, kind, secret, digits, algorithm, periodSeconds, counter }];
  });
  return {
    ...profile,
    kind: "online",
    issuer: enterprise,
    account,
    deviceId,
    types,
    codes: kept,
    lastSyncMs: nowMs,
    clockDriftMs: serverTimeMs === null ? profile.clockDriftMs : serverTimeMs - nowMs,
    notice: noticeOf(status, kept.length < codes.length),
  };
}

function noticeOf(status: PhoneConfiguration["status"], lost: boolean): string | null {
  if (status === "disabled") return "This phone is disabled for now: your help desk can enable it again.";
  return lost
    ? "A code is missing here: this phone lost its seed. Have the portal rescan the phone to make it anew."
    : null;
}
