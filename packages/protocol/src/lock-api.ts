import { z } from "zod";
import { authenticatorKind } from "./authenticators-api.ts";
import { revocation } from "./bundle.ts";
import { displayText, epochMs, identifier, reasonText } from "./primitives.ts";

/**
 * What stops somebody at once (UNI-4): "Lock this user" under /api/v1/users/:id/lock, and the report of a lost or stolen
 * device under /api/v1/users/:id/stolen-device.
 */

/** POST /api/v1/users/:id/lock. */
export const userLockRequest = z.strictObject({ reason: reasonText });
export type UserLockRequest = z.infer<typeof userLockRequest>;

/** POST /api/v1/users/:id/stolen-device. */
export const stolenDeviceRequest = z.strictObject({
  /** Enrolments that went with the device. They are deleted for good (TC-28, TC-31). */
  authenticatorIds: z.array(identifier).max(100),
  reason: reasonText,
  /** A policy in which enrolling cannot be put off (TC-45). */
  moveToPolicyId: identifier.optional(),
});
export type StolenDeviceRequest = z.infer<typeof stolenDeviceRequest>;

/** An endpoint that held something of the user when he was stopped. */
export const stoppedEndpoint = z.strictObject({
  endpointId: identifier,
  endpointName: displayText,
  site: displayText,
  endpointStatus: z.enum(["active", "revoked"]),
  connected: z.boolean(),
  /** `done`: the endpoint has said that it deleted it. `pending`: it has not heard the order yet. */
  state: z.enum(["done", "pending"]),
  reason: revocation.shape.reason,
  orderedAtMs: epochMs,
  doneAtMs: epochMs.nullable(),
  lastContactAtMs: epochMs.nullable(),
  /** Until then the endpoint may honour what it holds; null: no longer, because it is done, used up or over. */
  usableUntilMs: epochMs.nullable(),
  /** Offline sign-ins that it may allow until then at most. */
  offlineSignInsLeft: z.number().int().nonnegative(),
});
export type StoppedEndpoint = z.infer<typeof stoppedEndpoint>;

/** What of a person can be disabled or deleted; a phone with everything that it does. */
export const stoppedKind = z.enum([...authenticatorKind.options, "phone"]);
export type StoppedKind = z.infer<typeof stoppedKind>;

const stop = z.strictObject({
  atMs: epochMs,
  /** As the audit names him, and what he is called now; null: nothing but that is known. */
  by: z.string(),
  byName: z.string().nullable(),
  /** Who made the API key that did it. */
  byPerson: z.string().nullable(),
  reason: z.string(),
  /** What was disabled (lock) or deleted (stolen device). */
  authenticators: z.array(z.strictObject({ id: identifier, kind: stoppedKind, label: z.string() })),
});

/** GET /api/v1/users/:id/lock. */
export const userLockView = z.strictObject({
  /** Null: he is not locked. */
  lock: stop.nullable(),
  /** The last time that a device of his was reported; null: never. */
  stolenDevice: stop.nullable(),
  /** By name: every endpoint that the last lock or report sent an order to, and whoever has not carried one out. */
  endpoints: z.array(stoppedEndpoint),
  asOfMs: epochMs,
});
export type UserLockView = z.infer<typeof userLockView>;

/** What a lock or a report ended, and what is still out. */
export const stopAnswer = userLockView.extend({
  ended: z.strictObject({
    sessions: z.number().int().nonnegative(),
    authenticators: z.number().int().nonnegative(),
    appPasswords: z.number().int().nonnegative(),
    /** Temporary and bypass codes, codes that were sent, challenges and orders that waited for an answer. */
    codesAndChallenges: z.number().int().nonnegative(),
    /** API keys that he made, which are refused until a lock ends; none by the report of a device. */
    apiKeys: z.array(z.strictObject({ id: identifier, name: displayText })),
  }),
});
export type StopAnswer = z.infer<typeof stopAnswer>;

/** GET /api/v1/users/:id/stolen-device: what to know before it is done. */
export const stolenDeviceQuery = z.strictObject({
  /** With commas: those that would be deleted; empty: none, so how things stand. Absent: all. */
  authenticatorIds: z
    .string()
    .max(6500)
    .regex(/^(?:[A-Za-z0-9_-]{1,64}(?:,[A-Za-z0-9_-]{1,64})*)?$/)
    .optional(),
});
export const stolenDevicePreview = z.strictObject({
  cautions: z.array(
    z.strictObject({
      /** `cannot-sign-orders` (TC-29), `no-second-factor`: nothing is left beside the password; `password-only` (TC-45). */
      code: z.enum(["cannot-sign-orders", "no-second-factor", "password-only"]),
      message: z.string(),
    }),
  ),
  /** The remedy of `password-only`: policies in which enrolling cannot be put off. Empty where it is none. */
  policies: z.array(z.strictObject({ id: identifier, name: displayText })),
  /** Whether the caller may move this user to another policy. */
  mayMove: z.boolean(),
});
export type StolenDevicePreview = z.infer<typeof stolenDevicePreview>;
