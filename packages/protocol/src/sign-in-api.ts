import { z } from "zod";
import { factor, workflow } from "./policy.ts";
import { counter, displayText, epochMs, identifier, userName } from "./primitives.ts";
import { answerMark } from "./problem.ts";

/** What was typed. Never logged, never stored in clear. */
export const secretText = z.string().min(1).max(1024);

/** A value for one step. `password-and-code` is one line for clients that can ask only once. */
export const given = z.strictObject({
  factor: z.union([factor, z.literal("password-and-code")]),
  value: secretText,
});
export type GivenInput = z.infer<typeof given>;

/**
 * POST /api/v1/sign-ins. `attemptId` is the client's and is shared by an online attempt and its offline fallback
 * (SECURITY §2); a retry with the same id gets the same verdict. `given` may hold what was already typed, so that a
 * client whose server went away mid-way starts again elsewhere without asking twice.
 * Ids that begin with time (UUIDv7, RFC 9562 §5.7) cost a server with many sign-ins the least.
 */
export const signInBegin = z.strictObject({
  attemptId: identifier,
  userName,
  workflow,
  given: z.array(given).max(2).default([]),
  /** Where it happens, for the audit: service name, terminal, remote host. */
  context: z
    .strictObject({
      service: z.string().max(64).optional(),
      tty: z.string().max(64).optional(),
      remoteHost: z.string().max(256).optional(),
    })
    .default({}),
});
export type SignInBegin = z.infer<typeof signInBegin>;

/** POST /api/v1/sign-ins/steps: the next value, with the continuation that the last answer brought. */
export const signInStep = z.strictObject({ continuation: z.string().max(8192), given });
export type SignInStep = z.infer<typeof signInStep>;

/** What to ask the person next. */
export const prompt = z.strictObject({ factor, text: displayText, echo: z.boolean() });
export type Prompt = z.infer<typeof prompt>;

export const signInAnswer = z.discriminatedUnion("status", [
  answerMark.extend({
    status: z.literal("asking"),
    /** Sealed by the server; carries what was given so far and expires in two minutes. */
    continuation: z.string().max(8192),
    expiresAtMs: epochMs,
    prompts: z.array(prompt).min(1),
  }),
  answerMark.extend({
    status: z.literal("succeeded"),
    userId: identifier,
    userName,
    factors: z.array(factor),
    /** For endpoints: proves this sign-in when a bundle is asked for. Absent for other clients. */
    grant: z.string().max(4096).optional(),
    /** For endpoints: the counter consumed, so that the local floor follows. */
    consumed: z.strictObject({ tokenId: identifier, counter }).optional(),
    messages: z.array(z.string().max(500)),
  }),
]);
export type SignInAnswer = z.infer<typeof signInAnswer>;
