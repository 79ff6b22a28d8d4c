import type { TokenView } from "@holdfast/protocol/admin-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { TokenRow } from "../store/store.ts";

/** What an administrator sees of a token: everything but its secret. */
export function tokenView(row: TokenRow, policy: UserPolicy, cachedTokenId: string | null): TokenView {
  return {
    id: row.id,
    userId: row.userId,
    kind: row.kind,
    label: row.label,
    digits: row.digits,
    algorithm: row.algorithm,
    status: row.status,
    offlineCapable: true,
    cachedOffline: row.id === cachedTokenId,
    nextCounter: row.nextCounter,
    windowSize: row.windowSize,
    cacheSize: row.cacheSize,
    effectiveWindowSize: row.windowSize ?? policy.hotp.windowSize,
    exposed: row.exposed,
    createdAtMs: row.createdAtMs,
  };
}
