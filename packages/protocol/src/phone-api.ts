import { z } from "zod";
import { phoneMode, phoneType } from "./phone-types.ts";
import { deviceId, phoneStatus, registrationEnd } from "./phones-api.ts";
import {
  base64url,
  counter,
  displayText,
  duration,
  epochMs,
  hotpAlgorithm,
  hotpDigits,
  identifier,
  publicKey,
  userName,
} from "./primitives.ts";

/**
 * What an authenticator app calls, at the app's own origin and always with a proof of its request key (RFC 9449):
 * /api/v1/phone-registrations/:id to be registered, /api/v1/phone once it is.
 */

/** POST …/claim: what the QR code gave, and the keys that the phone made for it. Repeated by the same phone: the same answer. */
export const phoneClaim = z.strictObject({
  token: base64url.length(43),
  /** Signs every request from now on. */
  requestKey: publicKey,
  /** Signs what the person approves. */
  approvalKey: publicKey,
  /** X25519 (RFC 7748), for challenges of endpoints that have no network. */
  challengeKey: base64url.length(43),
  /**
   * Of the credential that guards the app's keys: its RegistrationResponseJSON, and the AuthenticationResponseJSON by which
   * it answers this very claim (core/registration/pairing-digits). Null: a PIN guards them.
   */
  biometric: z
    .strictObject({
      credential: z.record(z.string(), z.unknown()),
      assertion: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  phoneName: displayText.max(60),
  appVersion: displayText.max(40),
});
export type PhoneClaim = z.infer<typeof phoneClaim>;

export const phoneClaimAnswer = z.strictObject({
  registrationId: identifier,
  kind: z.enum(["new", "rescan"]),
  phoneId: identifier.nullable(),
  /** Of a rescan: under which registration the phone got the keys that it has, by which an offline profile is known. */
  registeredBy: identifier.nullable(),
  enterprise: displayText,
  account: userName,
  /** base64url of 16 random bytes, out of which and its own keys the phone computes the six digits. */
  nonce: base64url.length(22),
  digits: z.string().regex(/^\d{6}$/),
  expiresAtMs: epochMs,
});
export type PhoneClaimAnswer = z.infer<typeof phoneClaimAnswer>;

/** A seed for codes. `secret`: base64url; null where the phone said that it has it. */
export const phoneCodes = z.strictObject({
  tokenId: identifier,
  kind: z.enum(["totp", "hotp"]),
  secret: base64url.max(200).nullable(),
  digits: hotpDigits,
  algorithm: hotpAlgorithm,
  periodSeconds: z.number().int().positive().nullable(),
  counter,
});
export type PhoneCodes = z.infer<typeof phoneCodes>;

/** Everything of a profile that the server says (REG-21). */
export const phoneConfiguration = z.strictObject({
  phoneId: identifier,
  deviceId,
  enterprise: displayText,
  account: userName,
  label: displayText,
  mode: phoneMode,
  status: phoneStatus,
  types: z.array(phoneType),
  /** Codes that the phone shows; what is not here any more it forgets. */
  codes: z.array(phoneCodes).max(8),
});
export type PhoneConfiguration = z.infer<typeof phoneConfiguration>;

/** POST …/complete: asked again and again until the person has compared the digits. */
export const phoneCompletion = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("waiting"), expiresAtMs: epochMs }),
  /** To be stored beside what is there before `finish`; repeated: the same. */
  z.strictObject({ state: z.literal("ready"), configuration: phoneConfiguration, expiresAtMs: epochMs }),
  /** Finished before. */
  z.strictObject({ state: z.literal("done"), phoneId: identifier }),
  z.strictObject({ state: z.literal("ended"), why: registrationEnd }),
]);
export type PhoneCompletion = z.infer<typeof phoneCompletion>;

/** POST …/finish: from now on the new keys work and the old ones do not. Repeated for ever: the same. */
export const phoneFinish = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("done"), phoneId: identifier }),
  /** What was staged is void, and what was there before works on. */
  z.strictObject({ state: z.literal("ended"), why: registrationEnd }),
]);
export type PhoneFinish = z.infer<typeof phoneFinish>;

/** POST /api/v1/phone/sync. */
export const phoneSync = z.strictObject({
  /** Tokens whose seeds the phone keeps durably: their codes count from now on, and the seeds are not told again. */
  have: z.array(identifier).max(16),
  appVersion: displayText.max(40),
});
export type PhoneSync = z.infer<typeof phoneSync>;

export const phoneSyncAnswer = phoneConfiguration.extend({
  serverTimeMs: epochMs,
  push: z.strictObject({ enabled: z.boolean(), requireBiometric: z.boolean() }),
});
export type PhoneSyncAnswer = z.infer<typeof phoneSyncAnswer>;

/**
 * GET /api/v1/phone/stream: a WebSocket (RFC 6455) whose messages are these, as JSON, and at which the phone says nothing.
 * `sync`: ask for a sync; `push-requests`: look what waits. What its handshake offers is in phone-stream.ts.
 */
export const phoneStreamMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), heartbeat: duration }),
  z.strictObject({ type: z.literal("heartbeat") }),
  z.strictObject({ type: z.literal("sync") }),
  z.strictObject({ type: z.literal("push-requests") }),
]);
export type PhoneStreamMessage = z.infer<typeof phoneStreamMessage>;
