import { z } from "zod";
import { phoneMode, phoneType } from "./phone-types.ts";
import { displayText, epochMs, identifier } from "./primitives.ts";
import { authenticatorAppSettings } from "./settings-api.ts";

/**
 * Phones, which are registered authenticator apps: /api/v1/users/:id/phones for administrators, /api/v1/me/phones for the
 * person himself, and how he registers one at the portal or in a terminal.
 */

/** Twelve characters in groups of four, as the phone shows them (REG-2). */
export const deviceId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);

export const phoneStatus = z.enum(["enabled", "disabled"]);

export const phoneView = z.strictObject({
  id: identifier,
  userId: identifier,
  label: displayText,
  /** `offline`: lists say `Offline QR code` (REG-3); `online`: `Last sync` with `lastSyncMs` (REG-5). */
  mode: phoneMode,
  deviceId,
  types: z.array(phoneType),
  status: phoneStatus,
  createdAtMs: epochMs,
  /** Of an online phone: when it last heard from a server. */
  lastSyncMs: epochMs.nullable(),
  /** An online phone that has not been heard of for 30 days (AMB-REG-7). */
  silent: z.boolean(),
  /** What the phone calls itself, and its app's version; null: registered offline. */
  phoneName: z.string().nullable(),
  appVersion: z.string().nullable(),
  /** Whether its keys are bound to the owner's fingerprint or face (AMB-REG-4). */
  biometric: z.boolean(),
});
export type PhoneView = z.infer<typeof phoneView>;
export const phoneList = z.strictObject({ items: z.array(phoneView), next: z.null() });

/** PATCH /api/v1/users/:id/phones/:phoneId. An online phone has its new types at once, or when it next syncs (REG-10). */
export const phoneChange = z
  .strictObject({
    label: displayText.max(60).optional(),
    types: z.array(phoneType).min(1).max(4).optional(),
    status: phoneStatus.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, { message: "nothing is to be changed" });
export type PhoneChange = z.infer<typeof phoneChange>;

/** GET /api/v1/me/phones. */
export const ownPhoneList = phoneList.extend({
  /** How a phone is registered from now on (REG-12). */
  registers: phoneMode,
  /** Whether he may, here and now. */
  mayRegister: z.boolean(),
});
export type OwnPhoneList = z.infer<typeof ownPhoneList>;

/** PATCH /api/v1/me/phones/:phoneId. */
export const ownPhoneChange = z.strictObject({ label: displayText.max(60) });

/** POST /api/v1/me/phones/registrations. A rescan keeps the phone's record and gives it new keys (REG-18, REG-20). */
export const phoneRegistrationCreation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("new"), label: displayText.max(60).optional() }),
  z.strictObject({ kind: z.literal("rescan"), phoneId: identifier }),
]);
export type PhoneRegistrationCreation = z.infer<typeof phoneRegistrationCreation>;

export const registrationEnd = z.enum([
  "expired",
  "cancelled",
  /** The person said that the six digits are not the same. */
  "digits-differ",
  /** Three Device IDs that the phone did not make. */
  "wrong-device-id",
  /** Another registration was begun. */
  "replaced",
  /** The user was locked, or reported a device stolen. */
  "user-stopped",
  /** The store was restored from a backup. */
  "restored",
]);
export type RegistrationEnd = z.infer<typeof registrationEnd>;

const registration = z.strictObject({
  id: identifier,
  kind: z.enum(["new", "rescan"]),
  mode: phoneMode,
  /** Which phone a rescan is of. */
  phoneId: identifier.nullable(),
  expiresAtMs: epochMs,
});

/** What the portal shows once: whoever has it can register a phone, if the person lets him. */
export const phoneRegistration = registration.extend({
  link: z.string(),
  qr: z.strictObject({ svg: z.string(), terminal: z.string() }),
});
export type PhoneRegistration = z.infer<typeof phoneRegistration>;

/** A second phone scanned the same code; it was refused. */
const followed = registration.extend({ anotherPhoneTried: z.boolean() });

/** GET /api/v1/me/phones/registrations/:id (REG-8). */
export const phoneRegistrationView = z.discriminatedUnion("state", [
  followed.extend({
    state: z.literal("waiting"),
    /** Of an offline registration: how often a Device ID may still be typed. */
    triesLeft: z.number().int().nonnegative().nullable(),
  }),
  /** Online: the phone has scanned; both show these six digits, and the person compares them. */
  followed.extend({
    state: z.literal("scanned"),
    digits: z.string().regex(/^\d{6}$/),
    phoneName: z.string(),
  }),
  /** The person said that they are the same; the phone takes over its keys. */
  followed.extend({ state: z.literal("finishing"), phoneName: z.string() }),
  followed.extend({ state: z.literal("done"), phone: phoneView }),
  followed.extend({ state: z.literal("ended"), why: registrationEnd }),
]);
export type PhoneRegistrationView = z.infer<typeof phoneRegistrationView>;

/** POST /api/v1/me/phones/registrations/:id/confirm: the digits that both screens show. */
export const digitsConfirmation = z.strictObject({ digits: z.string().regex(/^\d{6}$/) });

/** POST /api/v1/me/phones/registrations/:id/device-id. As it was typed: case, spaces and look-alikes do not count. */
export const deviceIdEntry = z.strictObject({ deviceId: z.string().min(1).max(64) });

/** GET /api/v1/settings/authenticator-app. */
export const authenticatorAppView = authenticatorAppSettings.extend({
  /** How many there are now, whatever new ones become: a switch changes none of them (REG-17, AMB-REG-2). */
  phones: z.strictObject({
    online: z.number().int().nonnegative(),
    offline: z.number().int().nonnegative(),
  }),
});
export type AuthenticatorAppView = z.infer<typeof authenticatorAppView>;

/** PUT /api/v1/settings/authenticator-app. */
export const authenticatorAppSettingsChange = z.strictObject({
  /** As read; refused where somebody else changed the settings meanwhile. */
  version: z.number().int().nonnegative().optional(),
  authenticatorApp: authenticatorAppSettings,
});
export type AuthenticatorAppSettingsChange = z.infer<typeof authenticatorAppSettingsChange>;
