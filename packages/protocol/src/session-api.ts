import { z } from "zod";
import { factor } from "./policy.ts";
import { displayText, epochMs, identifier, userName } from "./primitives.ts";
import { right, roleScope } from "./rights.ts";
import { given, prompt } from "./sign-in-api.ts";

/** Browsers' sessions at /api/v1/session of the console's and the portal's own origins (SECURITY §6). */

export const webApp = z.enum(["console", "portal"]);
export type WebApp = z.infer<typeof webApp>;

const continuation = z.string().max(16_384);

/**
 * POST /api/v1/session/sign-in. The app of the origin that was asked says for which workflow. Without a name any passkey
 * of this app is asked for, and says whose it is.
 */
export const sessionBegin = z.strictObject({
  userName: userName.optional(),
  given: z.array(given).max(3).default([]),
});
export type SessionBegin = z.infer<typeof sessionBegin>;

/** POST /api/v1/session/sign-in/steps and /api/v1/session/fresh/steps: the next value. */
export const sessionStep = z.strictObject({ continuation, given });
export type SessionStep = z.infer<typeof sessionStep>;

/** POST /api/v1/session/fresh: who is signed in proves himself anew. */
export const freshBegin = z.strictObject({ given: z.array(given).max(3).default([]) });
export type FreshBegin = z.infer<typeof freshBegin>;

/** GET /api/v1/session: who is signed in at this origin, and what he may do. */
export const sessionView = z.strictObject({
  id: identifier,
  app: webApp,
  user: z.strictObject({ id: identifier, userName, displayName: displayText }),
  /** At the console; rights and scope are those of now, not those of the sign-in. */
  role: z.strictObject({ id: identifier, name: displayText }).nullable(),
  rights: z.array(right),
  scope: roleScope.nullable(),
  factors: z.array(factor),
  signedInAtMs: epochMs,
  /** Before anything else a second factor is to be enrolled (TC-46); all else is refused until then. */
  enrolmentDue: z.boolean(),
  /** Before anything else the PIN is to be renewed; all else is refused until then. */
  renewalDue: z.boolean(),
  /** Until then, dangerous acts are taken without proving oneself anew. */
  freshUntilMs: epochMs,
  /** Over then, without a request until then; requests marked `Holdfast-Background: 1` do not move it. */
  idleUntilMs: epochMs,
  /** Over then, whatever happens. */
  expiresAtMs: epochMs,
  productName: displayText,
});
export type SessionView = z.infer<typeof sessionView>;

/** What a sign-in, or proving oneself anew, answers; with a success comes the cookie. */
export const sessionAnswer = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("asking"),
    continuation,
    expiresAtMs: epochMs,
    prompts: z.array(prompt).min(1),
  }),
  z.strictObject({
    status: z.literal("succeeded"),
    session: sessionView,
    /** There is no second factor yet: one of these is to be enrolled (TC-46); 0 left: before anything else. */
    enrolmentDue: z
      .strictObject({ factors: z.array(factor), signInsLeft: z.number().int().nonnegative() })
      .optional(),
    /** What was right and has expired: to be renewed before anything else. */
    renewalDue: z.array(factor).optional(),
    messages: z.array(z.string().max(500)),
  }),
]);
export type SessionAnswer = z.infer<typeof sessionAnswer>;
