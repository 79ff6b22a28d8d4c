import { z } from "zod";
import { factor, signInWorkflow } from "./policy.ts";
import { counter, displayText, epochMs, identifier, userName } from "./primitives.ts";
import { answerMark } from "./problem.ts";

/** What was typed. Never logged, never stored in clear. */
export const secretText = z.string().min(1).max(1024);

/** An answer to a prompt: typed text, or a passkey's assertion, which is longer. */
const answerText = z.string().min(1).max(8192);

/**
 * A value for one step, by the factor that it is of. A typed code of any kind answers the prompt for codes, whichever it
 * names; a passkey's value is the assertion as JSON. `password-and-code` is one line for clients that can ask only once.
 */
export const given = z.strictObject({
  factor: z.union([factor, z.literal("password-and-code")]),
  value: answerText,
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
  workflow: signInWorkflow,
  /** Three steps at most, each with a word before it that asks for its code to be sent. */
  given: z.array(given).max(6).default([]),
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
export const signInStep = z.strictObject({ continuation: z.string().max(16_384), given });
export type SignInStep = z.infer<typeof signInStep>;

/**
 * One way to answer the step that is due. Where there are several prompts, one of them is answered; the first is the
 * usual one.
 */
export const prompt = z.strictObject({
  factor,
  /** What an answer may be of: several kinds of typed codes are one prompt. */
  alternatives: z.array(factor).min(1),
  text: displayText,
  echo: z.boolean(),
  /** Of push: the two digits that are to be typed on the phone. Shown here and nowhere else (SECURITY §3). */
  number: z
    .string()
    .regex(/^\d{2}$/)
    .optional(),
  /** The phone has been asked: ask again each second with the value `wait`, or answer another prompt; `cancel` ends it. */
  waiting: z.literal(true).optional(),
  /** For a passkey: PublicKeyCredentialRequestOptions as JSON (Web Authentication Level 3 §5.1.10). */
  passkeyOptions: z.record(z.string(), z.unknown()).optional(),
});
export type Prompt = z.infer<typeof prompt>;

export const signInAnswer = z.discriminatedUnion("status", [
  answerMark.extend({
    status: z.literal("asking"),
    /** Sealed by the server; carries what was given so far and expires in two minutes. */
    continuation: z.string().max(16_384),
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
    /** The person has no second factor yet and is to enrol one of these (TC-46); 0 left: before anything else. */
    enrolmentDue: z
      .strictObject({ factors: z.array(factor), signInsLeft: z.number().int().nonnegative() })
      .optional(),
    /** What was right and has expired: to be renewed before anything else. */
    renewalDue: z.array(factor).optional(),
    messages: z.array(z.string().max(500)),
  }),
]);
export type SignInAnswer = z.infer<typeof signInAnswer>;
