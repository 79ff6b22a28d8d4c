import { z } from "zod";
import { tokenCreation, tokenStatus } from "./admin-api.ts";
import { factor } from "./policy.ts";
import { displayText, epochMs, identifier } from "./primitives.ts";

/**
 * A user's authenticators of every kind but the password, under /api/v1/users/:id/authenticators for administrators and
 * /api/v1/me/authenticators for the person himself.
 */

export const authenticatorKind = factor.exclude([
  "password",
  "temporary-code",
  "bypass-code",
  "ocra",
  // What a phone does, which is in a list of its own.
  "push",
  "qr-challenge",
]);
export type AuthenticatorKind = z.infer<typeof authenticatorKind>;

export const authenticatorView = z.strictObject({
  id: identifier,
  userId: identifier,
  kind: authenticatorKind,
  label: displayText,
  status: tokenStatus,
  /** Event-based tokens work offline, and nothing else does (OTP-2 to OTP-4, OTP-15). */
  offlineCapable: z.boolean(),
  /** The event-based token that offline sign-in uses: the first enabled one (OTP-28). */
  cachedOffline: z.boolean(),
  createdAtMs: epochMs,
  /** Null: not known, as of tokens, or never. */
  lastUsedAtMs: epochMs.nullable(),
  /** Of recovery codes: how many are left. */
  codesLeft: z.number().int().nonnegative().nullable(),
  /** Of a PIN: when it must be renewed. */
  expiresAtMs: epochMs.nullable(),
  /** Of a passkey: the host name that it works at. */
  relyingPartyId: z.string().nullable(),
  /** Of a passkey: its maker may copy it to the person's other devices. */
  synchronised: z.boolean().nullable(),
  /** Of what codes are sent to: as much of the number or address as tells which one it is. */
  address: z.string().nullable(),
});
export type AuthenticatorView = z.infer<typeof authenticatorView>;
/** One page, always: nobody has more than twenty of a kind. */
export const authenticatorList = z.strictObject({
  items: z.array(authenticatorView),
  next: z.string().nullable(),
});

/** What can be enrolled without a browser's help. Recovery codes replace the set before, a PIN the PIN before. */
export const authenticatorCreation = z.discriminatedUnion("kind", [
  tokenCreation.extend({ kind: z.literal("hotp") }),
  tokenCreation.extend({ kind: z.literal("totp") }),
  z.strictObject({ kind: z.literal("recovery-code") }),
  z.strictObject({ kind: z.literal("pin"), pin: z.string().min(1).max(64) }),
  z.strictObject({
    kind: z.literal("card"),
    /** As its reader types it. */
    number: z.string().min(1).max(128),
    label: displayText.optional(),
  }),
]);
export type AuthenticatorCreation = z.infer<typeof authenticatorCreation>;

/** What is shown once is shown here. */
export const authenticatorEnrolment = z.strictObject({
  authenticator: authenticatorView,
  /** Of a token whose secret was made here, for the authenticator app. */
  otpauthUri: z.string().nullable(),
  qr: z.strictObject({ svg: z.string(), terminal: z.string() }).nullable(),
  /** The recovery codes. */
  codes: z.array(z.string()).nullable(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type AuthenticatorEnrolment = z.infer<typeof authenticatorEnrolment>;

export const authenticatorChange = z.strictObject({
  label: displayText.optional(),
  status: z.enum(["enabled", "disabled"]).optional(),
});
export type AuthenticatorChange = z.infer<typeof authenticatorChange>;

/** POST …/authenticators/:id/trial: whether a token's code is right. A right one is used up, and ends `pending`. */
export const codeTrial = z.strictObject({ code: z.string().min(1).max(16) });
export const codeTrialAnswer = z.strictObject({ right: z.boolean() });
export type CodeTrialAnswer = z.infer<typeof codeTrialAnswer>;

/** POST …/authenticators/passkey-options: what to hand to `navigator.credentials.create`, and what to bring back. */
export const passkeyCreationOptions = z.strictObject({
  /** PublicKeyCredentialCreationOptions as JSON (Web Authentication Level 3 §5.1.8). */
  options: z.record(z.string(), z.unknown()),
  /** Sealed by the server; good for two minutes and for this person and app only. */
  ticket: z.string().max(4096),
});
export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>;

/** POST …/authenticators/passkeys. */
export const passkeyCreation = z.strictObject({
  ticket: z.string().max(4096),
  label: displayText.optional(),
  /** What the browser answered, as JSON (RegistrationResponseJSON). */
  response: z.record(z.string(), z.unknown()),
});
export type PasskeyCreation = z.infer<typeof passkeyCreation>;
