import type { PhoneMode, PhoneType } from "@holdfast/protocol/phone-types";
import type { PushObstacle } from "@holdfast/protocol/push-api";

/** What of a phone decides whether it can be asked. */
export type PhoneFacts = {
  readonly id: string;
  readonly mode: PhoneMode;
  readonly types: readonly PhoneType[];
  readonly status: "enabled" | "disabled" | "revoked";
  readonly hasApprovalKey: boolean;
  /** Its keys are bound to its owner's fingerprint or face, by a credential whose answers can be verified. */
  readonly biometric: boolean;
  readonly lastSyncMs: number | null;
};

export type PushStanding = { readonly enabled: boolean; readonly requireBiometric: boolean };

export type PushReadiness =
  | { readonly kind: "ready"; readonly phoneIds: readonly string[] }
  | { readonly kind: "not-ready"; readonly why: PushObstacle };

/** Push works for who has it enabled and an online phone that may approve, and for nobody else (REG-26). */
export function pushReadiness(standing: PushStanding | null, phones: readonly PhoneFacts[]): PushReadiness {
  if (!standing?.enabled) return notReady("not-enabled");
  const there = phones.filter(({ status }) => status === "enabled");
  if (there.length === 0) return notReady("no-phone");
  const online = there.filter(({ mode }) => mode === "online");
  if (online.length === 0) return notReady("only-offline-phones");
  const able = online.filter(({ types, hasApprovalKey }) => types.includes("push") && hasApprovalKey);
  if (able.length === 0) return notReady("not-a-type-of-any-phone");
  const bound = able.filter(({ biometric }) => biometric || !standing.requireBiometric);
  return bound.length === 0
    ? notReady("no-phone-with-biometric")
    : { kind: "ready", phoneIds: bound.map(({ id }) => id) };
}

/** After so long without a sync it is doubtful that somebody still looks at that phone (AMB-REG-7). */
export const SILENT_AFTER_DAYS = 30;
const silentAfterMs = SILENT_AFTER_DAYS * 86_400_000;

/** Of the phones that would be asked, those that have not been heard of for long: allowed, and worth a warning. */
export function silentPhones(phones: readonly PhoneFacts[], nowMs: number): PhoneFacts[] {
  return phones.filter(({ lastSyncMs }) => lastSyncMs === null || nowMs - lastSyncMs >= silentAfterMs);
}

function notReady(why: PushObstacle): PushReadiness {
  return { kind: "not-ready", why };
}
