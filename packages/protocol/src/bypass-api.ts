import { z } from "zod";
import { displayText, epochMs, identifier, reasonText } from "./primitives.ts";

/**
 * What the help desk gives to a user at an endpoint without a network, under /api/v1/users/:id: a bypass code that stands
 * for his second factor there until the next contact, or the answer to one challenge that the endpoint shows (OTP-23).
 */

export const bypassKind = z.enum(["code", "challenge"]);
export type BypassKind = z.infer<typeof bypassKind>;

/** POST …/bypass-codes */
export const bypassCodeRequest = z.strictObject({
  endpointId: identifier,
  /** For the audit: why, and how the person was known. */
  reason: reasonText.optional(),
});
export type BypassCodeRequest = z.infer<typeof bypassCodeRequest>;

/** Shown once, to be read out; nothing reads it again. */
export const bypassCodeAnswer = z.strictObject({
  code: z.string(),
  number: z.number().int().positive(),
  /** It ends at the latest then: the endpoint's right to sign this user in offline ends. */
  notAfterMs: epochMs,
  mostUses: z.number().int().positive(),
  /** What to tell the person, and what to know besides. */
  tell: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type BypassCodeAnswer = z.infer<typeof bypassCodeAnswer>;

/** POST …/bypass-responses */
export const bypassResponseRequest = z.strictObject({
  endpointId: identifier,
  /** As the endpoint shows it: eight digits, spaces and hyphens as one likes. */
  challenge: z.string().min(8).max(24),
  reason: reasonText.optional(),
});
export type BypassResponseRequest = z.infer<typeof bypassResponseRequest>;

export const bypassResponseAnswer = z.strictObject({
  answer: z.string(),
  tell: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type BypassResponseAnswer = z.infer<typeof bypassResponseAnswer>;

/**
 * How the bypass code of one endpoint stands. `waiting`: the last one was used or an online sign-in has ended it, and
 * the next has not reached the endpoint yet. `used-rotated`: one was used, and the one that is good now is another.
 */
export const bypassState = z.enum(["ready", "given", "waiting", "used-rotated"]);

/** GET …/bypass */
export const bypassStanding = z.strictObject({
  userId: identifier,
  /** What his policy has, and the caller may give. */
  kinds: z.array(bypassKind),
  may: z.boolean(),
  endpoints: z.array(
    z.strictObject({
      endpointId: identifier,
      name: displayText,
      site: displayText,
      connected: z.boolean(),
      lastContactAtMs: epochMs.nullable(),
      notAfterMs: epochMs,
      state: bypassState,
      givenAtMs: epochMs.nullable(),
      givenBy: z.string().nullable(),
      lastUsedAtMs: epochMs.nullable(),
      uses: z.number().int().nonnegative(),
      /** Answers that were given to challenges shown there, newest first. */
      answers: z.array(
        z.strictObject({ challenge: z.string(), givenAtMs: epochMs, usedAtMs: epochMs.nullable() }),
      ),
    }),
  ),
});
export type BypassStanding = z.infer<typeof bypassStanding>;
