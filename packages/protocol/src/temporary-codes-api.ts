import { z } from "zod";
import { duration, durationSeconds, epochMs, identifier, reasonText } from "./primitives.ts";

/**
 * Codes that the help desk gives to a person who has no second factor at hand, under /api/v1/users/:id/temporary-code;
 * what the enterprise allows, at PUT /api/v1/settings/temporary-codes.
 */

/** No code lasts longer, whatever the enterprise allows (TC-24, AMB-TC-2). */
export const LONGEST_TEMPORARY_CODE = "P14D";
const mostSeconds = durationSeconds(LONGEST_TEMPORARY_CODE) ?? 0;

/** What a code can stand for the second factor of; of nothing else, ever (TC-8, TC-9). */
export const temporaryCodeWorkflow = z.enum(["workstation", "remote-access"]);
export type TemporaryCodeWorkflow = z.infer<typeof temporaryCodeWorkflow>;

export const temporaryCodeUse = z.enum(["once", "multiple"]);
export type TemporaryCodeUse = z.infer<typeof temporaryCodeUse>;

const lifetime = duration.refine(
  (text) => {
    const seconds = durationSeconds(text);
    return seconds !== null && seconds >= 1 && seconds <= mostSeconds;
  },
  { message: `from PT1S to ${LONGEST_TEMPORARY_CODE}` },
);

export const temporaryCodeSettings = z
  .strictObject({
    /** Off by default (TC-12). Codes that were given out are refused while it is off (AMB-TC-7). */
    allowed: z.boolean(),
    /** The longest lifetime that a helper may choose (TC-17). */
    longest: lifetime,
    /** Codes are good for one sign-in only. */
    onceOnly: z.boolean(),
    length: z.number().int().min(8).max(16),
    /** Without look-alikes, or digits alone for keypads: then 10 or more, as no one-time code has. */
    alphabet: z.enum(["letters-and-digits", "digits"]),
  })
  .refine(({ alphabet, length }) => alphabet !== "digits" || length >= 10, {
    path: ["length"],
    message: "a code of digits alone has 10 or more, so that nobody takes it for a one-time code",
  });
export type TemporaryCodeSettings = z.infer<typeof temporaryCodeSettings>;

export const defaultTemporaryCodeSettings: TemporaryCodeSettings = {
  allowed: false,
  longest: LONGEST_TEMPORARY_CODE,
  onceOnly: false,
  length: 10,
  alphabet: "letters-and-digits",
};

/** PUT /api/v1/settings/temporary-codes: all of them. */
export const temporaryCodeSettingsChange = z.strictObject({
  temporaryCodes: temporaryCodeSettings,
  /** Of the settings that were looked at; changed meanwhile: refused. */
  version: z.number().int().nonnegative().optional(),
});
export type TemporaryCodeSettingsChange = z.infer<typeof temporaryCodeSettingsChange>;

export const activeTemporaryCode = z.strictObject({
  id: identifier,
  use: temporaryCodeUse,
  workflows: z.array(temporaryCodeWorkflow).min(1).max(2),
  createdAtMs: epochMs,
  expiresAtMs: epochMs,
  /** As the audit names him who generated it. */
  createdBy: z.string(),
  /** What he is called now; null: nothing more is known. */
  createdByName: z.string().nullable(),
  /** Who made the API key that did it. */
  createdByPerson: z.string().nullable(),
  /** Sign-ins by it. */
  uses: z.number().int().nonnegative(),
  lastUsedAtMs: epochMs.nullable(),
  /** Refused sign-ins of this user at which something in the form of a temporary code was typed. */
  refusedTries: z.number().int().nonnegative(),
  reason: z.string(),
});
export type ActiveTemporaryCode = z.infer<typeof activeTemporaryCode>;

/** GET: what a help desk needs to know before it generates one. Never the code. */
export const temporaryCodeView = z.strictObject({
  /** The user's policy takes temporary codes somewhere (TC-36, TC-37). */
  eligible: z.boolean(),
  /** By the enterprise (TC-39). */
  allowed: z.boolean(),
  /** The caller may generate, replace and revoke codes of this user (TC-40); never of himself (TC-47). */
  may: z.boolean(),
  limits: z.strictObject({
    longest: duration,
    onceOnly: z.boolean(),
    /** Of those two, what the user's policy takes temporary codes for. */
    workflows: z.array(temporaryCodeWorkflow).max(2),
  }),
  /** Null: none, or one that is over. */
  active: activeTemporaryCode.nullable(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type TemporaryCodeView = z.infer<typeof temporaryCodeView>;

/** POST: generates a code; the one before, if there is one, is void from then on (TC-42). */
export const temporaryCodeCreation = z.strictObject({
  use: temporaryCodeUse,
  lifetime,
  /** Default: all that the user's policy takes temporary codes for. */
  workflows: z.array(temporaryCodeWorkflow).min(1).max(2).optional(),
  /** How the person's identity was verified, and why he needs it, for the audit (TC-4). */
  reason: reasonText,
  /** The time zone that the date is to be told in; default UTC. */
  timeZone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_+/-]+$/)
    .optional(),
});
export type TemporaryCodeCreation = z.infer<typeof temporaryCodeCreation>;

/** The only time that the code is shown (TC-23). */
export const temporaryCodeCreated = z.strictObject({
  id: identifier,
  /** In groups, for reading out; spaces, hyphens and case do not count when it is typed. */
  code: z.string(),
  expiresAtMs: epochMs,
  /** What to tell the person, one sentence or two each (TC-22). */
  tell: z.array(z.string()),
});
export type TemporaryCodeCreated = z.infer<typeof temporaryCodeCreated>;
