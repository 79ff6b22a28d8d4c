import type { PhoneFacts } from "@holdfast/core/push/readiness";
import type { PhoneRow } from "../../store/phones-store.ts";

export function phoneFacts(phone: PhoneRow): PhoneFacts {
  const { id, mode, types, status, lastSyncMs } = phone;
  return {
    ...{ id, mode, types, status, lastSyncMs },
    hasApprovalKey: phone.approvalKey !== null,
    biometric: phone.biometric !== null,
  };
}
