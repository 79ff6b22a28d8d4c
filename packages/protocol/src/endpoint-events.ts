import { z } from "zod";
import { factor, workflow } from "./policy.ts";
import { base64url, counter, epochMs, identifier, userName } from "./primitives.ts";
import { refusalReason } from "./refusals.ts";

/** Refusals of one kind about one user, counted instead of told one by one. */
export const refusalCount = z.strictObject({
  /** `interrupted`: the attempt was recorded and a crash or power cut took its verdict. */
  reason: z.enum([...refusalReason.options, "interrupted"]),
  /** The factor that was wrong, where it counted as a failure. */
  factor: factor.optional(),
  count: z.number().int().positive(),
  /** How many of them counted as failures. */
  failures: z.number().int().min(0).max(1_000_000),
  firstAtMs: epochMs,
  lastAtMs: epochMs,
  /** End of the last lock that they led to. */
  lockedUntilMs: epochMs.optional(),
});
export type RefusalCount = z.infer<typeof refusalCount>;

/**
 * What happened at an endpoint, kept in order in its hash chain and uploaded at the next contact (UNI-5).
 * A typed name that belongs to nobody here is never kept.
 */
export const endpointEventBody = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("sign-in"),
    attemptId: identifier,
    userId: identifier,
    userName,
    workflow,
    mode: z.enum(["online", "offline"]),
    outcome: z.enum(["succeeded", "refused"]),
    reason: refusalReason.optional(),
    factors: z.array(factor),
    consumed: z.strictObject({ tokenId: identifier, counter }).optional(),
    /** What of the help desk was used in place of a code: the bypass code of this number, or the answer to a challenge. */
    bypass: z
      .union([
        z.strictObject({ number: z.number().int().positive() }),
        z.strictObject({ challenge: z.string().regex(/^\d{8}$/) }),
      ])
      .optional(),
    /** The failure this attempt counted, if it did. */
    failure: z.strictObject({ factor, count: z.number().int().positive() }).optional(),
    lockedUntilMs: epochMs.optional(),
    service: z.string().max(64).optional(),
    tty: z.string().max(64).optional(),
    remoteHost: z.string().max(256).optional(),
  }),
  z.strictObject({
    /** A crash or power cut between the recorded attempt and its verdict: the attempt stays counted. */
    type: z.literal("sign-in-interrupted"),
    attemptId: identifier,
    userId: identifier,
  }),
  z.strictObject({
    /** Many refusals in a row, after those before them were told one by one: so nobody fills the chain by guessing. */
    type: z.literal("sign-ins-refused"),
    userId: identifier,
    userName,
    /**
     * Failures that the endpoint had counted for the user since the last lock by then, less those counted ahead for
     * attempts without a verdict: below zero where one of these brought the lock.
     */
    failuresSinceLock: z.number().int(),
    /** One for each reason and factor. */
    refusals: z.array(refusalCount).min(1).max(40),
  }),
  z.strictObject({
    /** A challenge was shown that the help desk can answer (OTP-23). */
    type: z.literal("bypass-challenge"),
    userId: identifier,
    challenge: z.string().regex(/^\d{8}$/),
    expiresAtMs: epochMs,
  }),
  z.strictObject({ type: z.literal("token-suspended"), userId: identifier, tokenId: identifier }),
  z.strictObject({
    type: z.literal("bundle-stored"),
    userId: identifier,
    epoch: z.number().int().positive(),
    sequence: z.number().int().positive(),
  }),
  z.strictObject({
    type: z.literal("bundle-refused"),
    why: z.string().max(200),
    userId: identifier.optional(),
  }),
  z.strictObject({ type: z.literal("bundle-destroyed"), userId: identifier, why: z.string().max(200) }),
  z.strictObject({ type: z.literal("revocation-done"), revocationId: identifier }),
  /** Sessions in doubt after a conflict (SECURITY §2), locked where this machine has somebody who can. */
  z.strictObject({
    type: z.literal("sessions-locked"),
    userId: identifier,
    outcome: z.enum(["locked", "not-possible"]),
  }),
  z.strictObject({ type: z.literal("clock-set-back"), byMs: z.number().int().positive() }),
  z.strictObject({
    type: z.literal("rollback-detected"),
    fileGeneration: z.number().int(),
    counter: z.number().int(),
  }),
  z.strictObject({ type: z.literal("tamper-detected"), file: z.string().max(100), why: z.string().max(200) }),
  z.strictObject({
    type: z.literal("malformed-input"),
    from: z.enum(["pam", "control", "server"]),
    why: z.string().max(200),
  }),
  z.strictObject({ type: z.literal("went-offline"), why: z.string().max(200) }),
  z.strictObject({ type: z.literal("came-online") }),
  z.strictObject({ type: z.literal("agent-started"), agentVersion: z.string().max(40) }),
]);
export type EndpointEventBody = z.infer<typeof endpointEventBody>;

/**
 * One link. `mac` = HMAC-SHA-256(K_sequence, previous mac ‖ JSON of {sequence, atMs, body}); then
 * K_{sequence+1} = HKDF(K_sequence, "holdfast event chain v1"), and K_sequence is forgotten, so that whoever takes
 * the machine later cannot rewrite what came before (SECURITY §7).
 */
export const chainedEvent = z.strictObject({
  sequence: z.number().int().positive(),
  atMs: epochMs,
  body: endpointEventBody,
  mac: base64url.length(43),
});
export type ChainedEvent = z.infer<typeof chainedEvent>;
