import { timingSafeEqual } from "node:crypto";
import { FEW_RECOVERY_CODES } from "@holdfast/core/messages/sign-in-text";
import type { LookupMac } from "../../keys/lookup-key.ts";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import { heldOf, type RecoveryCodesData } from "./data.ts";

/** Letters and digits that nobody takes for another when they are written by hand: no 0 O, 1 I L, 5 S, 8 B, 2 Z, U V. */
const alphabet = "34679ACDEFGHJKMNPQRTWXY";
const symbolsPerCode = 12;
export const codesPerSet = 10;

/** Twelve symbols of 23: 54 bits, shown in groups of four. */
export function newRecoveryCodes(entropy: (bytes: number) => Uint8Array): string[] {
  const symbols: string[] = [];
  // The largest multiple of the alphabet's length: what lies above would come more often.
  const end = 256 - (256 % alphabet.length);
  while (symbols.length < codesPerSet * symbolsPerCode) {
    for (const byte of entropy(64)) if (byte < end) symbols.push(alphabet[byte % alphabet.length] ?? "");
  }
  return Array.from({ length: codesPerSet }, (_, index) => {
    const code = symbols.slice(index * symbolsPerCode, (index + 1) * symbolsPerCode).join("");
    return code.replace(/(.{4})(?=.)/g, "$1-");
  });
}

export function recoveryCodesDataOf(
  mac: LookupMac,
  userId: string,
  codes: readonly string[],
): RecoveryCodesData {
  return { codes: codes.map((code) => ({ mac: macOf(mac, userId, code), usedAtMs: null })) };
}

export type RecoveryCodeFinding =
  | { readonly kind: "right"; readonly data: RecoveryCodesData; readonly left: number }
  /** Right once, and used before: only a retry of that very attempt may hear so. */
  | { readonly kind: "used" }
  | { readonly kind: "wrong" };

/** Every code of the set is compared, whichever it is. */
export function checkRecoveryCode(
  mac: LookupMac,
  userId: string,
  { codes }: RecoveryCodesData,
  typed: string,
  nowMs: number,
): RecoveryCodeFinding {
  const wanted = Buffer.from(macOf(mac, userId, typed), "base64url");
  const equal = codes.map((code) => timingSafeEqual(wanted, Buffer.from(code.mac, "base64url")));
  const at = equal.indexOf(true);
  if (at < 0) return { kind: "wrong" };
  if (codes[at]?.usedAtMs !== null) return { kind: "used" };
  const data = { codes: codes.map((code, index) => (index === at ? { ...code, usedAtMs: nowMs } : code)) };
  return { kind: "right", data, left: codesLeft(data) };
}

export function codesLeft({ codes }: RecoveryCodesData): number {
  return codes.filter(({ usedAtMs }) => usedAtMs === null).length;
}

/** For user pages, before the last is gone. */
export function recoveryCodeWarnings(
  rows: readonly AuthenticatorRow[],
): { readonly code: string; readonly message: string }[] {
  return heldOf(rows, "recovery-code")
    .map(({ data }) => codesLeft(data))
    .filter((left) => left < FEW_RECOVERY_CODES)
    .map((left) => ({
      code: "few-recovery-codes",
      message: `Recovery codes left: ${left}. A new set replaces the old one.`,
    }));
}

function macOf(mac: LookupMac, userId: string, code: string): string {
  return mac("recovery code", `${userId}\0${code.replace(/[\s-]/g, "").toUpperCase()}`);
}
