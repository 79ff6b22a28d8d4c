import { base64url, epochMs } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";

/** What the store keeps of each kind of authenticator. */

export const passkeyData = z.strictObject({
  /** COSE_Key (RFC 9052 §7), base64url. */
  publicKey: base64url,
  /** The authenticator's signature counter; 0 where it has none (Web Authentication Level 3 §6.1.1). */
  counter: z.number().int().nonnegative(),
  transports: z.array(z.string()),
  /** It was made for this relying party and works at no other. */
  relyingPartyId: z.string(),
  /** It may be copied to the person's other devices by its maker. */
  synchronised: z.boolean(),
});
export type PasskeyData = z.infer<typeof passkeyData>;

/** A set of recovery codes: each is good once. */
export const recoveryCodesData = z.strictObject({
  codes: z.array(z.strictObject({ mac: base64url.length(43), usedAtMs: epochMs.nullable() })),
});
export type RecoveryCodesData = z.infer<typeof recoveryCodesData>;

export const pinData = z.strictObject({
  /** Argon2id salt. */
  salt: base64url.length(22),
  verifier: base64url.length(43),
  setAtMs: epochMs,
});
export type PinData = z.infer<typeof pinData>;

/** A phone number or a mail address that codes are sent to, and the code that is on its way. */
export const sentCodeData = z.strictObject({
  address: z.string().min(1),
  pending: z
    .strictObject({
      id: z.string(),
      /** Keyed MAC of the code. */
      mac: base64url.length(43),
      workflow: z.string(),
      sentAtMs: epochMs,
      tries: z.number().int().nonnegative(),
      usedAtMs: epochMs.nullable(),
    })
    .nullable(),
});

const schemas = {
  passkey: passkeyData,
  "recovery-code": recoveryCodesData,
  pin: pinData,
  "sms-code": sentCodeData,
  "email-code": sentCodeData,
} as const;

/** Rows of one kind with what they hold. */
export function heldOf<Kind extends keyof typeof schemas>(
  rows: readonly AuthenticatorRow[],
  kind: Kind,
): { row: AuthenticatorRow; data: z.infer<(typeof schemas)[Kind]> }[] {
  return rows
    .filter((row) => row.kind === kind)
    .map((row) => ({ row, data: schemas[kind].parse(row.data) as z.infer<(typeof schemas)[Kind]> }));
}
