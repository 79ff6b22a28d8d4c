import type { PhoneRow } from "../phones-store.ts";
import { startMs } from "./samples.ts";

export const keySample = { kty: "EC" as const, crv: "P-256" as const, x: "x".repeat(43), y: "y".repeat(43) };

export function phoneSample(id: string, changes: Partial<PhoneRow> = {}): PhoneRow {
  return {
    id,
    userId: "usr_ada",
    label: "Ada's phone",
    mode: "online",
    deviceId: "7KQ4-MXW3-NA52",
    types: ["totp", "push"],
    status: "enabled",
    requestKeyThumbprint: `thumbprint-${id}`,
    requestKey: keySample,
    approvalKey: keySample,
    challengeKey: "c".repeat(43),
    biometric: { credentialId: "c", publicKey: "p", counter: 0, relyingPartyId: "app.example" },
    phoneName: "Android phone",
    appVersion: "0.1.0",
    registrationId: "reg_1",
    createdAtMs: startMs,
    lastSyncMs: null,
    ...changes,
  };
}
