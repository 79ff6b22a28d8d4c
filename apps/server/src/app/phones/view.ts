import type { PhoneView } from "@holdfast/protocol/phones-api";
import type { PhoneRow } from "../../store/phones-store.ts";

/** An online phone that was not heard of for longer may be switched off for good (AMB-REG-7). */
export const silentAfterMs = 30 * 86_400_000;

export function phoneView(row: PhoneRow, nowMs: number): PhoneView {
  const { id, userId, label, mode, deviceId, types, createdAtMs, lastSyncMs, phoneName, appVersion } = row;
  return {
    ...{ id, userId, label, mode, deviceId, types, createdAtMs, lastSyncMs, phoneName, appVersion },
    status: row.status === "enabled" ? "enabled" : "disabled",
    silent: mode === "online" && nowMs - (lastSyncMs ?? createdAtMs) > silentAfterMs,
    biometric: row.biometric !== null,
  };
}
