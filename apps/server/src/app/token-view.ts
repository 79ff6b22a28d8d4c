import type { TokenView } from "@holdfast/protocol/admin-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";
import { alertWhile } from "./alerts.ts";
import type { AppPorts } from "./ports.ts";

/** Kinds of tokens that offline sign-in can use: their next codes can be known beforehand (OTP-2, OTP-15). */
export const offlineCapableKinds: readonly TokenRow["kind"][] = ["hotp"];

/** The event-based tokens in use, the one that is cached offline first (OTP-28). */
export function enabledHotp(tokens: readonly TokenRow[]): TokenRow[] {
  return tokens.filter(({ kind, status }) => kind === "hotp" && status === "enabled");
}

/** One token is used, online and offline; an administrator should know of people who carry more (OTP-28). */
export async function watchTokens(ports: AppPorts, tx: Transaction, userId: string): Promise<void> {
  const enabled = enabledHotp(await tx.tokens.ofUser(userId));
  await alertWhile(ports, tx, enabled.length > 1, { kind: "more-than-one-token", userId, endpointId: null });
}

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
    offlineCapable: offlineCapableKinds.includes(row.kind),
    cachedOffline: row.id === cachedTokenId,
    nextCounter: row.nextCounter,
    periodSeconds: row.periodSeconds,
    windowSize: row.windowSize,
    cacheSize: row.cacheSize,
    effectiveWindowSize: row.windowSize ?? policy.hotp.windowSize,
    exposed: row.exposed,
    createdAtMs: row.createdAtMs,
  };
}
