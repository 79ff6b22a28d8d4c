import { WLM_CACHE_SIZE } from "../oath/effective-cache-size.ts";
import { type RegistryKey, registryText } from "./registry-file.ts";

/** What a workstation logon manager on Windows has to be told (OTP-16, OTP-20). */
export type WlmProfile = {
  /** `https://host:port`. */
  readonly serverUrl: string;
  /** base64url of the SHA-256 of the certificate authority's public key: nobody clicks through a warning. */
  readonly authorityPin: string;
  readonly site: string;
  /** The client's own switch; the user's policy must allow offline sign-in too. */
  readonly offlineEnabled: boolean;
  /** Codes it asks for where neither token nor user says. */
  readonly offlineLogins: number;
};

export function wlmProfile(server: Omit<WlmProfile, "offlineLogins">): WlmProfile {
  return { ...server, offlineLogins: WLM_CACHE_SIZE };
}

/** Plainly said wherever the profile is shown (AMB-OTP-9). */
export const wlmNotice =
  "Holdfast ships no Windows client, and none was tried: these are the settings that one would read.";

const root = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Holdfast";

/** The profile as text of a .reg file; `registryFile` makes its bytes. */
export function wlmRegistryText(profile: WlmProfile): string {
  const { serverUrl, authorityPin, site, offlineEnabled, offlineLogins } = profile;
  const keys: readonly RegistryKey[] = [
    { path: root, values: { ServerUrl: serverUrl, AuthorityPin: authorityPin, Site: site } },
    {
      path: `${root}\\LogonManager`,
      values: { Profile: "wlm", OfflineEnabled: offlineEnabled ? 1 : 0, OfflineLogins: offlineLogins },
    },
  ];
  return registryText(keys, [wlmNotice]);
}
