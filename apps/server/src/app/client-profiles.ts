import { registryFile } from "@holdfast/core/managed-configuration/registry-file";
import { wlmNotice, wlmProfile, wlmRegistryText } from "@holdfast/core/managed-configuration/wlm-profile";
import type { AppPorts } from "./ports.ts";

/** What a workstation logon manager on Windows has to be told to use this server (OTP-16, OTP-20). */
export function wlmClientProfile({ server }: Pick<AppPorts, "server">, offlineEnabled: boolean) {
  const { authorityPin, site } = server;
  return {
    name: "wlm",
    ...wlmProfile({ serverUrl: server.url(), authorityPin, site, offlineEnabled }),
    notice: wlmNotice,
  } as const;
}

export function wlmRegistryFile(ports: Pick<AppPorts, "server">, offlineEnabled: boolean): Uint8Array {
  return registryFile(wlmRegistryText(wlmClientProfile(ports, offlineEnabled)));
}
